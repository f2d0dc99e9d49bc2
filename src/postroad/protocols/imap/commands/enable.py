"""ENABLE: the client understands these extensions.

Standards: RFC 9051 §6.3.1, RFC 5161 §3.1
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer


class Enable(msgspec.Struct, frozen=True):
    """`names` in upper case, known or not."""

    names: tuple[str, ...]

    @classmethod
    def parse(cls, reader: Reader) -> Enable:
        """`name name …`."""
        names = []
        while reader.more:
            reader.space()
            names.append(reader.atom().upper())
        if not names:
            reader.fail("the name of an extension")
        return cls(tuple(names))

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("ENABLE ", " ".join(self.names))
