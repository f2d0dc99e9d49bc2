"""Writes journeys down and finds them again, as plain functions over a transaction.

One row says what a journey is found by; its events follow in batches, each batch one row of JSON,
in the order in which the units of work were committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from postroad.db import DatabaseCorrupt, Row, Transaction
from postroad.journey._trace import is_trace, new_trace
from postroad.journey.events import AnyEvent

MAX_FOUND = 100
"""Journeys that one Message-ID may show at once; forged ones can share it."""

PRUNE_BATCH = 1_000
"""Journeys removed in one unit of work, so that deliveries pass in between."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[AnyEvent]).decode
_decode_recipients = msgspec.json.Decoder(tuple[str, ...]).decode


@dataclass(frozen=True, slots=True)
class Journey:
    """What happened to one message, first event first. `at` is seconds since the epoch."""

    trace: str
    at: float
    message_id: str
    reverse_path: str
    recipients: tuple[str, ...]
    subject: str
    size: int
    events: tuple[AnyEvent, ...]


@dataclass(frozen=True, slots=True)
class News:
    """Journeys that have new events, whole, and the cursor to ask with next time."""

    journeys: tuple[Journey, ...]
    cursor: int


def open_journey(  # noqa: PLR0913 - the columns of one row, by name
    tx: Transaction,
    trace: str,
    *,
    at: float,
    message_id: str,
    reverse_path: str,
    recipients: Sequence[str],
    subject: str,
    size: int,
) -> None:
    """Begin the journey of one message. Opening a trace again changes nothing."""
    tx.execute(
        "INSERT INTO journey (trace, at, message_id, reverse_path, recipients, subject, size)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (trace, at, message_id, reverse_path, _encode(recipients).decode(), subject, size),
    )


def record(tx: Transaction, trace: str, events: Sequence[AnyEvent]) -> None:
    """Add `events` in their order to the journey `trace`; nothing for an empty list."""
    if events:
        tx.execute(
            "INSERT INTO journey_event (trace, events) VALUES (?, ?)", (trace, _encode(events))
        )


def find(tx: Transaction, key: str) -> list[Journey]:
    """Return the journey with the trace id `key`, or those with that Message-ID, oldest first.

    A Message-ID may come with or without its angle brackets.
    """
    folded = key.strip().lower()
    if is_trace(folded) and (found := tx.execute(f"{_SELECT} WHERE trace = ?", (folded,))):
        return _whole(tx, found)
    bare = key.strip().removeprefix("<").removesuffix(">")
    rows: list[Row] = []
    for spelling in (bare, f"<{bare}>"):
        rows += tx.execute(
            f"{_SELECT} WHERE message_id = ? ORDER BY trace LIMIT ?", (spelling, MAX_FOUND)
        )
    return _whole(tx, sorted(rows)[:MAX_FOUND])


def recent(tx: Transaction, limit: int, before: str | None = None) -> list[Journey]:
    """Return the newest journeys, newest first; `before` a trace id, to turn the page."""
    rows = tx.execute(
        f"{_SELECT} WHERE trace < ? ORDER BY trace DESC LIMIT ?", (before or _LAST, limit)
    )
    return _whole(tx, rows)


def since(tx: Transaction, cursor: int, limit: int = MAX_FOUND) -> News:
    """Return the journeys with events written after `cursor` (0: from the first), oldest first.

    At most `limit` batches of events are looked at; ask again while the cursor moves.
    """
    rows = tx.execute(
        "SELECT id, trace FROM journey_event WHERE id > ? ORDER BY id LIMIT ?", (cursor, limit)
    )
    traces = dict.fromkeys(row[1] for row in rows)
    found = [row for trace in traces for row in tx.execute(f"{_SELECT} WHERE trace = ?", (trace,))]
    return News(tuple(_whole(tx, found)), rows[-1][0] if rows else cursor)


def last_cursor(tx: Transaction) -> int:
    """Return the cursor after everything written so far."""
    return int(tx.execute("SELECT coalesce(max(id), 0) FROM journey_event")[0][0])


def prune(tx: Transaction, before: float, limit: int = PRUNE_BATCH) -> int:
    """Remove journeys opened before `before`, at most `limit`; return how many. Ask until 0."""
    rows = tx.execute(
        "DELETE FROM journey WHERE trace IN"
        " (SELECT trace FROM journey WHERE trace < ? ORDER BY trace LIMIT ?) RETURNING trace",
        (new_trace(before, 0), limit),
    )
    for (trace,) in rows:
        tx.execute("DELETE FROM journey_event WHERE trace = ?", (trace,))
    return len(rows)


_SELECT = "SELECT trace, at, message_id, reverse_path, recipients, subject, size FROM journey"
_LAST = "~"  # after every trace id


def _whole(tx: Transaction, rows: Sequence[Row]) -> list[Journey]:
    return [_journey(tx, row) for row in rows]


def _journey(tx: Transaction, row: Row) -> Journey:
    trace, at, message_id, reverse_path, recipients, subject, size = row
    batches = tx.execute("SELECT events FROM journey_event WHERE trace = ? ORDER BY id", (trace,))
    try:
        events = tuple(event for (batch,) in batches for event in _decode(batch))
        whom = _decode_recipients(recipients)
    except msgspec.DecodeError as error:
        raise DatabaseCorrupt(f"journey {trace}: {error}") from error
    return Journey(trace, at, message_id, reverse_path, whom, subject, size, events)
