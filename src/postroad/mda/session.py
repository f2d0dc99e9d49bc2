"""One LMTP session: a server of our own, or a filter, hands messages over for final delivery.

Standards: RFC 2033 §4.2 (a reply for each recipient), RFC 5321 §4.4
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from postroad import directory, journey, store
from postroad.blobs import Blobs, StoredBlob
from postroad.db import Database, Transaction
from postroad.directory import Deliver, NotLocal
from postroad.handoff import (
    Acceptor,
    Hold,
    Outcome,
    Reply,
    Report,
    received_line,
)
from postroad.handoff.session import ReceivingSession, refused, said
from postroad.journey.events import Accepted
from postroad.mda.config import MdaConfig
from postroad.mda.service import FULL, STATION, UNKNOWN
from postroad.net import Stream
from postroad.protocols import smtp

NOT_OURS = Reply(550, "5.1.2", "The domain is not one of ours; LMTP only delivers here")

log = structlog.get_logger("mda")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What LMTP sessions share. `clock` gives seconds since the epoch."""

    config: MdaConfig
    hostname: str
    db: Database
    blobs: Blobs
    acceptor: Acceptor[StoredBlob]
    clock: Callable[[], float]
    rng: random.Random


class LmtpSession(ReceivingSession[StoredBlob]):
    """The handler that the driver calls."""

    def __init__(self, service: Delivery, stream: Stream) -> None:
        super().__init__(stream, service.acceptor)
        self._service = service

    async def mail(self, event: smtp.MailFrom) -> None:
        """Begin a transaction."""
        self.begin(event)

    async def rcpt(self, event: smtp.RcptTo) -> smtp.Reply | None:
        """Take recipients that have a mailbox here, with room."""
        refusal = await self._service.db.read(lambda tx: _refusal(tx, event.address, self.declared))
        if refusal is not None:
            return said(refusal)
        self.add(event)
        return None

    async def data_start(self) -> None:
        """The message gets its trace id and a place for its bytes."""
        service = self._service
        trace = journey.new_trace(service.clock(), service.rng.getrandbits(52))
        self.reception.begin(trace, service.blobs.writer())

    async def conclude(self) -> Sequence[smtp.Reply]:
        """File for every recipient; each has its own reply."""
        reception, now = self.reception, self._service.clock()
        peer = self.as_peer()
        line = received_line(
            peer, reception.envelope, by=self._service.hostname, trace=reception.trace, at=now
        )
        finished = await reception.finish(now, lambda header: line)
        if isinstance(finished, Reply):
            return [refused(finished, reception.trace)] * len(reception.recipients)
        arrival, stored = finished
        accepted = Accepted(
            at=now,
            station=STATION,
            reverse_path=reception.reverse_path,
            recipients=[recipient.address for recipient in reception.recipients],
            size=arrival.content.size,
            message_id=arrival.summary.message_id,
            reason="over LMTP",
        )
        heard = journey.received(peer, arrival.envelope, station=STATION, at=now)
        taken = await self.hand_over(arrival, stored, [heard, accepted], hold=Hold.NEVER, once=True)
        if isinstance(taken, Reply):
            return [refused(taken, reception.trace)] * len(reception.recipients)
        return [_reply(report, reception.trace) for report in taken.reports]

    def on_error(self, error: Exception) -> None:
        """A fault of ours; the peer hears 451."""
        log.error("session.failed", trace=self.reception.trace, exc_info=error)


def _refusal(tx: Transaction, address: str, size: int) -> Reply | None:
    found = directory.resolve(tx, address)
    if isinstance(found, NotLocal):
        return NOT_OURS
    if not isinstance(found, Deliver):
        return UNKNOWN
    accounts = [final.account for final in found.finals if final.account]
    if accounts and not any(store.quota(tx, a.id).has_room(size) for a in accounts):
        return FULL
    return None


def _reply(report: Report, trace: str) -> smtp.Reply:
    if report.outcome in (Outcome.DELIVERED, Outcome.RELAYED):
        return smtp.Reply(250, "2.1.5", (f"Taken as {trace}",))
    return said(report.reply)
