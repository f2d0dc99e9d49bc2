"""Who may send as whom: an account, its envelope sender, and the From that people see.

Standards: RFC 6409 §6.1 (enforced submission rights), RFC 5322 §3.6.2 (From), RFC 6854 (groups)
"""

from __future__ import annotations

import re

from postroad import directory
from postroad.db import Database, Transaction
from postroad.directory import Account
from postroad.handoff import Reply
from postroad.message import mailboxes, parse_addresses, scan_header

NOT_YOURS = Reply(550, "5.7.1", "This sender address does not belong to the account you used")
FROM_NOT_YOURS = Reply(550, "5.7.1", "The From address does not belong to the account you used")
FROM_MISSING = Reply(550, "5.6.0", "The message has no From; add one with your address")
FROM_TWICE = Reply(550, "5.7.1", "The message has more than one From field")
FROM_TOO_LONG = Reply(550, "5.7.1", "The From field is too long to be checked")
FROM_SEVERAL = Reply(550, "5.7.1", "From names more than one address, not all of them yours")

MAX_FROM = 4_096
"""Octets of a From field; ours. Nobody has so many names, and every address in it is read."""

_FROM = re.compile(rb"^From[ \t]*:", re.I | re.M)


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
        and another checks must not differ (two From fields broke others). A From behind a line that
        ends the header for us counts too: others read on.
        """
        if len(_FROM.findall(block)) > 1:
            return FROM_TWICE
        field = scan_header(block).first("from")
        if field is None:
            return FROM_MISSING
        if len(field.value) > MAX_FROM:
            return FROM_TOO_LONG
        addresses = [mailbox.addr_spec for mailbox in mailboxes(parse_addresses(field.value))]
        if not addresses:
            return FROM_MISSING
        owned = await self._db.read(lambda tx: _owns_all(tx, account, addresses))
        if owned:
            return None
        return FROM_NOT_YOURS if len(addresses) == 1 else FROM_SEVERAL


def _owns_all(tx: Transaction, account: Account, addresses: list[str]) -> bool:
    return all(directory.owns(tx, account.id, address) for address in addresses)
