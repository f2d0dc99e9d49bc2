"""What is done with a literal that a line announces: collected, streamed, or dropped.

Small ones belong to the text of the command. The texts of messages go through in the slices in
which they come, once the shell wants them. What is refused is never read when the client waits for
our word; else it is thrown away as it comes, and when it is too much the connection ends.

Standards: RFC 9051 §4.3, §6.3.12; RFC 7888 §3, §4, §5; RFC 4469 §4.2 (TOOBIG)
"""

from __future__ import annotations

import re

from postroad.protocols.imap import limits, responses
from postroad.protocols.imap._lines import Announced
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._session import Session
from postroad.protocols.imap._states import ACCEPTED, NOT_NOW, Ask, Input
from postroad.protocols.imap.commands import APPENDING, Append, AppendReader, Replace, Text
from postroad.protocols.imap.commands._table import read_name
from postroad.protocols.imap.errors import CommandError
from postroad.protocols.imap.events import Event, LiteralsDropped, LiteralStart
from postroad.protocols.imap.status import Code, Status, bad, bye, no

# A literal behind the name of APPEND, the target of REPLACE or the word URL is an argument.
_ARGUMENT = re.compile(
    rb"(?:\A[^ ]++ (?:APPEND|(?:UID )?REPLACE \d++)|[ (]URL) ~?\{\d++\+?\}\Z", re.IGNORECASE
)
_NAME_AT_MOST = 32  # octets of a name that may be a known one
_GO_ON = responses.continuation(b"Go on")
_TOO_LONG = bad("The command is too long", Code.TOOBIG)
_TOO_MANY = no("There are too many texts in one command", Code.LIMIT)
_NUL = bad("NUL stands only in a binary literal")
_TOO_MUCH = bye("That is more than is read for nothing", Code.TOOBIG)


def meet(session: Session, line: bytes, literal: Announced) -> Event | None:
    """A line of a command ends with `literal`."""
    if session.text is None:
        session.text = bytearray()
    session.text += line
    name = "" if session.appending is not None else _name(session)
    if (session.appending is not None or name in APPENDING) and _ARGUMENT.search(line) is None:
        try:
            return _ask(session, name, literal)
        except CommandError as error:
            return reject(session, error.status, literal)
    session.literals += 1
    octets = len(session.text) + literal.size
    if octets > session.command_limit or session.literals > limits.LITERALS:
        return reject(session, _TOO_LONG, literal)
    session.text += b"\r\n"
    session.need = literal.size
    session.input = Input.LITERAL
    if literal.waits:
        session.say(_GO_ON)
    return None


def _name(session: Session) -> str:
    """The name of the command under way."""
    start = len(session.tag)
    return read_name(bytes((session.text or b"")[: start + _NAME_AT_MOST]), start)[0]


def collect(session: Session) -> bool:
    """Take of a small literal what is here. Whether there was something, or nothing is due."""
    data = session.lines.buffer.take_at_most(session.need)
    session.need -= len(data)
    if session.text is not None:
        session.text += data
    if not session.need:
        session.input = Input.COMMAND
        return True
    return bool(data)


# --- texts of messages ---


def _ask(session: Session, name: str, literal: Announced) -> Event:
    kind = Replace if name.endswith("REPLACE") else Append
    if session.appending is None and kind not in ACCEPTED[session.state]:
        raise CommandError(bad(NOT_NOW[session.state]))
    session.literals += 1
    if session.literals > limits.LITERALS:
        raise CommandError(_TOO_MANY)
    text = read_on(session, name)
    assert text is not None and session.appending is not None  # it ends with a literal
    if text.size > session.config.max_message_size:
        raise CommandError(no("That message is too large", Code.TOOBIG))
    appending = session.appending
    session.literal = literal
    event = LiteralStart(
        appending.mailbox,
        appending.message,
        text,
        appending.index,
        appending.target,
        appending.uid,
    )
    return session.question(Ask.LITERAL, event)


def read_on(session: Session, name: str) -> Text | None:
    """Read what has come since the last text; see AppendReader. Raises CommandError."""
    text = bytes(session.text or b"")
    session.text = bytearray()
    session.spent += len(text)
    if session.spent > limits.COMMAND:  # what stands between the texts is kept till the end
        raise CommandError(_TOO_LONG)
    reader = Reader(text, utf8=session.utf8, uid_only=session.uid_only)
    if session.appending is None:
        reader.at = read_name(text, len(session.tag))[1]
        session.appending = AppendReader(
            reader, replace=name.endswith("REPLACE"), uid=name.startswith("UID")
        )
    return session.appending.read(reader)


def stream(session: Session) -> bytes:
    """Take of a text what is here; b"" for nothing. Raises CommandError for a NUL."""
    data = session.lines.buffer.take_at_most(session.need)
    session.need -= len(data)
    session.count_octets(len(data))
    if session.literal is not None and not session.literal.binary and b"\0" in data:
        raise CommandError(_NUL)
    return data


# --- what is not wanted ---


def reject(session: Session, status: Status, literal: Announced) -> Event | None:
    """Answer `status` instead of reading `literal`, at once or when it has been dropped."""
    streamed = session.streamed
    if literal.waits:
        event: Event | None = session.refuse(status)
    else:
        event = _drop(session, status, literal.size)
    return LiteralsDropped() if streamed else event


def _drop(session: Session, status: Status, size: int) -> Event | None:
    session.dropped += size
    if session.dropped > session.drop_limit:
        return session.hang_up(_TOO_MUCH)
    drop_rest(session, status, size)
    return None


def drop_rest(session: Session, status: Status, size: int) -> None:
    """Throw `size` octets away, and the rest of the command; then answer `status`."""
    session.verdict = status
    session.need = size
    session.text = None
    session.streamed = False
    session.input = Input.DROP


def dropped_line(session: Session, line: bytes, literal: Announced | None) -> Event | None:
    """A line of a command that is refused already: there may be more literals to drop."""
    assert session.verdict is not None
    if literal is None or literal.waits:
        return session.refuse(session.verdict)
    session.dropped += max(len(line), limits.DROPPED_LINE)
    return _drop(session, session.verdict, literal.size)
