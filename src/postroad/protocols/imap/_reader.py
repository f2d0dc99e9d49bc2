"""A cursor over one command with its literals: each method takes one thing of the grammar.

Quoted strings hold UTF-8 only where `utf8` says that the session has enabled it. NUL, a bare CR and
a bare LF match nothing here, so they are a syntax error wherever they stand but in literals.

Invariants: the cursor only moves forward; every pattern is linear; nothing is expanded.

Standards: RFC 9051 §4, §9; RFC 3501 §9; RFC 3516 §7 (literal8)
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar

from postroad.protocols.imap import limits
from postroad.protocols.imap.errors import BadSyntax, CommandError
from postroad.protocols.imap.sequences import SequenceSet, parse_sequence
from postroad.protocols.imap.status import Code, no
from postroad.protocols.imap.strings import read_mailbox, unquoted

T = TypeVar("T")

_ATOM = re.compile(rb"[^\x00-\x20(){%*\"\\\]\x7f-\xff]++")
_ASTRING = re.compile(rb"[^\x00-\x20(){%*\"\\\x7f-\xff]++")
_PATTERN = re.compile(rb"[^\x00-\x20(){\"\\\x7f-\xff]++")
_WORD = re.compile(rb"[A-Za-z0-9.+-]++")
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\0]|\\["\\])*+)"')
_LITERAL = re.compile(rb"(~?)\{(\d{1,10})\+?\}\r\n")
_DIGITS = re.compile(rb"\d{1,19}(?!\d)")
_FLAG = re.compile(rb"\\?[^\x00-\x20(){%*\"\\\]\x7f-\xff]++")
_NUMBER = rb"(?:[1-9]\d{0,9}|\*)"
_SEQUENCE = re.compile(
    rb"(?:%b(?::%b)?(?:,%b(?::%b)?)*+|\$)(?![\d*:,$])" % (_NUMBER, _NUMBER, _NUMBER, _NUMBER)
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH = {name.lower().encode(): number for number, name in enumerate(_MONTHS, 1)}
_DATE = re.compile(rb'("?)(\d{1,2})-([A-Za-z]{3})-(\d{4})\1')
_DATE_TIME = re.compile(
    rb'"([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"'
)
_SYSTEM_FLAGS = {
    name.lower(): name for name in ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
}


class Reader:
    """`text` from `at` on. `utf8` and `uid_only`: what the session has enabled."""

    __slots__ = ("at", "text", "uid_only", "utf8")

    def __init__(
        self, text: bytes, at: int = 0, *, utf8: bool = False, uid_only: bool = False
    ) -> None:
        self.text = text
        self.at = at
        self.utf8 = utf8
        self.uid_only = uid_only

    # --- the frame ---

    def fail(self, wanted: str) -> NoReturn:
        """Raise BadSyntax."""
        raise BadSyntax(f"Expected {wanted} at octet {self.at + 1} of the command")

    def space(self) -> None:
        """Exactly one space."""
        if self.text[self.at : self.at + 1] != b" ":
            self.fail("a space")
        self.at += 1

    def expect(self, octets: bytes) -> None:
        """These octets."""
        if not self.take(octets):
            self.fail(octets.decode())

    def take(self, octets: bytes) -> bool:
        """Whether these octets come next; if so, pass them."""
        if not self.text.startswith(octets, self.at):
            return False
        self.at += len(octets)
        return True

    def peek(self, octets: bytes) -> bool:
        """Whether these octets come next."""
        return self.text.startswith(octets, self.at)

    @property
    def more(self) -> bool:
        """Whether anything is left."""
        return self.at < len(self.text)

    def end(self) -> None:
        """Nothing is left."""
        if self.at != len(self.text):
            self.fail("the end of the command")

    def match(self, pattern: re.Pattern[bytes], wanted: str) -> re.Match[bytes]:
        """What `pattern` matches here."""
        found = pattern.match(self.text, self.at)
        if found is None:
            self.fail(wanted)
        self.at = found.end()
        return found

    def listed(self, item: Callable[[], T], *, empty: bool = False) -> tuple[T, ...]:
        """`(item item …)`; without items only when `empty` says so."""
        self.expect(b"(")
        if empty and self.take(b")"):
            return ()
        items = [item()]
        while self.take(b" "):
            items.append(item())
        self.expect(b")")
        return tuple(items)

    # --- words ---

    def atom(self) -> str:
        """An atom."""
        return self.match(_ATOM, "an atom")[0].decode()

    def word(self, wanted: str = "a word") -> str:
        """A keyword of the grammar, in upper case."""
        return self.match(_WORD, wanted)[0].decode().upper()

    def one_of(self, known: Mapping[str, T], wanted: str) -> T:
        """The value of the keyword that comes next."""
        start = self.at
        found = known.get(self.word(wanted))
        if found is None:
            self.at = start
            self.fail(wanted)
        return found

    def keyword(self, word: bytes) -> bool:
        """Whether `word` (upper case, any case on the wire) comes next; if so, pass it."""
        if self.text[self.at : self.at + len(word)].upper() != word:
            return False
        self.at += len(word)
        return True

    def flag(self) -> str:
        r"""A flag; the five of the system in their usual case. Not `\Recent`."""
        name = self.match(_FLAG, "a flag")[0].decode()
        if name[0] != "\\":
            return name
        if name.lower() == "\\recent":
            raise BadSyntax("Nobody but the server sets \\Recent")
        return _SYSTEM_FLAGS.get(name.lower(), name)

    def flags(self) -> tuple[str, ...]:
        """A list of flags in parentheses, which may be empty."""
        return self.listed(self.flag, empty=True)

    # --- numbers ---

    def number(self, largest: int = limits.NUMBER, least: int = 0) -> int:
        """A number from `least` to `largest`."""
        value = int(self.match(_DIGITS, "a number")[0])
        if not least <= value <= largest:
            raise BadSyntax("A number is too large" if value > largest else "A number is too small")
        return value

    def sequence(self) -> SequenceSet:
        """A set of message numbers or UIDs."""
        text = self.match(_SEQUENCE, "a set of numbers")[0]
        try:
            return parse_sequence(text)
        except ValueError:
            raise BadSyntax("A message number has at most 32 bits") from None

    # --- strings ---

    def string(self) -> bytes:
        """A quoted string or a literal."""
        if self.peek(b'"'):
            return self._quoted()
        return self.literal()

    def astring(self) -> bytes:
        """An atom (which may hold `]`) or a string."""
        found = _ASTRING.match(self.text, self.at)
        if found is None:
            return self.string()
        self.at = found.end()
        return found[0]

    def nstring(self) -> bytes | None:
        """A string or NIL."""
        return None if self.keyword(b"NIL") else self.string()

    def pattern(self) -> bytes:
        """The pattern of LIST: an atom with `%` and `*`, or a string."""
        found = _PATTERN.match(self.text, self.at)
        if found is None:
            return self.string()
        self.at = found.end()
        return found[0]

    def text_string(self) -> str:
        """An astring in UTF-8."""
        return self.decoded(self.astring())

    def decoded(self, octets: bytes) -> str:
        """Octets as UTF-8."""
        try:
            return octets.decode()
        except UnicodeDecodeError:
            raise BadSyntax("A string is not UTF-8") from None

    def mailbox(self) -> str:
        """A mailbox's name. Raises CommandError with NO for one that cannot be decoded."""
        return self.name_of(self.astring())

    def name_of(self, octets: bytes) -> str:
        """A mailbox's name or pattern from its octets."""
        try:
            return read_mailbox(octets, utf8=self.utf8)
        except ValueError:
            wanted = "UTF-8" if self.utf8 else "modified UTF-7"
            raise CommandError(no(f"That name is not {wanted}", Code.CANNOT)) from None

    def literal(self) -> bytes:
        """A literal. Its octets are here: the core has collected them."""
        found = self.match(_LITERAL, "a string")
        size = int(found[2])
        value = self.text[self.at : self.at + size]
        if len(value) < size:
            self.fail("all of a literal")
        if b"\0" in value and not found[1]:
            raise BadSyntax("NUL stands only in a binary literal")
        self.at += size
        return value

    def _quoted(self) -> bytes:
        inside = self.match(_QUOTED, "a quoted string")[1]
        if not inside.isascii():
            if not self.utf8:
                raise BadSyntax("A quoted string is ASCII until UTF-8 is enabled")
            self.decoded(inside)
        return unquoted(inside)

    # --- dates ---

    def date(self) -> datetime.date:
        """A day, quoted or not (RFC 9051 §9 `date`)."""
        _, day, month, year = self.match(_DATE, "a date as 1-Jan-2020").groups()
        try:
            return datetime.date(int(year), _MONTH.get(month.lower(), 0), int(day))
        except ValueError:
            raise BadSyntax("There is no such day") from None

    def date_time(self) -> datetime.datetime:
        """A moment with its zone (RFC 9051 §9 `date-time`)."""
        found = self.match(_DATE_TIME, 'a time as "01-Jan-2020 12:00:00 +0000"')
        day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
        offset = datetime.timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        try:
            return datetime.datetime(
                int(year),
                _MONTH.get(month.lower(), 0),
                int(day),
                int(hour),
                int(minute),
                min(int(second), 59),  # a leap second is the second before it
                tzinfo=datetime.timezone(-offset if sign == b"-" else offset),
            )
        except ValueError:
            raise BadSyntax("There is no such time") from None
