"""STORE: set, add or take away flags.

Standards: RFC 9051 §6.4.6, RFC 7162 §3.1.3 (UNCHANGEDSINCE)
"""

from __future__ import annotations

import re

import msgspec

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.errors import BadSyntax
from postroad.protocols.imap.sequences import SequenceSet

_ACTION = re.compile(rb"([+-]?)FLAGS(\.SILENT)?(?= )", re.IGNORECASE)


class Store(msgspec.Struct, frozen=True):
    """`action` is "+", "-" or "" (replace)."""

    messages: SequenceSet
    action: str
    flags: tuple[str, ...]
    silent: bool = False
    unchanged_since: int | None = None
    uid: bool = False

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Store:
        """`set [(UNCHANGEDSINCE n)] [+-]FLAGS[.SILENT] flags`."""
        reader.space()
        messages = reader.sequence()
        reader.space()
        since = None
        if reader.take(b"("):
            since = _unchanged_since(reader)
        sign, silent = reader.match(_ACTION, "FLAGS").groups()
        reader.space()
        flags = reader.flags() if reader.peek(b"(") else _bare_flags(reader)
        return cls(messages, sign.decode(), flags, silent is not None, since, uid)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("UID STORE " if self.uid else "STORE ", self.messages.encode(), " ")
        if self.unchanged_since is not None:
            out.word(f"(UNCHANGEDSINCE {self.unchanged_since}) ")
        out.word(self.action, "FLAGS", ".SILENT " if self.silent else " ").words(self.flags)


def _unchanged_since(reader: Reader) -> int:
    if reader.word("UNCHANGEDSINCE") != "UNCHANGEDSINCE":
        raise BadSyntax("STORE knows the modifier UNCHANGEDSINCE")
    reader.space()
    since = reader.number(limits.NUMBER64)
    reader.expect(b") ")
    return since


def _bare_flags(reader: Reader) -> tuple[str, ...]:
    """Flags without parentheses (RFC 9051 §9 store-att-flags)."""
    flags = [reader.flag()]
    while reader.take(b" "):
        flags.append(reader.flag())
    return tuple(flags)
