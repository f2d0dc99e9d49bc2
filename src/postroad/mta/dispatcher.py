"""Empties the queue: claims what is due, tries it, and settles each try in one unit of work.

One task for each claim, bounded over all and for each route. Only what can begin at once is
claimed, so a slow destination neither holds the places of others nor outlives its leases. Between a
claim and its settlement stands only a lease in the database: after a crash it runs out, and the
message is tried again.

Standards: RFC 5321 §4.5.4 (retry strategies)
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import structlog

from postroad import queue
from postroad.db import Database, DatabaseError
from postroad.handoff import DeliveryTarget, Outcome, Reply, Report
from postroad.mta.config import MtaConfig
from postroad.mta.routing import LOCAL
from postroad.mta.settlement import Settlement

CLAIM_BATCH = 64
"""Claims taken in one look at the queue."""

ATTEMPT = 3600.0
"""Seconds one attempt may last. RFC 5321 §4.5.3.2 lets hosts that hardly move hold a message for
longer, but 50 MB pass in an hour over 14 KB/s."""

LEASE = 2 * ATTEMPT
"""Seconds a claim is ours: an attempt, and time to write down its result when the disk is full."""

IDLE_LOOK = 30.0
"""Seconds between looks when nothing is known to be due: other processes may have added work."""

TROUBLE_PAUSE = 5.0
"""Seconds before the database is asked again after it refused."""

TOO_SLOW = Reply(451, "4.4.1", "The next host did not take the message within an hour")

log = structlog.get_logger("mta")

Clock = Callable[[], float]


class Dispatcher:
    """Runs until stopped. `wake` may be called from the loop at any time."""

    def __init__(
        self,
        db: Database,
        config: MtaConfig,
        remote: DeliveryTarget,
        settlement: Settlement,
        clock: Clock,
    ) -> None:
        self._db = db
        self._config = config
        self._remote = remote
        self._settlement = settlement
        self._clock = clock
        self._something = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Look at the queue now."""
        self._something.set()

    async def run(self) -> None:
        """Claim and deliver until `stop`; leases of an earlier process are given back first.

        While the database refuses (a full disk), it is asked again now and then.
        """
        step = self._release
        while not self._stopping:
            self._something.clear()
            try:
                if not await step():
                    await self._wait()
                step = self._look
            except DatabaseError as error:
                log.warning("queue.unreachable", reason=str(error))
                await self._until_something(TROUBLE_PAUSE)

    async def stop(self, timeout: float) -> None:
        """Claim no more; let attempts in flight end, for `timeout` seconds at most."""
        self._stopping = True
        self.wake()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _release(self) -> bool:
        await self._db.write(queue.release_leases)
        return True

    async def _look(self) -> bool:
        """Begin what is due and has room; return whether there may be more of it."""
        room = min(CLAIM_BATCH, self._config.concurrency - len(self._tasks))
        if room <= 0:
            return False
        claims = await self._db.write(
            partial(queue.claim, now=self._clock(), limit=room, lease=LEASE, lanes=self._lanes())
        )
        if self._stopping:  # the next process gives these leases back
            return False
        for claim in claims:
            self._begin(claim)
        return len(claims) == room or any(self._full(claim.route) for claim in claims)

    def _lanes(self) -> queue.Lanes:
        """A copy for the unit of work, which runs in another thread."""
        return queue.Lanes(self._config.concurrency_per_route, dict(self._busy))

    def _full(self, route: str) -> bool:
        return self._busy[route] >= self._config.concurrency_per_route

    async def _wait(self) -> None:
        """Until something is due that has room, or somebody wakes us."""
        pause = IDLE_LOOK
        if len(self._tasks) < self._config.concurrency:
            due = await self._db.read(partial(queue.next_due, lanes=self._lanes()))
            if due is not None:
                pause = min(max(due - self._clock(), 0.0), IDLE_LOOK)
        await self._until_something(pause)

    async def _until_something(self, pause: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._something.wait()

    def _begin(self, claim: queue.Claimed) -> None:
        task = asyncio.create_task(self._guarded(claim))
        self._tasks.add(task)
        self._busy[claim.route] += 1
        task.add_done_callback(partial(self._ended, claim.route))

    def _ended(self, route: str, task: asyncio.Task[None]) -> None:
        if self._full(route) or len(self._tasks) >= self._config.concurrency:
            self.wake()  # somebody may have waited for this place
        self._tasks.discard(task)
        self._busy[route] -= 1
        if not self._busy[route]:
            del self._busy[route]

    async def _guarded(self, claim: queue.Claimed) -> None:
        """One claim to its end; a fault of ours defers the message and never loses it."""
        try:
            reports = await self._attempt(claim)
        except Exception as error:  # the top of this task: nothing above could answer
            log.error("attempt.failed", trace=claim.trace, exc_info=error)
            reply = Reply(451, "4.3.0", f"Internal fault: {type(error).__name__}")
            reports = _deferred(claim, reply)
        if reports:
            await self._write_down(claim, reports)

    async def _attempt(self, claim: queue.Claimed) -> Sequence[Report]:
        """Try once; return what is still to be written down."""
        if claim.route == LOCAL:
            self._look_again(await self._settlement.file(claim))
            return ()
        try:
            async with asyncio.timeout(ATTEMPT):
                reports = await self._remote.deliver(
                    claim.envelope, claim.content, claim.trace, claim.route
                )
        except TimeoutError:
            return _deferred(claim, TOO_SLOW)
        if len(reports) != len(claim.envelope.recipients):
            raise ValueError(f"{len(reports)} reports for {len(claim.envelope.recipients)}")
        return reports

    async def _write_down(self, claim: queue.Claimed, reports: Sequence[Report]) -> None:
        """Settle, however often the disk refuses: what was handed over must not be sent again."""
        end = self._clock() + LEASE - ATTEMPT - TROUBLE_PAUSE
        while self._clock() < end:
            try:
                return self._look_again(await self._settlement.settle(claim, reports))
            except DatabaseError as error:
                log.error("settlement.refused", trace=claim.trace, reason=str(error))
                await asyncio.sleep(TROUBLE_PAUSE)
            except Exception as error:  # the top of this task
                log.error("settlement.failed", trace=claim.trace, exc_info=error)
                return None  # the lease ends by itself
        return None

    def _look_again(self, deferred: bool) -> None:
        """What was deferred is due sooner than the lease that `_wait` saw."""
        if deferred:
            self.wake()


def _deferred(claim: queue.Claimed, reply: Reply) -> list[Report]:
    """The same report for everybody: ours, not a remote's."""
    return [Report(r.address, Outcome.DEFERRED, reply) for r in claim.envelope.recipients]
