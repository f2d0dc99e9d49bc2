"""CREATE: a new mailbox, perhaps for a special use.

Standards: RFC 9051 §6.3.4, RFC 6154 §3, §6 (USE)
"""

from __future__ import annotations

import re

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.errors import BadSyntax

_USE = re.compile(rb"\\[^\x00-\x20(){%*\"\\\]\x7f-\xff]++")
SPECIAL_USES = {
    name.lower(): name
    for name in (
        "\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash", "\\Important",
    )
}  # fmt: skip


class Create(msgspec.Struct, frozen=True):
    r"""`special_uses` as `\Sent`; None when there is no USE. A trailing `/` of the name is kept."""

    mailbox: str
    special_uses: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, reader: Reader) -> Create:
        """`name [(USE (\\Sent …))]`."""
        reader.space()
        name = reader.mailbox()
        if not reader.take(b" "):
            return cls(name)
        reader.expect(b"(")
        if reader.word() != "USE":
            raise BadSyntax("CREATE knows the parameter USE")
        reader.space()
        uses = reader.listed(lambda: _use(reader), empty=True)
        reader.expect(b")")
        return cls(name, uses)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("CREATE ").mailbox(self.mailbox)
        if self.special_uses is not None:
            out.word(" (USE ").words(self.special_uses).word(")")


def _use(reader: Reader) -> str:
    name = reader.match(_USE, "a special use")[0].decode()
    return SPECIAL_USES.get(name.lower(), name)
