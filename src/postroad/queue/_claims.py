"""Hands out what is due, to one worker at a time.

A claim is a lease in the database: until it ends nobody else gets the same recipients, and after a
crash it runs out by itself. What is due is found by one index, leases included: `due` is the next
attempt, or the end of the lease.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from postroad.db import Row, Transaction
from postroad.handoff import Content, Envelope, Recipient

MAX_RECIPIENTS = 100
"""Recipients of one claim (RFC 5321 §4.5.3.1.8: every server takes 100 in one transaction)."""

NEVER = 9e15
"""`due` of a suspended recipient: after the end of time."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One attempt to make: `envelope` holds the recipients that are due and share `route`.

    `attempts` were made before, the last of them at `last_attempt`. Times are seconds since the
    epoch.
    """

    id: int
    trace: str
    envelope: Envelope
    content: Content
    route: str
    attempts: int
    last_attempt: float | None
    created: float
    expires: float


@dataclass(frozen=True, slots=True)
class Lanes:
    """How many attempts may be made at one time to one route; `busy` counts those being made."""

    each: int
    busy: Mapping[str, int] = field(default_factory=dict)

    @property
    def full(self) -> list[str]:
        """Routes for which nothing more is to be claimed."""
        return [route for route, count in self.busy.items() if count >= self.each]


OPEN = Lanes(1 << 30)
"""Any number of attempts to any route."""

_SOONEST = (
    "SELECT message, route, min(due) AS first FROM (SELECT message, route, due"
    " FROM queue_recipient WHERE due <= ?{beside} ORDER BY due LIMIT ?) AS soonest"
    " GROUP BY message, route ORDER BY first, message LIMIT ?"
)
_NEXT = "SELECT due FROM queue_recipient WHERE due < ?{beside} ORDER BY due LIMIT 1"


def claim(
    tx: Transaction, now: float, limit: int, lease: float, lanes: Lanes = OPEN
) -> list[Claimed]:
    """Lease at most `limit` attempts that are due at `now` for `lease` seconds, oldest first.

    No route gets more than its lanes have room for, so a slow one cannot take what others need.
    When a claim has filled a route, the next may find others that waited behind it.
    """
    beside, full = _beside(lanes)
    due = tx.execute(_SOONEST.format(beside=beside), (now, *full, limit * MAX_RECIPIENTS, limit))
    leases = (
        _lease(tx, number, route, now, now + lease) for number, route in _with_room(due, lanes)
    )
    return [claimed for claimed in leases if claimed]


def release_leases(tx: Transaction) -> int:
    """Give back what a former process had claimed; return the number of recipients."""
    rows = tx.execute(
        "UPDATE queue_recipient SET leased = 0, due = CASE WHEN"
        " (SELECT suspended FROM queue_message WHERE id = message) = 1 THEN ? ELSE next_attempt END"
        " WHERE leased = 1 RETURNING 1",
        (NEVER,),
    )
    return len(rows)


def next_due(tx: Transaction, lanes: Lanes = OPEN) -> float | None:
    """Return when the next attempt may be claimed, None for an empty or suspended queue."""
    beside, full = _beside(lanes)
    rows = tx.execute(_NEXT.format(beside=beside), (NEVER, *full))
    return rows[0][0] if rows else None


def _beside(lanes: Lanes) -> tuple[str, list[str]]:
    """The condition that leaves full routes out, and its values."""
    full = lanes.full
    marks = ", ".join("?" * len(full))
    return (f" AND route NOT IN ({marks})" if full else ""), full


def _with_room(due: list[Row], lanes: Lanes) -> Iterator[tuple[int, str]]:
    """Messages and routes in order, as many of each route as there is room for."""
    busy = Counter(lanes.busy)
    for number, route, _ in due:
        if busy[route] < lanes.each:
            busy[route] += 1
            yield number, route


def _lease(tx: Transaction, number: int, route: str, now: float, until: float) -> Claimed | None:
    """Lease the recipients of one route; None for a message suspended while a lease ran out."""
    message = tx.execute(
        "SELECT trace, reverse_path, body, smtputf8, ret, envid, blob, size, prefix, created,"
        " expires, suspended FROM queue_message WHERE id = ?",
        (number,),
    )[0]
    if message[-1]:
        _put_off(tx, number, now)
        return None
    rows = tx.execute(
        "SELECT position, address, notify, orcpt, attempts, last_attempt FROM queue_recipient"
        " WHERE message = ? AND route = ? AND due <= ? ORDER BY position LIMIT ?",
        (number, route, now, MAX_RECIPIENTS),
    )
    for row in rows:
        tx.execute(
            "UPDATE queue_recipient SET due = ?, leased = 1 WHERE message = ? AND position = ?",
            (until, number, row[0]),
        )
    return _claimed(number, route, message[:-1], rows)


def _put_off(tx: Transaction, number: int, now: float) -> None:
    tx.execute(
        "UPDATE queue_recipient SET leased = 0, due = ? WHERE message = ? AND due <= ?",
        (NEVER, number, now),
    )


def _claimed(number: int, route: str, message: Row, rows: list[Row]) -> Claimed:
    trace, reverse_path, body, smtputf8, ret, envid, blob, size, prefix, created, expires = message
    recipients = tuple(
        Recipient(address, frozenset(notify.split()), orcpt)
        for _, address, notify, orcpt, _, _ in rows
    )
    return Claimed(
        id=number,
        trace=trace,
        envelope=Envelope(reverse_path, recipients, body, bool(smtputf8), ret, envid),
        content=Content(blob, size, prefix),
        route=route,
        attempts=max(row[4] for row in rows),
        last_attempt=max((row[5] for row in rows if row[5] is not None), default=None),
        created=created,
        expires=expires,
    )
