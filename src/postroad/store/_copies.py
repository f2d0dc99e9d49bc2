"""Messages go into another mailbox, or to it, many at a time.

A copy is the same email placed once more. Where the email is already, in its own mailbox above all,
the copy is an email of its own with the same bytes, and EMAILID still says what it came from.

Standards: RFC 9051 §6.4.7 (COPY), §6.4.8 (MOVE), RFC 4315 §3 (COPYUID), RFC 8474 §5.1 (EMAILID)
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from postroad import blobs
from postroad.db import Transaction
from postroad.store import _mailboxes, _placements, _threads
from postroad.store._expunge import log_withdrawn, withdraw
from postroad.store._placements import Placement
from postroad.store._rows import Row, rows
from postroad.store._spans import Spans, of_numbers
from postroad.store._turns import Turn
from postroad.store._types import DELETED, SEEN, Mailbox
from postroad.store.errors import OverQuota


class Copied(msgspec.Struct, frozen=True):
    """Where messages came from and went to, in the same order: what COPYUID says."""

    uidvalidity: int
    source: list[int]
    target: list[int]


def copy(
    tx: Transaction, turn: Turn, source: int, ranges: Spans, target: int, now: float
) -> Copied:
    """See `Store.copy`."""
    box = _boxes(tx, turn.account, source, target)
    found = rows(tx, turn.account, source, ranges)
    return _enter(tx, turn, found, box, now)


def move(
    tx: Transaction, turn: Turn, source: int, ranges: Spans, target: int, now: float
) -> Copied:
    """See `Store.move`."""
    box = _boxes(tx, turn.account, source, target)
    found = rows(tx, turn.account, source, ranges)
    withdrawn = withdraw(tx, turn, source, of_numbers(row.uid for row in found))
    copied = _enter(tx, turn, found, box, now, moved=True)
    log_withdrawn(tx, turn, source, withdrawn, gone=set())
    return copied


def _boxes(tx: Transaction, account: int, source: int, target: int) -> Mailbox:
    """Return the target. Raises NoSuchMailbox for either."""
    _mailboxes.mailbox(tx, account, source)
    return _mailboxes.mailbox(tx, account, target)


def _enter(
    tx: Transaction,
    turn: Turn,
    found: Sequence[Row],
    box: Mailbox,
    now: float,
    moved: bool = False,
) -> Copied:
    """Give the messages UIDs in `box` and place them there."""
    if not found:
        return Copied(box.uidvalidity, [], [])
    emails = _emails_for(tx, turn.account, found, box.id, moved)
    target = list(range(box.uidnext, box.uidnext + len(found)))
    placed = [
        Placement(
            turn.account, box.id, uid, turn.modseq, row.keywords, DELETED in row.keywords.split(),
            email, row.thread_id, row.origin, row.size, row.received, row.sent, now,
        )
        for uid, row, email in zip(target, found, emails, strict=True)
    ]  # fmt: skip
    _placements.insert_all(tx, placed)
    tx.execute(
        "UPDATE mailbox SET uidnext = uidnext + ?, modseq = ?, messages = messages + ?,"
        " unseen = unseen + ?, octets = octets + ?, deleted = deleted + ?"
        " WHERE account = ? AND id = ?",
        (
            len(found),
            turn.modseq,
            len(found),
            sum(SEEN not in row.keywords.split() for row in found),
            sum(row.size for row in found),
            sum(one.deleted for one in placed),
            turn.account,
            box.id,
        ),
    )
    _log(tx, turn, box.id, found, target, emails)
    return Copied(box.uidvalidity, [row.uid for row in found], target)


def _log(
    tx: Transaction, turn: Turn, mailbox: int, found: Sequence[Row], uids: list[int],
    emails: list[int],
) -> None:  # fmt: skip
    items = [
        (uid, email, row.thread_id) for uid, row, email in zip(uids, found, emails, strict=True)
    ]
    old = {row.email_id for row in found}
    turn.log_all(tx, "created", mailbox, [item for item in items if item[1] not in old])
    turn.log_all(tx, "placed", mailbox, [item for item in items if item[1] in old])


def _emails_for(
    tx: Transaction, account: int, found: Sequence[Row], target: int, moved: bool
) -> list[int]:
    """Return the email that each message becomes a placement of: its own where that is free."""
    there: set[int] = set()
    for low, high in of_numbers(row.email_id for row in found):
        hits = tx.execute(
            "SELECT email FROM placement WHERE account = ? AND email BETWEEN ? AND ?"
            " AND mailbox = ?",
            (account, low, high, target),
        )
        there |= {email for (email,) in hits}
    twins = _twins(tx, account, [row for row in found if row.email_id in there], free=moved)
    return [twins.get(row.email_id, row.email_id) for row in found]


def _twins(tx: Transaction, account: int, found: list[Row], free: bool) -> dict[int, int]:
    """Make an email with the same bytes for each message; return the new ids by the old.

    Raises OverQuota when the quota was used up before, unless they are `free`.
    """
    if not found:
        return {}
    drawn = tx.execute(
        "UPDATE store_account SET next_email = next_email + ?, used_bytes = used_bytes + ?,"
        " used_messages = used_messages + ?"
        " WHERE account = ? AND (quota IS NULL OR used_bytes < quota OR 1 = ?)"
        " RETURNING next_email",
        (len(found), sum(row.size for row in found), len(found), account, free),
    )
    if not drawn:
        used = tx.execute(
            "SELECT used_bytes, quota FROM store_account WHERE account = ?", (account,)
        )
        raise OverQuota(*used[0])
    first = drawn[0][0] - len(found)
    twins = {row.email_id: number for number, row in enumerate(found, first)}
    for old, new in twins.items():
        _clone(tx, account, old, new)
    return twins


def _clone(tx: Transaction, account: int, old: int, new: int) -> None:
    made = tx.execute(
        "INSERT INTO email (account, id, thread, blob, size, prefix, received, sent, message_id,"
        " trace, links) SELECT account, ?, thread, blob, size, prefix, received, sent,"
        " message_id, trace, links FROM email WHERE account = ? AND id = ?"
        " RETURNING blob, links, thread",
        (new, account, old),
    )
    blob, links, thread = made[0]
    blobs.add_refs(tx, blob, 1)
    _threads.use_again(tx, account, _threads.unpack(links), thread)
    tx.execute(
        "INSERT INTO email_view (account, email, envelope, structure, fields, preview)"
        " SELECT account, ?, envelope, structure, fields, preview FROM email_view"
        " WHERE account = ? AND email = ?",
        (new, account, old),
    )
