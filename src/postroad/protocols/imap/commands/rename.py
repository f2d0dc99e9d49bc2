"""RENAME: another name for a mailbox and those below it.

Standards: RFC 9051 §6.3.6
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer


class Rename(msgspec.Struct, frozen=True):
    """From `old` to `new`."""

    old: str
    new: str

    @classmethod
    def parse(cls, reader: Reader) -> Rename:
        """`old new`."""
        reader.space()
        old = reader.mailbox()
        reader.space()
        return cls(old, reader.mailbox())

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("RENAME ").mailbox(self.old).word(" ").mailbox(self.new)
