"""The names of mailboxes that a person wants to see.

They are names, not mailboxes: one may be subscribed before its mailbox is made, and stays when that
is deleted or renamed (RFC 9051 §6.3.7).
"""

from __future__ import annotations

import unicodedata

from postroad.db import Transaction
from postroad.store._types import INBOX
from postroad.store.errors import BadMailboxName

MAX_NAME = 2_816
"""Octets of a subscribed path: eleven names of 255 octets and what separates them."""

MAX_SUBSCRIPTIONS = 10_000
"""Names that one account may subscribe; ours."""


def subscribed(tx: Transaction, account_id: int) -> set[str]:
    """Return the subscribed names, as paths (`Plans/2026`)."""
    rows = tx.execute("SELECT name FROM subscription WHERE account = ?", (account_id,))
    return {name for (name,) in rows}


def subscribe(tx: Transaction, account_id: int, name: str) -> None:
    """Subscribe a name, whether or not there is such a mailbox. Raises BadMailboxName."""
    own = _spelled(name)
    if not own or len(own.encode("utf-8", "replace")) > MAX_NAME or "\0" in own:
        raise BadMailboxName(f"a subscribed name has 1 to {MAX_NAME} octets")
    count = tx.execute("SELECT count(*) FROM subscription WHERE account = ?", (account_id,))
    if count[0][0] >= MAX_SUBSCRIPTIONS:
        raise BadMailboxName(f"an account subscribes at most {MAX_SUBSCRIPTIONS} names")
    tx.execute(
        "INSERT INTO subscription (account, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (account_id, own),
    )


def unsubscribe(tx: Transaction, account_id: int, name: str) -> bool:
    """Return whether the name was subscribed; it no longer is."""
    rows = tx.execute(
        "DELETE FROM subscription WHERE account = ? AND name = ? RETURNING name",
        (account_id, _spelled(name)),
    )
    return bool(rows)


def _spelled(name: str) -> str:
    own = unicodedata.normalize("NFC", name)
    return INBOX if own.upper() == INBOX else own
