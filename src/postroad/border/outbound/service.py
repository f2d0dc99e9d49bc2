"""One attempt to hand a message to the next host, and one question whether a recipient exists.

Implements `handoff.DeliveryTarget`: a report for each recipient, whatever remotes and the network
do.

Standards: RFC 5321 §5.1 (hosts in order), §4.2.1 (4yz and 5yz), RFC 3461 §5.2.2, RFC 6531 §3.2
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import structlog

from postroad.blobs import Blobs
from postroad.border.outbound.dialer import CannotDial, Dialer, words
from postroad.border.outbound.finder import Finder
from postroad.border.outbound.parcel import NEEDS, Parcel
from postroad.border.outbound.pool import Pool, Session
from postroad.border.outbound.targets import DNS_TROUBLE, Target
from postroad.db import Database
from postroad.handoff import Content, Envelope, Outcome, Reply, Report
from postroad.protocols import smtp
from postroad.wire import BareNewline

BARE_NEWLINE = Reply(554, "5.6.0", "The message has a CR or LF that is not part of a CRLF")
CANNOT_ASK = Reply(451, "4.4.1", "The recipient cannot be checked just now; try again later")

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
        parcel = Parcel(envelope, content)
        if parcel.commands:
            parcel.note(await self._try_hosts(parcel, trace, route))
        return parcel.reports()

    async def ask(self, route: str, recipient: str) -> Reply:
        """Return what the host of `route` replies to RCPT, without sending anything.

        When nobody can be asked it is a 4yz of ours: what is wrong with the host is no judgement of
        the recipient.
        """
        targets = await self._finder.find(route)
        problem = targets if isinstance(targets, Reply) else DNS_TROUBLE
        for target in [] if isinstance(targets, Reply) else targets:
            try:
                return await self._ask(target, recipient)
            except CannotDial as error:
                problem = error.reply
        log.warning("callout.failed", route=route, recipient=recipient, reason=str(problem))
        return CANNOT_ASK

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._pool.close()

    async def _try_hosts(self, parcel: Parcel, trace: str, route: str) -> list[Report]:
        """Go through the hosts until one takes a decision.

        Only when all of them refuse for good it is final: one of them may be back tomorrow.
        """
        targets = await self._finder.find(route)
        if isinstance(targets, Reply):
            return parcel.all(targets)
        problem: CannotDial | None = None
        for target in targets:
            try:
                return await self._hand_over(target, parcel)
            except CannotDial as error:
                log.info("host.skipped", trace=trace, host=target.host, reason=str(error.reply))
                if problem is None or problem.reply.code >= 500:
                    problem = error
        assert problem is not None
        return parcel.all(problem.reply, problem.host)

    async def _session(self, target: Target) -> Session:
        kept = self._pool.take((target.host, target.port))
        return kept or await self._dialer.dial(target)

    async def _hand_over(self, target: Target, parcel: Parcel) -> list[Report]:
        """Offer the parcel to one host. Raises CannotDial when it went before it took anything."""
        session = await self._session(target)
        reports = await self._send(session, parcel)
        if isinstance(reports, Reply) and not session.fresh:
            # A kept connection had gone stale: that says nothing of the host.
            reports = await self._send(await self._dialer.dial(target), parcel)
        if isinstance(reports, Reply):
            raise CannotDial(target.host, reports)
        return reports

    async def _send(self, session: Session, parcel: Parcel) -> list[Report] | Reply:
        """Send over `session`; a Reply when the host took its leave before the message began."""
        client = session.client
        commands, refused = parcel.sayable(client.extensions)
        if not commands:
            self._pool.give(session)
            return refused
        try:
            mail = parcel.mail(client.extensions)
            results = await client.send(mail, commands, self._body(parcel.content))
        except smtp.NotOfferedError as missing:
            self._pool.give(session)
            return parcel.all(NEEDS.get(missing.keyword, NEEDS["BINARYMIME"]), session.host)
        except BareNewline:
            session.stream.abort()
            return parcel.all(BARE_NEWLINE)
        except BaseException:
            session.stream.abort()
            raise
        session.sent += 1
        if client.usable:
            self._pool.give(session)
        else:
            session.stream.abort()
        if all(map(_took_leave, results)):
            return words(results[0].reply)
        return refused + [_report(result, session) for result in results]

    async def _ask(self, target: Target, recipient: str) -> Reply:
        """Ask one host. Raises CannotDial when it gives no answer about the recipient."""
        session = await self._session(target)
        try:
            return await self._question(session, recipient)
        except smtp.NotOfferedError as missing:
            self._pool.give(session)
            return NEEDS[missing.keyword]
        except smtp.SmtpError as error:
            if session.fresh:
                raise CannotDial(target.host, Reply(451, "4.4.2", str(error))) from None
        try:  # a kept connection had gone stale
            return await self._question(await self._dialer.dial(target), recipient)
        except smtp.SmtpError as error:
            raise CannotDial(target.host, Reply(451, "4.4.2", str(error))) from None

    async def _question(self, session: Session, recipient: str) -> Reply:
        """Raises SmtpError when the conversation breaks, CannotDial when MAIL is refused."""
        client = session.client
        try:
            begun = await client.command(smtp.MailFrom("", smtputf8=not recipient.isascii()))
            _still_there(begun)
            reply = await client.command(smtp.RcptTo(recipient)) if begun.positive else begun
            _still_there(reply)
            await client.reset()
        except smtp.NotOfferedError:
            raise
        except BaseException:
            session.stream.abort()
            raise
        self._pool.give(session)
        if not begun.positive:
            raise CannotDial(session.host, words(begun))
        return words(reply)

    async def _body(self, content: Content) -> AsyncIterator[bytes]:
        if content.prefix:
            yield content.prefix
        async for chunk in self._blobs.chunks(self._db, content.blob):
            yield chunk


def _took_leave(result: smtp.Result) -> bool:
    """Whether the host ended the conversation before it could take anything."""
    return result.step != "BODY" and (not result.said or result.reply.code == 421)


def _still_there(reply: smtp.Reply) -> None:
    if reply.code == 421:
        raise smtp.ConnectionLost("the host took its leave", reply)


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
        words(reply),
        session.host,
        session.tls,
        "DSN" in session.client.extensions,
    )
