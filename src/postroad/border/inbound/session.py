"""One connection to port 25: what each command is answered, and what the journey says of it.

Standards: RFC 5321 §3.3 (transactions), §4.4 (Received), RFC 3207 §4 (requiring TLS)
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from postroad import journey
from postroad.blobs import StoredBlob
from postroad.border.inbound.service import STATION, Inbound
from postroad.handoff import Arrival, Reply, received_line
from postroad.handoff.session import ReceivingSession, refused, said, taken_as
from postroad.journey import AnyEvent
from postroad.journey.events import Accepted, Checked
from postroad.net import Stream
from postroad.protocols import smtp

TLS_FIRST = smtp.Reply(530, "5.7.0", ("This server takes mail only inside TLS; say STARTTLS",))


class InboundSession(ReceivingSession[StoredBlob]):
    """The handler that the SMTP driver calls; what is shared by all sessions is the service's."""

    def __init__(self, service: Inbound, stream: Stream) -> None:
        super().__init__(stream, service.acceptor)
        self._service = service
        self._address = stream.peer[0]
        self._trusted = service.recipients.trusts(self._address)
        self._ptr = service.reverse_name(self._address)
        self._began = 0.0
        self._checks: list[AnyEvent] = []

    async def mail(self, event: smtp.MailFrom) -> smtp.Reply | None:
        """Begin a transaction."""
        if self._service.config.require_tls and self.stream.tls is None:
            return TLS_FIRST
        self.begin(event)
        self._began = self._service.clock()
        self._checks = []
        return None

    async def rcpt(self, event: smtp.RcptTo) -> smtp.Reply | None:
        """Take or refuse one recipient."""
        policy = self._service.recipients
        judgement = await policy.judge(event.address, self.declared, self._trusted)
        if not judgement.taken:
            self._service.log.info(
                "recipient.refused",
                peer=self._address,
                sender=self.reception.reverse_path,
                recipient=event.address,
                reason=judgement.reason,
            )
            return said(judgement.reply)
        self.add(event, judgement.recipient)
        self._checks.append(self._checked(event.address, judgement.reason))
        return None

    async def data_start(self) -> None:
        """The message gets its trace id and a place for its bytes."""
        self.reception.begin(self._service.new_trace(), self._service.blobs.writer())

    async def conclude(self) -> Sequence[smtp.Reply]:
        """Take responsibility: 250 only after the commit."""
        reception, now = self.reception, self._service.clock()
        peer = self.as_peer(await self._reverse_name())
        line = received_line(
            peer, reception.envelope, by=self._service.hostname, trace=reception.trace, at=now
        )
        finished = await reception.finish(now, lambda header: line)
        if isinstance(finished, Reply):
            return [refused(finished, reception.trace)]
        arrival, stored = finished
        heard = journey.received(peer, arrival.envelope, station=STATION, at=self._began)
        facts = [heard, *self._checks, self._accepted(arrival)]
        taken = await self.hand_over(arrival, stored, facts, once=True)
        if isinstance(taken, Reply):
            return [refused(taken, reception.trace)]
        self._service.log.info("accepted", trace=reception.trace, peer=self._address)
        return [taken_as(reception.trace)]

    async def _reverse_name(self) -> str:
        """The look-up is shared with other sessions: its end is awaited, it is never cancelled."""
        return self._ptr.result() if self._ptr.done() else await asyncio.shield(self._ptr)

    def on_error(self, error: Exception) -> None:
        """A fault of ours; the peer hears 451."""
        self._service.log.error("session.failed", trace=self.reception.trace, exc_info=error)

    def _checked(self, recipient: str, reason: str) -> AnyEvent:
        return Checked(
            at=self._service.clock(),
            station=STATION,
            recipient=recipient,
            check="recipient",
            result="pass",
            reason=reason,
        )

    def _accepted(self, arrival: Arrival) -> AnyEvent:
        return Accepted(
            at=arrival.at,
            station=STATION,
            reverse_path=arrival.envelope.reverse_path,
            recipients=[recipient.address for recipient in arrival.envelope.recipients],
            size=arrival.content.size,
            message_id=arrival.summary.message_id,
            reason="from one of our own servers" if self._trusted else "for our domains",
        )
