"""One submission session.

Standards: RFC 6409 §4 (submission), §8 (modifications), RFC 4954 §4 (AUTH)
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from postroad import journey
from postroad.blobs import StoredBlob
from postroad.directory import Account, TooManyLogins
from postroad.handoff import Arrival, Peer, Reply, received_line
from postroad.handoff.session import ReceivingSession, refused, said, taken_as
from postroad.journey import AnyEvent
from postroad.journey.events import Accepted, Changed, Checked
from postroad.msa.headers import Completion, complete, without_bcc
from postroad.msa.service import Msa
from postroad.net import Stream
from postroad.protocols import smtp
from postroad.sasl import ScramVerifier

STATION = "msa"

BUSY = smtp.Reply(454, "4.7.0", ("Too many logins at once; try again in a moment",))
NO_ACCOUNT = smtp.Reply(530, "5.7.0", ("Authentication required",))

log = structlog.get_logger(STATION)


class SubmissionSession(ReceivingSession[StoredBlob]):
    """The handler that the SMTP driver calls."""

    def __init__(self, service: Msa, stream: Stream) -> None:
        super().__init__(stream, service.acceptor)
        self._service = service
        self._account: Account | None = None
        self._had_bcc = False
        self._completion = Completion(b"", ())

    async def check_password(self, user: str, password: str) -> str | None:
        """The account's address, or None."""
        try:
            account = await self._service.authenticator.check_password(user, password)
        except TooManyLogins:
            raise smtp.CommandError(BUSY) from None
        if account is None:
            log.warning("login.failed", peer=self.stream.peer[0], user=user)
        return account.address if account else None

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """What SCRAM needs about the user."""
        return await self._service.authenticator.scram_verifier(user)

    async def authenticated(self, user: str) -> None:
        """From now on the session acts for this account."""
        self._account = await self._service.account(user)
        self.user = self._account.address

    async def mail(self, event: smtp.MailFrom) -> smtp.Reply | None:
        """Begin a transaction for an address of the account's own."""
        if self._account is None:
            return NO_ACCOUNT
        refusal = await self._service.senders.envelope(self._account, event.reverse_path)
        if refusal is not None:
            log.info("sender.refused", user=self.user, sender=event.reverse_path)
            return said(refusal)
        self.begin(event)
        return None

    async def rcpt(self, event: smtp.RcptTo) -> smtp.Reply | None:
        """Take any recipient but an unknown one of ours."""
        refusal = await self._service.recipient(event.address)
        if refusal is not None:
            return said(refusal)
        self.add(event)
        return None

    async def data_start(self) -> None:
        """The message gets its trace id and a place for its bytes; Bcc goes on the way in."""
        self._had_bcc = False
        self.reception.begin(
            self._service.new_trace(), self._service.blobs.writer(), self._without_bcc
        )

    async def conclude(self) -> Sequence[smtp.Reply]:
        """Check whose From it is, complete the header, take responsibility."""
        reception, now = self.reception, self._service.clock()
        peer = self.as_peer()
        finished = await reception.finish(now, lambda header: self._lines(peer, header, now))
        if isinstance(finished, Reply):
            return [refused(finished, reception.trace)]
        arrival, stored = finished
        refusal = await self._refusal(arrival)
        if refusal is not None:
            await reception.drop()
            return [refused(refusal, reception.trace)]
        taken = await self.hand_over(arrival, stored, self._facts(peer, arrival))
        if isinstance(taken, Reply):
            return [refused(taken, reception.trace)]
        log.info("accepted", trace=reception.trace, user=self.user)
        return [taken_as(reception.trace)]

    def on_error(self, error: Exception) -> None:
        """A fault of ours; the client hears 451."""
        log.error("session.failed", trace=self.reception.trace, exc_info=error)

    async def _refusal(self, arrival: Arrival) -> Reply | None:
        assert self._account is not None
        refusal = await self._service.senders.header(self._account, arrival.summary.header)
        if refusal is not None:
            log.info("from.refused", trace=arrival.trace, user=self.user, reason=refusal.text)
        return refusal

    def _without_bcc(self, block: bytes) -> bytes:
        cleaned = without_bcc(block)
        self._had_bcc = cleaned is not block
        return cleaned

    def _lines(self, peer: Peer, header: bytes, now: float) -> bytes:
        """Received, then what the header lacks."""
        service, reception = self._service, self.reception
        self._completion = complete(
            header, at=now, identifier=reception.trace, hostname=service.hostname
        )
        received = received_line(
            peer,
            reception.envelope,
            by=service.hostname,
            trace=reception.trace,
            at=now,
            show_address=service.config.record_client_address,
        )
        return received + self._completion.lines

    def _facts(self, peer: Peer, arrival: Arrival) -> list[AnyEvent]:
        reception, at = self.reception, arrival.at
        facts: list[AnyEvent] = [
            journey.received(peer, arrival.envelope, station=STATION, at=at),
            Checked(
                at=at,
                station=STATION,
                check="sender",
                result="pass",
                reason=f"the envelope sender and From belong to {self.user}",
            ),
        ]
        if self._had_bcc or self._completion.added:
            facts.append(
                Changed(
                    at=at,
                    station=STATION,
                    added=list(self._completion.added),
                    removed=["Bcc"] if self._had_bcc else [],
                    reason="submission completes a header and hides blind copies",
                )
            )
        facts.append(
            Accepted(
                at=at,
                station=STATION,
                reverse_path=reception.reverse_path,
                recipients=[recipient.address for recipient in reception.recipients],
                size=arrival.content.size,
                message_id=arrival.summary.message_id,
                reason=f"{self.user} authenticated",
            )
        )
        return facts
