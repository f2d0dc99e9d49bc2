"""What an administrator sees of the queue, and can do to it."""

from __future__ import annotations

from dataclasses import dataclass

from postroad.db import Row, Transaction
from postroad.queue._claims import NEVER
from postroad.queue._settle import forget
from postroad.queue.errors import NoSuchMessage


@dataclass(frozen=True, slots=True)
class Waiting:
    """One recipient that waits, and why: `last_reply` is what the last attempt heard, "" before.

    `leased` says that an attempt is being made now. Times are seconds since the epoch.
    """

    id: int
    trace: str
    sender: str
    recipient: str
    route: str
    size: int
    created: float
    expires: float
    attempts: int
    last_attempt: float | None
    last_reply: str
    next_attempt: float
    leased: bool
    suspended: bool


_SELECT = (
    "SELECT m.id, m.trace, m.reverse_path, r.address, r.route, m.size + length(m.prefix),"
    " m.created, m.expires, r.attempts, r.last_attempt, r.last_reply, r.next_attempt, r.leased,"
    " m.suspended"
    " FROM queue_recipient r JOIN queue_message m ON m.id = r.message"
)


def list_waiting(tx: Transaction, limit: int, after: int = 0) -> list[Waiting]:
    """Return at most `limit` recipients of messages numbered above `after`, oldest first."""
    rows = tx.execute(
        f"{_SELECT} WHERE r.message > ? ORDER BY r.message, r.position LIMIT ?", (after, limit)
    )
    return [_waiting(row) for row in rows]


def get(tx: Transaction, number: int) -> list[Waiting]:
    """Return the recipients of one message that still wait. Raises NoSuchMessage."""
    rows = tx.execute(f"{_SELECT} WHERE r.message = ? ORDER BY r.position", (number,))
    if not rows:
        raise NoSuchMessage(number)
    return [_waiting(row) for row in rows]


def suspend(tx: Transaction, number: int) -> None:
    """Make no new attempt; one that is being made may still succeed. Raises NoSuchMessage."""
    _set_suspended(tx, number, True)
    tx.execute(
        "UPDATE queue_recipient SET due = ? WHERE message = ? AND leased = 0", (NEVER, number)
    )


def resume(tx: Transaction, number: int) -> None:
    """Let attempts go on at their times. Raises NoSuchMessage."""
    _set_suspended(tx, number, False)
    tx.execute(
        "UPDATE queue_recipient SET due = next_attempt WHERE message = ? AND leased = 0",
        (number,),
    )


def retry_now(tx: Transaction, number: int, now: float) -> None:
    """Make the next attempt at once, for all recipients. Raises NoSuchMessage."""
    _set_suspended(tx, number, False)
    tx.execute(
        "UPDATE queue_recipient SET due = ?, next_attempt = ? WHERE message = ? AND leased = 0",
        (now, now, number),
    )


def remove(tx: Transaction, number: int) -> None:
    """Drop the message without a word to its sender. Raises NoSuchMessage."""
    if not forget(tx, number):
        raise NoSuchMessage(number)


def _set_suspended(tx: Transaction, number: int, suspended: bool) -> None:
    rows = tx.execute(
        "UPDATE queue_message SET suspended = ? WHERE id = ? RETURNING id", (suspended, number)
    )
    if not rows:
        raise NoSuchMessage(number)


def _waiting(row: Row) -> Waiting:
    values = dict(zip(Waiting.__slots__, row, strict=True))
    values.update(leased=bool(values["leased"]), suspended=bool(values["suspended"]))
    return Waiting(**values)
