"""One attempt to hand a message to the next host, and one question whether a recipient exists.

Implements `handoff.DeliveryTarget`: a report for each recipient, whatever remotes and the network
do.

Standards: RFC 5321 §5.1 (hosts in order), §4.2.1 (4yz and 5yz), RFC 3461 §5.2.2, RFC 6531 §3.2
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import structlog

from postroad.blobs import Blobs
from postroad.border.outbound.dialer import CannotDial, Dialer
from postroad.border.outbound.finder import Finder
from postroad.border.outbound.pool import Pool, Session
from postroad.border.outbound.targets import DNS_TROUBLE, Target
from postroad.db import Database
from postroad.handoff import Content, Envelope, Outcome, Reply, Report
from postroad.protocols import smtp

NEEDS = {
    "SMTPUTF8": Reply(553, "5.6.7", "The next host does not take addresses beyond ASCII"),
    "BINARYMIME": Reply(554, "5.6.3", "The next host does not take binary content"),
    "CHUNKING": Reply(554, "5.6.3", "The next host does not take binary content"),
}
"""What becomes of a message that its next host cannot carry (RFC 3463 §3.7)."""

log = structlog.get_logger("border.outbound")


class Outbound:
    """The sending side of the gateway."""

    def __init__(
        self,
        finder: Finder,
        dialer: Dialer,
        pool: Pool,
        db: Database,
        blobs: Blobs,
    ) -> None:
        self._finder = finder
        self._dialer = dialer
        self._pool = pool
        self._db = db
        self._blobs = blobs

    async def deliver(
        self, envelope: Envelope, content: Content, trace: str, route: str
    ) -> Sequence[Report]:
        """See `handoff.DeliveryTarget.deliver`."""
        targets = await self._finder.find(route)
        if isinstance(targets, Reply):
            return _all(envelope, targets)
        problem = CannotDial(route, DNS_TROUBLE)
        for target in targets:
            try:
                return await self._hand_over(target, envelope, content)
            except CannotDial as error:
                log.info("host.skipped", trace=trace, host=target.host, reason=str(error.reply))
                problem = error
        return _all(envelope, problem.reply, problem.host)

    async def ask(self, route: str, recipient: str) -> Reply:
        """Return what the host of `route` replies to RCPT, without sending anything."""
        targets = await self._finder.find(route)
        if isinstance(targets, Reply):
            return targets
        problem = DNS_TROUBLE
        for target in targets:
            try:
                return await self._ask(await self._session(target), recipient)
            except CannotDial as error:
                problem = error.reply
            except smtp.SmtpError as error:
                problem = Reply(451, "4.4.2", str(error))
        return problem

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._pool.close()

    async def _session(self, target: Target) -> Session:
        kept = self._pool.take((target.host, target.port))
        return kept or await self._dialer.dial(target)

    async def _hand_over(
        self, target: Target, envelope: Envelope, content: Content
    ) -> list[Report]:
        session = await self._session(target)
        reports = await self._send(session, envelope, content)
        if reports is None:  # a kept connection had gone stale before it took anything
            reports = await self._send(await self._dialer.dial(target), envelope, content)
        assert reports is not None
        return reports

    async def _send(
        self, session: Session, envelope: Envelope, content: Content
    ) -> list[Report] | None:
        """Send over `session`; None when it was an old connection that turned out to be dead."""
        client = session.client
        recipients = [smtp.RcptTo(r.address, r.notify, r.orcpt) for r in envelope.recipients]
        try:
            mail = _mail(envelope, content, "8BITMIME" in client.extensions)
            results = await client.send(mail, recipients, self._body(content))
        except smtp.NotOfferedError as missing:
            self._pool.give(session)
            return _all(envelope, NEEDS.get(missing.keyword, NEEDS["BINARYMIME"]), session.host)
        except BaseException:
            session.stream.abort()
            raise
        stale = not session.fresh and all(not r.said and r.step == "MAIL" for r in results)
        session.sent += 1
        if client.usable:
            self._pool.give(session)
        else:
            session.stream.abort()
        return None if stale else [_report(result, session) for result in results]

    async def _ask(self, session: Session, recipient: str) -> Reply:
        client = session.client
        try:
            reply = await client.command(smtp.MailFrom(""))
            if reply.positive:
                reply = await client.command(smtp.RcptTo(recipient))
            await client.reset()
        except BaseException:
            session.stream.abort()
            raise
        self._pool.give(session)
        return Reply(reply.code, reply.enhanced, reply.text)

    async def _body(self, content: Content) -> AsyncIterator[bytes]:
        if content.prefix:
            yield content.prefix
        async for chunk in self._blobs.chunks(self._db, content.blob):
            yield chunk


def _mail(envelope: Envelope, content: Content, eight_bit: bool) -> smtp.MailFrom:
    """MAIL for the next hop. Quirk `send-eight-bit`: a host that does not offer 8BITMIME gets
    8-bit text as it is, as most servers have long sent it; converting would break signatures."""
    body = envelope.body
    if body == "8BITMIME" and not eight_bit:
        body = "7BIT"
    return smtp.MailFrom(
        envelope.reverse_path,
        size=content.total,
        body=body,
        smtputf8=envelope.smtputf8,
        ret=envelope.ret,
        envid=envelope.envid,
    )


def _all(envelope: Envelope, reply: Reply, remote: str = "") -> list[Report]:
    outcome = Outcome.FAILED if reply.code >= 500 else Outcome.DEFERRED
    return [Report(r.address, outcome, reply, remote) for r in envelope.recipients]


def _report(result: smtp.Result, session: Session) -> Report:
    reply = result.reply
    outcome = Outcome.FAILED
    if reply.positive:
        outcome = Outcome.RELAYED
    elif reply.transient:
        outcome = Outcome.DEFERRED
    return Report(
        result.address,
        outcome,
        Reply(reply.code, reply.enhanced, reply.text),
        session.host,
        session.tls,
        "DSN" in session.client.extensions,
    )
