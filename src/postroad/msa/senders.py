"""Who may send as whom: an account, its envelope sender, and the From that people see.

Standards: RFC 6409 §6.1 (enforced submission rights), RFC 5322 §3.6.2 (From), RFC 6854 (groups)
"""

from __future__ import annotations

from postroad import directory
from postroad.db import Database, Transaction
from postroad.directory import Account
from postroad.handoff import Reply
from postroad.message import mailboxes, parse_addresses, scan_header

NOT_YOURS = Reply(550, "5.7.1", "This sender address does not belong to the account you used")
FROM_NOT_YOURS = Reply(550, "5.7.1", "The From address does not belong to the account you used")
FROM_MISSING = Reply(550, "5.6.0", "The message has no From; add one with your address")
FROM_TWICE = Reply(550, "5.7.1", "The message has more than one From field")
FROM_SEVERAL = Reply(550, "5.7.1", "From names more than one address, not all of them yours")
NO_ACCOUNT = Reply(535, "5.7.8", "The account no longer exists")


class SenderPolicy:
    """Answers for the submission sessions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def envelope(self, account: Account, reverse_path: str) -> Reply | None:
        """Return the refusal of a MAIL FROM, or None. `<>` is for notifications (RFC 8098 §3)."""
        if not reverse_path:
            return None
        owned = await self._db.read(lambda tx: directory.owns(tx, account.id, reverse_path))
        return None if owned else NOT_YOURS

    async def header(self, account: Account, block: bytes) -> Reply | None:
        """Return the refusal of a header block, or None.

        One From field only, and nothing in it that is not the account's: what one program shows
        and another checks must not differ (two From fields broke others).
        """
        fields = scan_header(block).all("from")
        if not fields:
            return FROM_MISSING
        if len(fields) > 1:
            return FROM_TWICE
        addresses = [mailbox.addr_spec for mailbox in mailboxes(parse_addresses(fields[0].value))]
        if not addresses:
            return FROM_MISSING
        owned = await self._db.read(lambda tx: _owns_all(tx, account, addresses))
        if owned:
            return None
        return FROM_NOT_YOURS if len(addresses) == 1 else FROM_SEVERAL


def _owns_all(tx: Transaction, account: Account, addresses: list[str]) -> bool:
    return all(directory.owns(tx, account.id, address) for address in addresses)
