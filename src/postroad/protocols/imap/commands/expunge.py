"""EXPUNGE: remove what is marked, or of certain UIDs what is marked.

Standards: RFC 9051 §6.4.3, §6.4.9; RFC 4315 §2.1 (UID EXPUNGE)
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.sequences import SequenceSet


class Expunge(msgspec.Struct, frozen=True):
    """`uids` None: all that are marked."""

    uids: SequenceSet | None = None

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Expunge:
        """Nothing, or with UID a set."""
        if not uid:
            return cls()
        reader.space()
        return cls(reader.sequence())

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("EXPUNGE" if self.uids is None else b"UID EXPUNGE " + self.uids.encode())
