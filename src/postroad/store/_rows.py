"""What a mailbox shows of its messages, by UID: numbers, flags, and the facts that never change.

Each function walks along the key of `placement` and reads nothing else.

Standards: RFC 9051 §2.3 (message attributes), RFC 8474 (EMAILID), RFC 8514 (SAVEDATE)
"""

from __future__ import annotations

from array import array
from itertools import chain, starmap

import msgspec

from postroad.db import Transaction
from postroad.store import _mailboxes
from postroad.store._spans import MAX_UID, Spans, merged
from postroad.store._types import SEEN

Flags = tuple[int, int, str]
"""UID, modseq, keywords: sorted, with a space between them."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A message as its mailbox shows it. Times are seconds since the epoch, `size` is octets.

    `origin` is what EMAILID says: the id of the email whose copy this one is, else its own.
    """

    uid: int
    email_id: int
    thread_id: int
    origin: int
    modseq: int
    keywords: str
    size: int
    received: float
    sent: float | None
    saved: float


def uids(tx: Transaction, account_id: int, mailbox_id: int) -> array[int]:
    """Return every UID of the mailbox, ascending. Raises NoSuchMailbox.

    A mailbox that nothing was taken out of is not read at all: its first UID and its counter tell.
    """
    box = _mailboxes.mailbox(tx, account_id, mailbox_id)
    first, last = tx.execute(
        "SELECT (SELECT uid FROM placement WHERE account = ? AND mailbox = ? ORDER BY uid LIMIT 1),"
        " (SELECT uid FROM placement WHERE account = ? AND mailbox = ? ORDER BY uid DESC LIMIT 1)",
        (account_id, mailbox_id) * 2,
    )[0]
    if first is None:
        return array("I")
    if last - first + 1 == box.messages:
        return array("I", range(first, last + 1))
    rows = tx.execute(
        "SELECT uid FROM placement WHERE account = ? AND mailbox = ? ORDER BY uid",
        (account_id, mailbox_id),
    )
    return array("I", chain.from_iterable(rows))


def rows(
    tx: Transaction, account_id: int, mailbox_id: int, ranges: Spans, limit: int | None = None
) -> list[Row]:
    """Return the messages with these UIDs, ascending; the first `limit` of them."""
    found: list[tuple[object, ...]] = []
    for low, high in merged(ranges):
        left = MAX_UID if limit is None else limit - len(found)
        if left <= 0:
            break
        found += tx.execute(
            "SELECT uid, email, thread, origin, modseq, keywords, size, received, sent, saved"
            " FROM placement WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ?"
            " ORDER BY uid LIMIT ?",
            (account_id, mailbox_id, low, high, left),
        )
    return list(starmap(Row, found))


def flags(tx: Transaction, account_id: int, mailbox_id: int, ranges: Spans) -> list[Flags]:
    """Return UID, modseq and keywords of the messages with these UIDs, ascending."""
    found: list[Flags] = []
    for low, high in merged(ranges):
        found += tx.execute(
            "SELECT uid, modseq, keywords FROM placement"
            " WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ? ORDER BY uid",
            (account_id, mailbox_id, low, high),
        )
    return found


def deleted_uids(tx: Transaction, account_id: int, mailbox_id: int, ranges: Spans) -> list[int]:
    """Return the UIDs among these that are marked `$deleted`, ascending; by an index of those."""
    found: list[int] = []
    for low, high in merged(ranges):
        rows = tx.execute(
            "SELECT uid FROM placement WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ?"
            " AND deleted = 1 ORDER BY uid",
            (account_id, mailbox_id, low, high),
        )
        found += [uid for (uid,) in rows]
    return found


def first_unseen(tx: Transaction, account_id: int, mailbox_id: int) -> int | None:
    """Return the lowest UID without `$seen`, None when there is none. Raises NoSuchMailbox.

    For IMAP4rev1's UNSEEN at SELECT; it reads up to that message, and nothing when all were seen.
    """
    if not _mailboxes.mailbox(tx, account_id, mailbox_id).unseen:
        return None
    found = tx.execute(
        "SELECT uid FROM placement WHERE account = ? AND mailbox = ?"
        " AND ' ' || keywords || ' ' NOT LIKE ? ORDER BY uid LIMIT 1",
        (account_id, mailbox_id, f"% {SEEN} %"),
    )
    return int(found[0][0]) if found else None
