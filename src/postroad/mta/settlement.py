"""Writes down the result of an attempt: queue state, journey and notifications in one unit of work.

Standards: RFC 5321 §4.5.4.1 (sending strategy), RFC 3464 (what a notification reports)
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import structlog

from postroad import blobs, journey, queue
from postroad.blobs import BlobCorrupt, BlobMissing, Blobs
from postroad.db import Database, DatabaseError, Transaction
from postroad.handoff import Arrival, Outcome, Recipient, Report, Summary, summarize
from postroad.journey import AnyEvent
from postroad.journey.events import Attempted
from postroad.mta.config import MtaConfig
from postroad.mta.notify import Notice, delay_notice, notice_for, wanted
from postroad.mta.schedule import next_attempt
from postroad.mta.service import STATION, Mta

HEADER_READ = 131_072
"""Octets read of a queued message to find its header again."""

log = structlog.get_logger(STATION)


class Settlement:
    """Turns reports into queue rows, events and notices."""

    def __init__(
        self,
        db: Database,
        bodies: Blobs,
        config: MtaConfig,
        mta: Mta,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._db = db
        self._blobs = bodies
        self._config = config
        self._mta = mta
        self._clock = clock
        self._rng = rng

    async def settle(self, claim: queue.Claimed, reports: Sequence[Report]) -> bool:
        """Record one attempt of `claim`, with a report for each of its recipients.

        Returns whether some of them are to be tried again.
        """
        now = self._clock()
        header = await self._header(claim) if _may_tell(claim, reports) else b""

        def unit(tx: Transaction, tell: bool = True) -> bool:
            journal: list[AnyEvent] = []
            again = self._record(tx, claim, reports, now, header if tell else None, journal)
            journey.record(tx, claim.trace, journal)
            return again

        try:
            return await self._db.write(unit)
        except DatabaseError:
            raise
        except Exception as error:  # what was handed over must not be sent again for want of a note
            log.error("notification.failed", trace=claim.trace, exc_info=error)
            return await self._db.write(partial(unit, tell=False))

    async def file(self, claim: queue.Claimed) -> bool:
        """Try again to file a message whose mailbox here was full; return as `settle` does."""
        now = self._clock()
        header = await self._header(claim)

        def unit(tx: Transaction) -> bool:
            journal: list[AnyEvent] = []
            arrival = _arrival(claim, now, header)
            already: set[int] = set()
            results = [
                self._mta.local.deliver(tx, arrival, recipient, journal, already)
                for recipient in claim.envelope.recipients
            ]
            done = [r for r in results if r.report.outcome is not Outcome.DEFERRED]
            # The directory may have changed: an account may lead elsewhere by now.
            queued = self._mta.onward(tx, arrival, done, journal)
            references = queued + sum(result.filed for result in done)
            if references:
                blobs.add_refs(tx, claim.content.blob, references)
            reports = [result.report for result in results]
            again = self._record(tx, claim, reports, now, header, journal)
            journey.record(tx, claim.trace, journal)
            return again

        return await self._db.write(unit)

    async def _header(self, claim: queue.Claimed) -> bytes:
        """The header that is returned; b"" when the message's bytes are gone (the disk's fault)."""
        try:
            start = await self._blobs.read_range(self._db, claim.content.blob, 0, HEADER_READ)
        except (BlobMissing, BlobCorrupt) as error:
            log.error("message.unreadable", trace=claim.trace, reason=str(error))
            return b""
        if start.startswith(b"\r\n"):
            return b""
        head, separator, _ = start.partition(b"\r\n\r\n")
        return head + b"\r\n" if separator else start

    def _record(
        self,
        tx: Transaction,
        claim: queue.Claimed,
        reports: Sequence[Report],
        now: float,
        header: bytes | None,
        journal: list[AnyEvent],
    ) -> bool:
        """Write down an attempt; without a header nobody is told of it."""
        settled, notices = [], []
        for recipient, report in zip(claim.envelope.recipients, reports, strict=True):
            again = self._again(claim, report, now)
            if report.outcome is Outcome.DEFERRED and again is None:
                report = replace(report, outcome=Outcome.FAILED)
            settled.append(_settled(report, again))
            journal.append(_attempted(report, again, now))
            notices.append(self._notice(claim, recipient, report, now))
        if header is not None:
            arrival = _arrival(claim, now, header)
            chosen = [notice for notice in notices if notice]
            self._mta.notify(tx, arrival, chosen, journal, expires=claim.expires)
        queue.settle(tx, claim.id, settled, now)
        return any(each.state == "deferred" for each in settled)

    def _again(self, claim: queue.Claimed, report: Report, now: float) -> float | None:
        if report.outcome is not Outcome.DEFERRED:
            return None
        return next_attempt(
            claim.attempts + 1, now, claim.expires, self._config.retry_after, self._rng
        )

    def _notice(
        self, claim: queue.Claimed, recipient: Recipient, report: Report, now: float
    ) -> Notice | None:
        if report.outcome is not Outcome.DEFERRED:
            return notice_for(recipient, report)
        before = (claim.last_attempt or claim.created) - claim.created
        waited = now - claim.created
        return delay_notice(recipient, report, before, waited, self._config.warn_after)


def _may_tell(claim: queue.Claimed, reports: Sequence[Report]) -> bool:
    """Whether somebody may have to be told: most messages go through, and nobody asked."""
    went = all(report.outcome is Outcome.RELAYED for report in reports)
    return not went or any("SUCCESS" in wanted(each) for each in claim.envelope.recipients)


def _arrival(claim: queue.Claimed, now: float, header: bytes) -> Arrival:
    summary: Summary = summarize(header)
    return Arrival(claim.trace, claim.envelope, claim.content, summary, now)


def _settled(report: Report, again: float | None) -> queue.Settled:
    if report.outcome is Outcome.DEFERRED:
        return queue.Settled(report.recipient, "deferred", str(report.reply), again)
    failed = report.outcome is Outcome.FAILED
    return queue.Settled(report.recipient, "failed" if failed else "sent", str(report.reply))


def _attempted(report: Report, again: float | None, now: float) -> AnyEvent:
    return Attempted(
        at=now,
        station=STATION,
        recipient=report.recipient,
        remote=report.remote,
        outcome=report.outcome,
        code=report.reply.code,
        enhanced=report.reply.enhanced,
        text=report.reply.text,
        tls=report.tls,
        next_attempt=again or 0.0,
    )
