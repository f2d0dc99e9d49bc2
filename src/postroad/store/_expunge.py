"""Messages leave a mailbox, many at a time; emails that are in no other mailbox go.

Standards: RFC 9051 §6.4.3, RFC 4315 §2.1 (UID EXPUNGE)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from postroad import blobs
from postroad.db import Transaction
from postroad.store import _mailboxes, _threads
from postroad.store._spans import of_numbers
from postroad.store._turns import Item, Turn
from postroad.store._types import SEEN, Expunged

_Placed = tuple[int, int, int, int, int, str]  # uid, email, thread, size, deleted, keywords


def expunge(tx: Transaction, turn: Turn, mailbox: int, uids: Iterable[int]) -> list[Expunged]:
    """Take messages out of a mailbox; an email that is in no other goes, and its blob is released.

    UIDs that are not there are passed over. Raises NoSuchMailbox.
    """
    _mailboxes.mailbox(tx, turn.account, mailbox)
    placed = withdraw(tx, turn, mailbox, of_numbers(uids))
    if not placed:
        return []
    traces, gone = _remove_lonely(tx, turn.account, {item[1] for item in placed})
    sizes = {email: size for _, email, _, size, _, _ in placed}
    tx.execute(
        "UPDATE store_account SET used_bytes = used_bytes - ?, used_messages = used_messages - ?"
        " WHERE account = ?",
        (sum(sizes[email] for email in gone), len(gone), turn.account),
    )
    log_withdrawn(tx, turn, mailbox, placed, gone)
    return [Expunged(item[0], item[1], traces[item[1]], item[1] in gone) for item in placed]


def withdraw(
    tx: Transaction, turn: Turn, mailbox: int, spans: Iterable[tuple[int, int]]
) -> list[_Placed]:
    """Delete placements and take them off the mailbox's counters; return what they showed."""
    placed: list[_Placed] = []
    for low, high in spans:
        args = (turn.account, mailbox, low, high)
        placed += tx.execute(
            "SELECT uid, email, thread, size, deleted, keywords FROM placement"
            " WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ? ORDER BY uid",
            args,
        )
        tx.execute(
            "DELETE FROM placement WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ?", args
        )
    tx.execute(
        "UPDATE mailbox SET messages = messages - ?, unseen = unseen - ?, octets = octets - ?,"
        " deleted = deleted - ?, modseq = ? WHERE account = ? AND id = ?",
        (
            len(placed),
            sum(SEEN not in item[5].split() for item in placed),
            sum(item[3] for item in placed),
            sum(item[4] for item in placed),
            turn.modseq,
            turn.account,
            mailbox,
        ),
    )
    return placed


def log_withdrawn(
    tx: Transaction, turn: Turn, mailbox: int, placed: list[_Placed], gone: set[int]
) -> None:
    """List what left the mailbox, runs of one kind together."""
    run: list[Item] = []
    for uid, email, thread, *_ in placed:
        if run and (email in gone) != (run[-1][1] in gone):
            turn.log_all(tx, "destroyed" if run[-1][1] in gone else "removed", mailbox, run)
            run = []
        run.append((uid, email, thread))
    if run:
        turn.log_all(tx, "destroyed" if run[-1][1] in gone else "removed", mailbox, run)


def _remove_lonely(
    tx: Transaction, account: int, emails: set[int]
) -> tuple[dict[int, str], set[int]]:
    """Remove those emails that have no placement any more.

    Return the traces of all by id, and the ids of those that are gone.
    """
    traces: dict[int, str] = {}
    kept: set[int] = set()
    for low, high in of_numbers(emails):
        args = (account, low, high)
        traces |= dict(
            tx.execute("SELECT id, trace FROM email WHERE account = ? AND id BETWEEN ? AND ?", args)
        )
        rows = tx.execute(
            "SELECT email FROM placement WHERE account = ? AND email BETWEEN ? AND ?", args
        )
        kept |= {email for (email,) in rows}
    gone = emails - kept
    _remove(tx, account, gone)
    return traces, gone


def _remove(tx: Transaction, account: int, emails: set[int]) -> None:
    """Delete emails, and give back their blobs and links."""
    uses: Counter[bytes] = Counter()
    links: Counter[int] = Counter()
    for low, high in of_numbers(emails):
        args = (account, low, high)
        rows = tx.execute(
            "SELECT blob, links FROM email WHERE account = ? AND id BETWEEN ? AND ?", args
        )
        for blob, packed in rows:
            uses[blob] += 1
            links.update(_threads.unpack(packed))
        tx.execute("DELETE FROM email WHERE account = ? AND id BETWEEN ? AND ?", args)
        tx.execute("DELETE FROM email_view WHERE account = ? AND email BETWEEN ? AND ?", args)
    for blob, count in uses.items():
        blobs.release(tx, blob, count)
    _threads.leave(tx, account, links)
