"""COMPRESS: DEFLATE in both directions.

Standards: RFC 4978 §3
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer


class Compress(msgspec.Struct, frozen=True):
    """`mechanism` in upper case; DEFLATE is the only one there is."""

    mechanism: str = "DEFLATE"

    @classmethod
    def parse(cls, reader: Reader) -> Compress:
        """`mechanism`."""
        reader.space()
        return cls(reader.atom().upper())

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("COMPRESS ", self.mechanism)
