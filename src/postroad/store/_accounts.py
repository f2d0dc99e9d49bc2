"""An account's mailboxes begin, end, and are counted."""

from __future__ import annotations

from dataclasses import astuple

from postroad import blobs
from postroad.db import Transaction
from postroad.store._subscriptions import subscribe
from postroad.store._types import Mailbox, Quota
from postroad.store.errors import NoSuchAccount, StoreError

FIRST_MAILBOXES = (
    ("INBOX", "inbox"),
    ("Drafts", "drafts"),
    ("Sent", "sent"),
    ("Junk", "junk"),
    ("Trash", "trash"),
    ("Archive", "archive"),
)
"""Name and role of what every account begins with (RFC 6154 §2, RFC 8621 §2)."""

_DELETES = (
    "DELETE FROM change WHERE account = ?",
    "DELETE FROM subscription WHERE account = ?",
    "DELETE FROM email_viewed WHERE account = ?",
    "DELETE FROM email_view WHERE account = ?",
    "DELETE FROM thread_link WHERE account = ?",
    "DELETE FROM placement WHERE account = ?",
    "DELETE FROM email WHERE account = ?",
    "DELETE FROM mailbox WHERE account = ?",
    "DELETE FROM store_account WHERE account = ?",
)


def create_account(tx: Transaction, account_id: int, now: float, quota: int | None = None) -> None:
    """Give an account its first mailboxes, all subscribed; `quota` is octets.

    Raises StoreError if it has some.
    """
    made = tx.execute(
        "INSERT INTO store_account (account, modseq, next_email, next_mailbox, next_uidvalidity,"
        " used_bytes, used_messages, quota) VALUES (?, 1, 1, ?, ?, 0, 0, ?)"
        " ON CONFLICT DO NOTHING RETURNING account",
        (account_id, len(FIRST_MAILBOXES) + 1, int(now) + 1, quota),
    )
    if not made:
        raise StoreError(f"account {account_id} has its mailboxes already")
    for number, (name, role) in enumerate(FIRST_MAILBOXES, 1):
        insert_mailbox(tx, account_id, Mailbox(number, 0, name, role, uidvalidity=int(now)))
        subscribe(tx, account_id, name)


def insert_mailbox(tx: Transaction, account: int, made: Mailbox) -> None:
    """Write the row of a new mailbox."""
    tx.execute(
        "INSERT INTO mailbox (account, id, parent, name, role, uidvalidity, uidnext, modseq,"
        " messages, unseen, octets, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (account, *astuple(made)),
    )


def delete_account(tx: Transaction, account_id: int) -> None:
    """Remove everything an account has, and give back its blobs. Nothing to do is no error."""
    rows = tx.execute(
        "SELECT blob, count(*) FROM email WHERE account = ? GROUP BY blob", (account_id,)
    )
    for blob, count in rows:
        blobs.release(tx, blob, count)
    for statement in _DELETES:
        tx.execute(statement, (account_id,))


def quota(tx: Transaction, account_id: int) -> Quota:
    """Return what the account uses and may use. Raises NoSuchAccount."""
    rows = tx.execute(
        "SELECT used_bytes, used_messages, quota FROM store_account WHERE account = ?",
        (account_id,),
    )
    if not rows:
        raise NoSuchAccount(f"account {account_id} has no mailboxes here")
    return Quota(*rows[0])


def set_quota(tx: Transaction, account_id: int, limit: int | None) -> None:
    """Change what the account may use, in octets; None lifts the limit. Raises NoSuchAccount."""
    rows = tx.execute(
        "UPDATE store_account SET quota = ? WHERE account = ? RETURNING account",
        (limit, account_id),
    )
    if not rows:
        raise NoSuchAccount(f"account {account_id} has no mailboxes here")
