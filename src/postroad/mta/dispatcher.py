"""Empties the queue: claims what is due, tries it, and settles each try in one unit of work.

One task for each claim, bounded over all and for each route. Between a claim and its settlement
stands only a lease in the database: after a crash it runs out, and the message is tried again.

Standards: RFC 5321 §4.5.4 (retry strategies)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from postroad import queue
from postroad.db import Database, DatabaseError, Transaction
from postroad.handoff import DeliveryTarget, Outcome, Reply, Report
from postroad.mta.config import MtaConfig
from postroad.mta.routing import LOCAL
from postroad.mta.settlement import Settlement

CLAIM_BATCH = 64
"""Claims taken in one look at the queue."""

LEASE = 1800.0
"""Seconds a claim is ours; longer than any single attempt may last (RFC 5321 §4.5.3.2 summed)."""

IDLE_LOOK = 30.0
"""Seconds between looks when nothing is known to be due: other processes may have added work."""

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
        self._slots = asyncio.Semaphore(config.concurrency)
        self._routes: dict[str, asyncio.Semaphore] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Look at the queue now."""
        self._something.set()

    async def run(self) -> None:
        """Claim and deliver until `stop`; leases of an earlier process are given back first."""
        await self._db.write(queue.release_leases)
        while not self._stopping:
            self._something.clear()
            try:
                claims = await self._db.write(self._claim)
            except DatabaseError as error:
                log.warning("queue cannot be read", error=str(error))
                claims = []
            for claim in claims:
                await self._slots.acquire()
                task = asyncio.create_task(self._guarded(claim))
                self._tasks.add(task)
                task.add_done_callback(self._done)
            if len(claims) < CLAIM_BATCH:
                await self._wait()

    async def stop(self, timeout: float) -> None:
        """Claim no more; let attempts in flight end, for `timeout` seconds at most."""
        self._stopping = True
        self.wake()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _claim(self, tx: Transaction) -> Sequence[queue.Claimed]:
        return queue.claim(tx, self._clock(), CLAIM_BATCH, LEASE)

    async def _wait(self) -> None:
        due = await self._db.read(queue.next_due)
        pause = IDLE_LOOK if due is None else min(max(due - self._clock(), 0.0), IDLE_LOOK)
        try:
            async with asyncio.timeout(pause):
                await self._something.wait()
        except TimeoutError:
            return

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()

    async def _guarded(self, claim: queue.Claimed) -> None:
        """One claim to its end; a fault of ours defers the message and never loses it."""
        lane = self._routes.setdefault(
            claim.route, asyncio.Semaphore(self._config.concurrency_per_route)
        )
        async with lane:
            try:
                await self._attempt(claim)
            except Exception as error:  # the top of this task: nothing above could answer
                log.error("attempt failed by a fault of ours", trace=claim.trace, exc_info=error)
                await self._defer(claim, error)

    async def _attempt(self, claim: queue.Claimed) -> None:
        if claim.route == LOCAL:
            self._look_again(await self._settlement.file(claim))
            return
        reports = await self._remote.deliver(
            claim.envelope, claim.content, claim.trace, claim.route
        )
        self._look_again(await self._settlement.settle(claim, reports))

    def _look_again(self, deferred: bool) -> None:
        """What was deferred is due sooner than the lease that `_wait` saw."""
        if deferred:
            self.wake()

    async def _defer(self, claim: queue.Claimed, error: Exception) -> None:
        reply = Reply(451, "4.3.0", f"Internal fault: {type(error).__name__}")
        reports = [
            Report(recipient.address, Outcome.DEFERRED, reply)
            for recipient in claim.envelope.recipients
        ]
        try:
            self._look_again(await self._settlement.settle(claim, reports))
        except DatabaseError as failure:  # the lease ends by itself
            log.error("settlement.failed", trace=claim.trace, reason=str(failure))
