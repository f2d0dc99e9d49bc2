"""Writes down what an attempt came to, and forgets the message when nobody is left."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from postroad import blobs
from postroad.db import Transaction
from postroad.queue._claims import NEVER

State = Literal["sent", "failed", "deferred"]

MAX_REPLY = 2_000
"""Characters kept of a remote's words for people to read; ours."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one recipient: `sent` and `failed` are final, `deferred` is tried again.

    `reply` is what was said, for people. `next_attempt` is seconds since the epoch, for `deferred`
    alone.
    """

    recipient: str
    state: State
    reply: str
    next_attempt: float | None = None

    def __post_init__(self) -> None:
        if (self.state == "deferred") != (self.next_attempt is not None):
            raise ValueError("a deferred recipient has a next attempt, and no other has")


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many recipients of the message still wait, and when the first of them is due."""

    recipients: int
    next_due: float | None


def settle(tx: Transaction, number: int, results: Sequence[Settled], now: float) -> Remaining:
    """Record one attempt. The message and its reference to the blob go with the last recipient.

    A recipient that is not in the queue any more is passed over: someone removed it meanwhile.
    """
    for result in results:
        if result.state == "deferred":
            _defer(tx, number, result, now)
        else:
            tx.execute(
                "DELETE FROM queue_recipient WHERE message = ? AND address = ?",
                (number, result.recipient),
            )
    count, due = tx.execute(
        "SELECT count(*), min(due) FROM queue_recipient WHERE message = ?", (number,)
    )[0]
    if not count:
        forget(tx, number)
    return Remaining(count, due)


def forget(tx: Transaction, number: int) -> bool:
    """Remove a message with all that is left of it; return whether it was there."""
    tx.execute("DELETE FROM queue_recipient WHERE message = ?", (number,))
    rows = tx.execute("DELETE FROM queue_message WHERE id = ? RETURNING blob", (number,))
    if rows:
        with suppress(blobs.BlobMissing):  # lost with a disk: the message must come to its end
            blobs.release(tx, rows[0][0])
    return bool(rows)


def _defer(tx: Transaction, number: int, result: Settled, now: float) -> None:
    tx.execute(
        "UPDATE queue_recipient SET due = CASE WHEN"
        " (SELECT suspended FROM queue_message WHERE id = message) = 1 THEN ? ELSE ? END,"
        " leased = 0, next_attempt = ?, attempts = attempts + 1, last_attempt = ?, last_reply = ?"
        " WHERE message = ? AND address = ?",
        (
            NEVER,
            result.next_attempt,
            result.next_attempt,
            now,
            result.reply[:MAX_REPLY],
            number,
            result.recipient,
        ),
    )
