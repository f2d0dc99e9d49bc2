"""STATUS: figures of a mailbox that is not open.

Standards: RFC 9051 §6.3.11; RFC 3501 §6.3.10 (RECENT), RFC 7162 §3.1.7 (HIGHESTMODSEQ),
RFC 8438 (SIZE), RFC 8474 §4.3 (MAILBOXID), RFC 7889 §4 (APPENDLIMIT), RFC 9208 §4.1.4
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer

STATUS_ITEMS = {
    name: name
    for name in (
        "MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "DELETED", "SIZE",
        "HIGHESTMODSEQ", "APPENDLIMIT", "MAILBOXID", "DELETED-STORAGE",
    )
}  # fmt: skip


class GetStatus(msgspec.Struct, frozen=True):
    """`items` of STATUS_ITEMS, in the client's order."""

    mailbox: str
    items: tuple[str, ...]

    @classmethod
    def parse(cls, reader: Reader) -> GetStatus:
        """`mailbox (item …)`."""
        reader.space()
        name = reader.mailbox()
        reader.space()
        return cls(name, status_items(reader))

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("STATUS ").mailbox(self.mailbox).word(" ").words(self.items)


def status_items(reader: Reader) -> tuple[str, ...]:
    """`(item …)`, without repetitions."""
    items = reader.listed(lambda: reader.one_of(STATUS_ITEMS, "an item of STATUS"))
    return tuple(dict.fromkeys(items))
