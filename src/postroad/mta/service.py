"""Takes responsibility for a message: files what is local, queues what is not, notifies of what
failed.

All of it happens in the unit of work of whoever accepted the message, so that after the commit each
recipient has a mailbox, a place in the queue or a notification, and before it nothing has happened.

Standards: RFC 5321 §2.1 (responsibility), §4.5.5 (notifications have a null reverse-path), RFC 3461
§5.2
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from postroad import blobs, directory, journey, queue
from postroad.blobs import StoredBlob
from postroad.db import Transaction
from postroad.handoff import (
    Arrival,
    Envelope,
    Hold,
    LocalResult,
    Outcome,
    Recipient,
    Reply,
    Report,
    Taken,
    domain_of,
)
from postroad.journey import AnyEvent
from postroad.journey.events import Accepted, Discarded, Notified, Queued
from postroad.mta.config import MtaConfig
from postroad.mta.dsn import compose
from postroad.mta.notify import Action, Notice, notice_for, silent_because
from postroad.mta.ports import LocalTarget
from postroad.mta.receipts import remember, sift
from postroad.mta.routing import LOCAL, by_route, route_for

STATION = "mta"


class Mta:
    """The decisions of transfer, as plain functions over a transaction."""

    def __init__(
        self,
        config: MtaConfig,
        hostname: str,
        local: LocalTarget,
        rng: random.Random,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._config = config
        self._routes = {directory.fold_domain(name): host for name, host in config.routes.items()}
        self._hostname = hostname
        self.local = local
        self._rng = rng
        self.wake = wake

    def accept(
        self,
        tx: Transaction,
        arrival: Arrival,
        journal: list[AnyEvent],
        *,
        hold: Hold = Hold.UNLESS_ALL,
    ) -> Taken:
        """Give every recipient of `arrival` its place, in this unit of work.

        `hold` says which mailboxes that are full now are tried again from the queue.
        """
        results = self._file_local(tx, arrival, journal)
        deferred = [result.report.outcome is Outcome.DEFERRED for result in results]
        refuse = hold is Hold.NEVER or (hold is Hold.UNLESS_ALL and all(deferred))
        kept = [r for r, late in zip(results, deferred, strict=True) if not (late and refuse)]
        queued = self.onward(tx, arrival, kept, journal)
        self._notify_results(tx, arrival, results, journal, hold)
        reports = [result.report if refuse else _held(result.report) for result in results]
        return Taken(tuple(reports), queued + sum(result.filed for result in kept))

    def take(
        self,
        tx: Transaction,
        arrival: Arrival,
        stored: StoredBlob,
        journal: list[AnyEvent],
        *,
        hold: Hold,
        once: bool,
    ) -> Taken:
        """Accept, refer to the bytes, and write the journey: a station's whole unit of work."""
        if not once:
            taken = self.accept(tx, arrival, journal, hold=hold)
        else:
            taken = self._take_once(tx, arrival, journal, hold)
        if taken.references:
            blobs.put(tx, stored, refs=taken.references)
        elif stored.discard:
            tx.on_commit(stored.discard)
        journey.open_arrival(tx, arrival, journal)
        return taken

    def _take_once(
        self, tx: Transaction, arrival: Arrival, journal: list[AnyEvent], hold: Hold
    ) -> Taken:
        """Accept for those who do not have it, and leave a receipt for each that is taken."""
        sifted = sift(tx, arrival, journal)
        rest = arrival
        if sifted.receipts:
            envelope = replace(arrival.envelope, recipients=sifted.fresh)
            rest = replace(arrival, envelope=envelope)
            # Somebody has it, so its sender will be told 250: then we must hold the others.
            hold = Hold.ALWAYS if hold is Hold.UNLESS_ALL else hold
        accepted = self.accept(tx, rest, journal, hold=hold)
        given = {r.recipient: r for r in accepted.reports}
        taken = [r for r in sifted.fresh if not _left_to_sender(given[r.address], hold)]
        return Taken(
            tuple(given.get(r.address) or _to_queue(r) for r in arrival.envelope.recipients),
            accepted.references,
            sifted.receipts + remember(tx, arrival, taken),
        )

    def route_of(self, address: str) -> str:
        """The route that `address` takes when it is not local."""
        return route_for(domain_of(address), self._routes)

    def notify(
        self,
        tx: Transaction,
        arrival: Arrival,
        notices: Sequence[Notice],
        journal: list[AnyEvent],
        *,
        expires: float | None = None,
    ) -> None:
        """Send one notification for `notices` to the envelope sender, or write down why not."""
        for action in Action:
            chosen = [notice for notice in notices if notice.action is action]
            if chosen:
                self._notify_one(tx, arrival, chosen, journal, expires)

    def _file_local(
        self, tx: Transaction, arrival: Arrival, journal: list[AnyEvent]
    ) -> list[LocalResult]:
        already: set[int] = set()
        results = []
        for recipient in arrival.envelope.recipients:
            domain = domain_of(recipient.address)
            # Without a domain it is `postmaster`, and ours (RFC 5321 §4.5.1).
            if not domain or directory.is_local(tx, domain):
                results.append(self.local.deliver(tx, arrival, recipient, journal, already))
            else:
                results.append(LocalResult(_to_queue(recipient), forwards=(recipient,)))
        return results

    def onward(
        self,
        tx: Transaction,
        arrival: Arrival,
        results: Sequence[LocalResult],
        journal: list[AnyEvent],
    ) -> int:
        """Queue what is not here under its route; return the number of references to the blob."""
        onward = [recipient for result in results for recipient in result.forwards]
        groups = by_route(onward, self._routes)
        if parked := [recipient for result in results for recipient in result.held]:
            groups[LOCAL] = parked
        if not groups:
            return 0
        recipients = {r.address: r for group in groups.values() for r in group}
        routes = {r.address: route for route, group in groups.items() for r in group}
        envelope = arrival.envelope
        queue.enqueue(
            tx,
            trace=arrival.trace,
            envelope=Envelope(
                reverse_path=envelope.reverse_path,
                recipients=tuple(recipients.values()),
                body=envelope.body,
                smtputf8=envelope.smtputf8,
                ret=envelope.ret,
                envid=envelope.envid,
            ),
            content=arrival.content,
            routes=routes,
            now=arrival.at,
            expires=arrival.at + self._config.expire_after,
        )
        for address, route in routes.items():
            reason = f"{domain_of(address)} goes by {_describe(route)}"
            journal.append(
                Queued(
                    at=arrival.at, station=STATION, recipient=address, route=route, reason=reason
                )
            )
        tx.on_commit(self.wake)
        return 1

    def _notify_results(
        self,
        tx: Transaction,
        arrival: Arrival,
        results: Sequence[LocalResult],
        journal: list[AnyEvent],
        hold: Hold,
    ) -> None:
        notices = []
        for recipient, result in zip(arrival.envelope.recipients, results, strict=True):
            if result.forwards or result.held or _left_to_sender(result.report, hold):
                continue  # reported when their own fate is known, or by the sender's own server
            notice = notice_for(recipient, result.report)
            if notice:
                notices.append(notice)
            elif result.report.outcome is Outcome.FAILED:
                journal.append(_unheard(arrival, recipient, result.report))
        self.notify(tx, arrival, notices, journal)

    def _notify_one(
        self,
        tx: Transaction,
        arrival: Arrival,
        notices: Sequence[Notice],
        journal: list[AnyEvent],
        expires: float | None,
    ) -> None:
        sender = arrival.envelope.reverse_path
        silent = silent_because(sender)
        trace = "" if silent else self._send_notification(tx, arrival, notices, expires)
        for notice in notices:
            journal.append(
                Notified(
                    at=arrival.at,
                    station=STATION,
                    recipient=notice.recipient.address,
                    to=sender,
                    dsn_trace=trace,
                    reason=silent or f"{notice.action}: {notice.report.reply}",
                )
            )

    def _send_notification(
        self,
        tx: Transaction,
        arrival: Arrival,
        notices: Sequence[Notice],
        expires: float | None,
    ) -> str:
        """Compose the notification, accept it like any message, and return its trace id."""
        trace = journey.new_trace(arrival.at, self._rng.getrandbits(52))
        built = compose(arrival, notices, hostname=self._hostname, trace=trace, expires=expires)
        journal: list[AnyEvent] = []
        taken = self.accept(tx, built.arrival, journal, hold=Hold.ALWAYS)
        accepted = Accepted(
            at=arrival.at,
            station=STATION,
            reverse_path="",
            recipients=[arrival.envelope.reverse_path],
            size=built.arrival.content.size,
            message_id=built.arrival.summary.message_id,
            reason=f"notification about {arrival.trace}",
        )
        if taken.references:
            blobs.put(tx, built.blob, refs=taken.references)
        journey.open_arrival(tx, built.arrival, [accepted, *journal])
        return trace


def _unheard(arrival: Arrival, recipient: Recipient, report: Report) -> AnyEvent:
    """The visible end of a recipient of whose failure nobody wants to hear."""
    return Discarded(
        at=arrival.at,
        station=STATION,
        recipient=recipient.address,
        reason=f"{report.reply}; the sender asked not to be told",
    )


QUEUED = Reply(250, "2.0.0", "Queued")
"""Our own word for a recipient that goes on from here."""


def _to_queue(recipient: Recipient) -> Report:
    return Report(recipient.address, Outcome.RELAYED, QUEUED)


def _left_to_sender(report: Report, hold: Hold) -> bool:
    """Whether the reply to this recipient leaves the message with its sender, failure included."""
    failed = report.outcome is Outcome.FAILED and hold is Hold.NEVER
    return failed or report.outcome is Outcome.DEFERRED


def _held(report: Report) -> Report:
    """A mailbox that is tried again from our queue is, to its sender, taken."""
    if report.outcome is not Outcome.DEFERRED:
        return report
    return replace(report, outcome=Outcome.RELAYED, reply=QUEUED)


def _describe(route: str) -> str:
    if route == LOCAL:
        return "a mailbox here that could not take it yet"
    return f"host {route}" if ":" in route else f"the MX records of {route}"
