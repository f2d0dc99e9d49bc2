"""GETQUOTA and SETQUOTA: how full is it, and may it be fuller?

Standards: RFC 9208 §4.1, §7
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer


class GetQuota(msgspec.Struct, frozen=True):
    """The limits of a quota root."""

    root: str

    @classmethod
    def parse(cls, reader: Reader) -> GetQuota:
        """`root`."""
        reader.space()
        return cls(reader.text_string())

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("GETQUOTA ").astring(self.root)


class SetQuota(msgspec.Struct, frozen=True):
    """New limits as (resource in upper case, limit)."""

    root: str
    resources: tuple[tuple[str, int], ...]

    @classmethod
    def parse(cls, reader: Reader) -> SetQuota:
        """`root (resource limit …)`."""
        reader.space()
        root = reader.text_string()
        reader.space()
        return cls(root, reader.listed(lambda: _resource(reader), empty=True))

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("SETQUOTA ").astring(self.root).word(" ")
        out.words(f"{name} {limit}" for name, limit in self.resources)


def _resource(reader: Reader) -> tuple[str, int]:
    name = reader.atom().upper()
    reader.space()
    return name, reader.number(limits.NUMBER64)
