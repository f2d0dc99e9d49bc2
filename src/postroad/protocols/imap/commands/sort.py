"""SORT: which messages are these, in this order?

Standards: RFC 5256 §3, §5; RFC 5957 §4 (DISPLAYFROM, DISPLAYTO), RFC 5267 §3.1 (RETURN)
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.commands._keys_read import read_keys
from postroad.protocols.imap.commands._keys_write import write_keys
from postroad.protocols.imap.commands.search import ReturnOptions, return_options, write_returns
from postroad.protocols.imap.search_keys import Key

SORT_KEYS = {
    name: name
    for name in (
        "ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO",
    )
}  # fmt: skip


class SortKey(msgspec.Struct, frozen=True):
    """`name` of SORT_KEYS."""

    name: str
    reverse: bool = False


class Sort(msgspec.Struct, frozen=True):
    """The first of `criteria` counts most; equal messages stand in the order of their numbers."""

    criteria: tuple[SortKey, ...]
    key: Key
    returns: ReturnOptions | None = None
    uid: bool = False

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Sort:
        """`[RETURN (options)] (criteria) charset key …`."""
        reader.space()
        returns = return_options(reader, save=False)
        criteria = reader.listed(lambda: _criterion(reader))
        reader.space()
        charset = reader.text_string()
        reader.space()
        return cls(criteria, read_keys(reader, charset), returns, uid)

    def write(self, out: Writer) -> None:
        """As it is sent; texts are UTF-8."""
        out.word("UID SORT " if self.uid else "SORT ")
        write_returns(out, self.returns)
        out.words(f"{'REVERSE ' if one.reverse else ''}{one.name}" for one in self.criteria)
        out.word(" UTF-8 ")
        write_keys(out, self.key)


def _criterion(reader: Reader) -> SortKey:
    reverse = reader.keyword(b"REVERSE ")
    return SortKey(reader.one_of(SORT_KEYS, "a sort key"), reverse)
