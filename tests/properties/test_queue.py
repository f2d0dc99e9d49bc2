"""Every recipient is settled exactly once, whatever fails, crashes or is suspended in between."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from postroad import blobs, queue
from postroad.handoff import Content, Envelope, Recipient
from postroad.testing.database import MemoryTransaction

LEASE = 100.0
routes = st.sampled_from(["x.test", "y.test", "z.test"])
Key = tuple[int, str]


class QueueAgainstSets(RuleBasedStateMachine):
    """Recipients wait, are with a worker, or are settled; a worker never shares one."""

    @initialize()
    def begin(self) -> None:
        self.tx = MemoryTransaction()
        self.now = 1_800_000_000.0
        self.count = 0
        self.waiting: dict[Key, float] = {}
        self.held: dict[Key, tuple[queue.Claimed, float]] = {}
        self.suspended: set[int] = set()

    @rule(chosen=st.lists(routes, min_size=1, max_size=4))
    def enqueue(self, chosen: list[str]) -> None:
        self.count += 1
        blob = blobs.inline(b"%d" % self.count)
        blobs.put(self.tx, blob)
        names = {f"r{n}@{route}": route for n, route in enumerate(chosen)}
        number = queue.enqueue(
            self.tx,
            trace=f"t{self.count}",
            envelope=Envelope("", tuple(map(Recipient, names))),
            content=Content(blob.id, blob.size),
            routes=names,
            now=self.now,
            expires=self.now + 1e6,
        )
        self.waiting.update({(number, name): self.now for name in names})

    @rule(limit=st.integers(1, 5))
    def claim(self, limit: int) -> None:
        self.end_leases()
        for claim in queue.claim(self.tx, self.now, limit, LEASE):
            for recipient in claim.envelope.recipients:
                key = (claim.id, recipient.address)
                assert self.waiting[key] <= self.now and key not in self.held
                assert claim.id not in self.suspended
                assert recipient.address.endswith("@" + claim.route)
                self.held[key] = (claim, self.now + LEASE)

    def end_leases(self) -> None:
        over = [key for key, (_, until) in self.held.items() if until <= self.now]
        for key in over:
            del self.held[key]

    @rule(state=st.sampled_from(["sent", "failed", "deferred"]), number=st.integers(0, 20))
    def settle(self, state: str, number: int) -> None:
        if not self.held:
            return
        key = sorted(self.held)[number % len(self.held)]
        again = self.now + 50 if state == "deferred" else None
        result = queue.Settled(key[1], state, "", again)  # type: ignore[arg-type]
        left = queue.settle(self.tx, key[0], [result], self.now)
        del self.held[key]
        if again:
            self.waiting[key] = again
        else:
            del self.waiting[key]
        assert left.recipients == sum(one == key[0] for one, _ in self.waiting)

    @rule(seconds=st.sampled_from([1.0, 49.0, 100.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def crash(self) -> None:
        queue.release_leases(self.tx)
        self.held.clear()

    @rule(number=st.integers(0, 20), stop=st.booleans())
    def suspend_or_resume(self, number: int, stop: bool) -> None:
        messages = sorted({one for one, _ in self.waiting})
        if messages:
            chosen = messages[number % len(messages)]
            (queue.suspend if stop else queue.resume)(self.tx, chosen)
            (self.suspended.add if stop else self.suspended.discard)(chosen)

    @invariant()
    def all_that_wait_are_listed(self) -> None:
        listed = {(one.id, one.recipient) for one in queue.list_waiting(self.tx, 10_000)}
        assert listed == set(self.waiting)

    @invariant()
    def a_blob_is_held_while_somebody_waits(self) -> None:
        held = self.tx.execute("SELECT sum(refs) FROM blob")[0][0] or 0
        assert held == len({number for number, _ in self.waiting})

    @invariant()
    def somebody_is_due_when_the_queue_says_so(self) -> None:
        free = [
            time
            for key, time in self.waiting.items()
            if key not in self.held and key[0] not in self.suspended
        ]
        due = queue.next_due(self.tx)
        if free:
            assert due is not None and due <= max(min(free), self.now)  # or a lease just over


TestQueue = QueueAgainstSets.TestCase
TestQueue.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
