"""A queue in memory, and short words for what tests do with it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest

from postroad import blobs, queue
from postroad.handoff import Content, Envelope, Recipient
from postroad.testing.database import MemoryTransaction

NOW = 1_800_000_000.0
LEASE = 600.0


@dataclass
class Office:
    """A queue, and a clock that stands still."""

    tx: MemoryTransaction = field(default_factory=MemoryTransaction)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def post(self, *recipients: str, at: float = NOW, **routes: str) -> int:
        """Queue a message; the route is the domain unless `routes` names the local part."""
        number = next(self.numbers)
        blob = blobs.inline(b"letter %d" % number)
        blobs.put(self.tx, blob)
        return queue.enqueue(
            self.tx,
            trace=f"trace{number}",
            envelope=Envelope("alice@alpha.test", tuple(map(Recipient, recipients)), ret="HDRS"),
            content=Content(blob.id, blob.size, b"Received: here\r\n"),
            routes={r: routes.get(r.partition("@")[0], r.partition("@")[2]) for r in recipients},
            now=at,
            expires=at + 432_000.0,
        )

    def claim(self, at: float = NOW, limit: int = 10) -> list[queue.Claimed]:
        return queue.claim(self.tx, at, limit, LEASE)

    def claimed(self, at: float = NOW, limit: int = 10) -> list[tuple[int, str, tuple[str, ...]]]:
        """What a claim brings: number, route and addresses."""
        return [
            (claim.id, claim.route, tuple(r.address for r in claim.envelope.recipients))
            for claim in self.claim(at, limit)
        ]

    def settle(
        self, number: int, at: float = NOW, again: float = NOW + 60, **states: str
    ) -> queue.Remaining:
        """Settle recipients of gamma.test by their local parts."""
        results = [
            queue.Settled(
                f"{name}@gamma.test", state, f"said {state}", again if state == "deferred" else None
            )  # type: ignore[arg-type]
            for name, state in states.items()
        ]
        return queue.settle(self.tx, number, results, at)

    def blob_refs(self) -> list[int]:
        return [row[0] for row in self.tx.execute("SELECT refs FROM blob ORDER BY rowid")]


@pytest.fixture
def office() -> Office:
    return Office()
