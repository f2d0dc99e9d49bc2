"""Remembers what peers handed over, so that a message whose 250 was lost is not taken twice.

RFC 5321 §4.5.3.2.6 and RFC 1047 describe the trap: the sender times out after the final dot, and
tries again what we already have. The fingerprint covers whatever the station calls the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from postroad.db import Transaction

PRUNE_BATCH = 2_000
"""Receipts removed in one unit of work, so that deliveries pass in between."""


def seen(tx: Transaction, fingerprint: bytes) -> str | None:
    """Return the trace under which this was accepted before, or None."""
    rows = tx.execute("SELECT trace FROM receipt WHERE fingerprint = ?", (fingerprint,))
    return rows[0][0] if rows else None


def remember(tx: Transaction, fingerprint: bytes, trace: str, now: float) -> None:
    """Note that `fingerprint` was accepted as `trace`; the first one stays."""
    tx.execute(
        "INSERT INTO receipt (fingerprint, trace, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (fingerprint, trace, now),
    )


def prune(tx: Transaction, before: float, limit: int = PRUNE_BATCH) -> int:
    """Forget receipts from before `before`, at most `limit`; return how many. Ask until 0."""
    rows = tx.execute(
        "DELETE FROM receipt WHERE fingerprint IN"
        " (SELECT fingerprint FROM receipt WHERE at < ? LIMIT ?) RETURNING 1",
        (before, limit),
    )
    return len(rows)


def forget(tx: Transaction, fingerprints: Sequence[bytes]) -> None:
    """Remove receipts whose reply was read: the same bytes, if they come again, are meant."""
    for fingerprint in fingerprints:
        tx.execute("DELETE FROM receipt WHERE fingerprint = ?", (fingerprint,))
