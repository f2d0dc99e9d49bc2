"""What changed in one mailbox after a modseq: for CONDSTORE, QRESYNC, and whoever was told so.

The list of changes is read while it reaches back and is short; the mailbox itself otherwise.

Standards: RFC 7162 §3.1.4.1 (CHANGEDSINCE), §3.2.5 (QRESYNC), §5.3 (how long to remember)
"""

from __future__ import annotations

from postroad.db import Transaction
from postroad.store._rows import Flags
from postroad.store._spans import MAX_UID
from postroad.store.errors import NoSuchAccount

LIST_READ = 20_000
"""Changes of an account that are looked through to find those of one mailbox. For more of them,
walking through the mailbox is no slower."""


def changed_since(
    tx: Transaction, account_id: int, mailbox_id: int, modseq: int, up_to: int = MAX_UID
) -> list[Flags]:
    """Return UID, modseq and keywords of the messages that came or changed after `modseq`.

    Ascending, no higher UID than `up_to`. Raises NoSuchAccount.
    """
    if not _is_short(tx, account_id, modseq):
        return tx.execute(
            "SELECT uid, modseq, keywords FROM placement"
            " WHERE account = ? AND mailbox = ? AND uid <= ? AND modseq > ? ORDER BY uid",
            (account_id, mailbox_id, up_to, modseq),
        )
    rows = tx.execute(
        "SELECT p.uid, p.modseq, p.keywords FROM"
        " (SELECT DISTINCT uid FROM change WHERE account = ? AND modseq > ? AND mailbox = ?"
        " AND kind IN ('created', 'placed', 'keywords')) AS c"
        " CROSS JOIN placement AS p WHERE p.account = ? AND p.mailbox = ? AND p.uid = c.uid"
        " AND p.uid <= ?",
        (account_id, modseq, mailbox_id, account_id, mailbox_id, up_to),
    )
    rows.sort()
    return rows


def vanished_since(
    tx: Transaction, account_id: int, mailbox_id: int, modseq: int
) -> list[int] | None:
    """Return the UIDs that left the mailbox after `modseq`, ascending.

    None when the list of changes does not reach back so far. Raises NoSuchAccount.
    """
    if not reaches(tx, account_id, modseq):
        return None
    rows = tx.execute(
        "SELECT uid FROM change WHERE account = ? AND modseq > ? AND mailbox = ?"
        " AND kind IN ('removed', 'destroyed')",
        (account_id, modseq, mailbox_id),
    )
    return sorted(uid for (uid,) in rows)


def reaches(tx: Transaction, account_id: int, modseq: int) -> bool:
    """Whether every change after `modseq` is still in the list. Raises NoSuchAccount."""
    rows = tx.execute("SELECT listed_since FROM store_account WHERE account = ?", (account_id,))
    if not rows:
        raise NoSuchAccount(f"account {account_id} has no mailboxes here")
    return int(rows[0][0]) <= modseq


def prune_changes(tx: Transaction, account_id: int, before: int, limit: int = 10_000) -> int:
    """Forget the account's changes up to modseq `before`, at most about `limit`; return how many.

    Whole modseqs go, so it may be more than `limit`. Raises NoSuchAccount.
    """
    reaches(tx, account_id, before)
    rows = tx.execute(
        "SELECT modseq FROM change WHERE account = ? AND modseq <= ? ORDER BY modseq, step LIMIT ?",
        (account_id, before, limit),
    )
    if not rows:
        return 0
    last = rows[-1][0]
    tx.execute(
        "UPDATE store_account SET listed_since = ? WHERE account = ? AND listed_since < ?",
        (last, account_id, last),
    )
    return len(
        tx.execute(
            "DELETE FROM change WHERE account = ? AND modseq <= ? RETURNING step",
            (account_id, last),
        )
    )


def _is_short(tx: Transaction, account_id: int, modseq: int) -> bool:
    """Whether the list reaches back to `modseq` and holds few changes after it."""
    if not reaches(tx, account_id, modseq):
        return False
    rows = tx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM change WHERE account = ? AND modseq > ? LIMIT ?) AS c",
        (account_id, modseq, LIST_READ + 1),
    )
    return int(rows[0][0]) <= LIST_READ
