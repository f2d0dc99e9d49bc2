"""APPEND and REPLACE: messages into a mailbox, their octets streamed beside the command.

Standards: RFC 9051 §6.3.12, RFC 3502 §6.3.11 (MULTIAPPEND), RFC 4469 §3, §5 (CATENATE),
RFC 8508 §3, §4 (REPLACE), RFC 6855 §4 (UTF8), RFC 3516 §4.4 (literal8)
"""

from __future__ import annotations

import datetime
import re

import msgspec

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.errors import BadSyntax
from postroad.protocols.imap.status import Code

_HEAD = re.compile(rb"(~?)\{(\d++)\+?\}")
_DIGITS = len(str(limits.NUMBER64))


class Text(msgspec.Struct, frozen=True):
    """A literal of `size` octets, streamed. `binary`: literal8; `utf8`: it was in UTF8 (…)."""

    size: int
    binary: bool = False
    utf8: bool = False


class Url(msgspec.Struct, frozen=True):
    """Something that is here already (RFC 5092)."""

    url: str


class NewMessage(msgspec.Struct, frozen=True):
    """What is to be a message: its `parts` one after the other; `date` None for now."""

    parts: tuple[Text | Url, ...]
    flags: tuple[str, ...] = ()
    date: datetime.datetime | None = None
    catenate: bool = False


class Append(msgspec.Struct, frozen=True):
    """All of `messages` or none (RFC 3502 §6.3.11)."""

    mailbox: str
    messages: tuple[NewMessage, ...]

    def write(self, out: Writer) -> None:
        """As it is sent, in pieces with the texts between them."""
        out.word("APPEND ").mailbox(self.mailbox)
        for message in self.messages:
            out.word(" ")
            _write_message(out, message)


class Replace(msgspec.Struct, frozen=True):
    """`message` instead of the one with number or UID `target`, in one step."""

    target: int
    mailbox: str
    message: NewMessage
    uid: bool = False

    def write(self, out: Writer) -> None:
        """As it is sent, in pieces with the texts between them."""
        out.word("UID REPLACE " if self.uid else "REPLACE ", str(self.target), " ")
        out.mailbox(self.mailbox).word(" ")
        _write_message(out, self.message)


class AppendReader:
    """Reads the pieces of APPEND or REPLACE, from one streamed literal to the next.

    `read` is given the text up to the head of a literal, then the text after that literal, and so
    on; it returns the literal at the text's end, or None at the end of the command.
    """

    __slots__ = (
        "_catenating", "_date", "_flags", "_in_utf8", "_messages", "_parts", "_target",
        "_uid", "mailbox",
    )  # fmt: skip

    def __init__(self, reader: Reader, *, replace: bool, uid: bool = False) -> None:
        """Reads the arguments before the first message."""
        self._uid = uid
        self._target = 0
        self._messages: list[NewMessage] = []
        self._parts: list[Text | Url] = []
        self._flags: tuple[str, ...] = ()
        self._date: datetime.datetime | None = None
        self._catenating = self._in_utf8 = False
        reader.space()
        if replace:
            self._target = _target(reader, uid)
            reader.space()
        self.mailbox = reader.mailbox()

    @property
    def target(self) -> int:
        """Of REPLACE the message's number or UID; 0 for APPEND."""
        return self._target

    @property
    def uid(self) -> bool:
        """Whether `target` is a UID."""
        return self._uid

    @property
    def message(self) -> NewMessage:
        """The message under way, as far as it is known."""
        return NewMessage(tuple(self._parts), self._flags, self._date, self._catenating)

    @property
    def index(self) -> int:
        """Messages before that one."""
        return len(self._messages)

    @property
    def command(self) -> Append | Replace:
        """The whole command, at its end."""
        if self._target:
            return Replace(self._target, self.mailbox, self._messages[0], self._uid)
        return Append(self.mailbox, tuple(self._messages))

    def read(self, reader: Reader) -> Text | None:
        """See the class. Raises CommandError."""
        if self._in_utf8:
            reader.expect(b")")
            self._in_utf8 = False
        if self._catenating:
            text = self._catenated(reader, first=False)
            if text is not None:
                return text
        elif self._parts:
            self._finish()
        return self._further(reader)

    def _further(self, reader: Reader) -> Text | None:
        while reader.more:
            if self._target and self._messages:
                reader.end()
            reader.space()
            text = self._begin(reader)
            if text is not None:
                return text
        if not self._messages:
            reader.fail("a message")
        return None

    def _begin(self, reader: Reader) -> Text | None:
        self._flags, self._date = (), None
        if reader.peek(b"("):
            self._flags = reader.flags()
            reader.space()
        if reader.peek(b'"'):
            self._date = reader.date_time()
            reader.space()
        if not reader.keyword(b"CATENATE ("):
            return self._text(reader)
        self._catenating = True
        return self._catenated(reader, first=True)

    def _catenated(self, reader: Reader, *, first: bool) -> Text | None:
        while first or not reader.take(b")"):
            if not first:
                reader.space()
            first = False
            if reader.keyword(b"URL "):
                self._parts.append(Url(reader.text_string()))
            elif reader.keyword(b"TEXT ") or reader.text[reader.at :][:4].upper() == b"UTF8":
                return self._text(reader)
            else:
                reader.fail("TEXT or URL")
        self._finish()
        return None

    def _text(self, reader: Reader) -> Text:
        self._in_utf8 = reader.keyword(b"UTF8 (")
        tilde, digits = reader.match(_HEAD, "a literal with the message").groups()
        reader.end()
        if len(digits) > _DIGITS or int(digits) > limits.NUMBER64:
            raise BadSyntax("No literal is that large", Code.TOOBIG)
        text = Text(int(digits), bool(tilde), self._in_utf8)
        self._parts.append(text)
        return text

    def _finish(self) -> None:
        self._messages.append(self.message)
        self._parts = []
        self._catenating = False


def _target(reader: Reader, uid: bool) -> int:
    if reader.uid_only and not uid:
        raise BadSyntax("Message numbers are off", Code.UIDREQUIRED)
    return reader.number(least=1)


def _write_message(out: Writer, message: NewMessage) -> None:
    if message.flags:
        out.words(message.flags).word(" ")
    if message.date is not None:
        out.date_time(message.date).word(" ")
    if not message.catenate:
        (part,) = message.parts
        _write_part(out, part)
        return
    out.word("CATENATE ").listed(message.parts, lambda part: _write_catenated(out, part))


def _write_catenated(out: Writer, part: Text | Url) -> None:
    out.word("TEXT " if isinstance(part, Text) and not part.utf8 else "")
    _write_part(out, part)


def _write_part(out: Writer, part: Text | Url) -> None:
    if isinstance(part, Url):
        out.word("URL ").astring(part.url)
        return
    out.word("UTF8 (" if part.utf8 else "")
    out.message(part.size, binary=part.binary)
    out.word(")" if part.utf8 else "")
