"""Files a message into the mailboxes that a recipient stands for.

What enters: an arrival and one of its recipients. What leaves: rows in the store, in the caller's
unit of work, and a result that names whoever is not filed here: forwards to elsewhere, and
mailboxes that are full.

Standards: RFC 5321 §4.4 (Return-Path), RFC 5233 (plus-addressing), RFC 9228 (Delivered-To)
"""

from __future__ import annotations

from postroad import directory, store
from postroad.db import Transaction
from postroad.directory import Deliver, Final
from postroad.handoff import Arrival, Content, LocalResult, Outcome, Recipient, Reply, Report
from postroad.journey import AnyEvent
from postroad.journey.events import Checked, Discarded, Expanded, Filed
from postroad.mda.config import MdaConfig

STATION = "mda"

UNKNOWN = Reply(550, "5.1.1", "No such mailbox here")
FULL = Reply(452, "4.2.2", "Mailbox is full")
NO_MAILBOX = Reply(451, "4.2.0", "Mailbox cannot be used now")
NOBODY = "nobody here has this name"
FILED = Reply(250, "2.1.5", "Filed")
FORWARDED = Reply(250, "2.1.5", "Forwarded")


class Mda:
    """Final delivery. Its one verb is plain and synchronous: it runs inside a unit of work."""

    def __init__(self, config: MdaConfig, mailboxes: store.Store) -> None:
        self._config = config
        self._store = mailboxes

    def deliver(
        self,
        tx: Transaction,
        arrival: Arrival,
        recipient: Recipient,
        journal: list[AnyEvent],
        already: set[int],
    ) -> LocalResult:
        """File `arrival` for one recipient whose domain is local.

        `already` holds the accounts that have this message from the same unit of work; each gets it
        once.
        """
        resolution = directory.resolve(tx, recipient.address)
        if not isinstance(resolution, Deliver):
            journal.append(_checked(arrival, recipient, "recipient", "fail", NOBODY))
            return LocalResult(Report(recipient.address, Outcome.FAILED, UNKNOWN))
        _note_expansion(resolution, arrival, recipient, journal)
        forwards: list[Recipient] = []
        held: list[Recipient] = []
        troubles: list[Reply] = []
        filed = 0
        for final in resolution.finals:
            if final.account is None:
                forwards.append(_forward(recipient, final.address))
            elif final.account.id in already:
                journal.append(_same_message(arrival, recipient, final))
            elif trouble := self._file(tx, arrival, recipient, final, journal):
                troubles.append(trouble)
                held.append(_forward(recipient, final.address))
            else:
                already.add(final.account.id)
                filed += 1
        report = _report(recipient, resolution, forwards, troubles)
        return LocalResult(report, tuple(forwards), tuple(held), filed)

    def _file(
        self,
        tx: Transaction,
        arrival: Arrival,
        recipient: Recipient,
        final: Final,
        journal: list[AnyEvent],
    ) -> Reply | None:
        """File for one account; return why it cannot be done now, or None."""
        assert final.account is not None
        account = final.account
        try:
            inbox = store.mailbox_by_role(tx, account.id, "inbox")
            added = self._store.add(tx, account.id, inbox.id, self._new_email(arrival, final))
        except store.OverQuota:
            full = f"{account.address} has used its whole quota"
            journal.append(_checked(arrival, recipient, "quota", "fail", full))
            return FULL
        except (store.NoSuchAccount, store.NoSuchMailbox) as error:  # not the others' trouble
            journal.append(_checked(arrival, recipient, "mailbox", "fail", str(error)))
            return NO_MAILBOX
        journal.append(
            Filed(
                at=arrival.at,
                station=STATION,
                recipient=recipient.address,
                account=account.address,
                mailbox=inbox.name,
                uid=added.uid,
                reason="no rule says otherwise",
            )
        )
        return None

    def _new_email(self, arrival: Arrival, final: Final) -> store.NewEmail:
        summary = arrival.summary
        return store.NewEmail(
            content=with_prefix(arrival, final.address, self._config.delivered_to),
            received=arrival.at,
            sent=summary.sent,
            message_id=summary.message_id,
            references=summary.references,
            subject=summary.subject,
            trace=arrival.trace,
        )


def with_prefix(arrival: Arrival, address: str, delivered_to: bool) -> Content:
    """Put the lines of final delivery above the message: Return-Path first (RFC 5321 §4.4)."""
    lines = f"Return-Path: <{arrival.envelope.reverse_path}>\r\n"
    if delivered_to:
        lines += f"Delivered-To: {address}\r\n"
    content = arrival.content
    return Content(content.blob, content.size, lines.encode() + content.prefix)


def _report(
    recipient: Recipient,
    resolution: Deliver,
    forwards: list[Recipient],
    troubles: list[Reply],
) -> Report:
    if len(troubles) == len(resolution.finals):
        return Report(recipient.address, Outcome.DEFERRED, troubles[0])
    if len(forwards) == len(resolution.finals):
        return Report(recipient.address, Outcome.RELAYED, FORWARDED)
    return Report(recipient.address, Outcome.DELIVERED, FILED)


def _forward(recipient: Recipient, address: str) -> Recipient:
    """The same wishes for another address; the original stays known (RFC 3461 §5.2.7)."""
    kind = "rfc822" if recipient.address.isascii() else "utf-8"  # RFC 6533 §3
    orcpt = recipient.orcpt or f"{kind};{recipient.address}"
    return Recipient(address, recipient.notify, orcpt)


def _note_expansion(
    resolution: Deliver, arrival: Arrival, recipient: Recipient, journal: list[AnyEvent]
) -> None:
    ways = sorted({final.by for final in resolution.finals if final.by})
    if ways:
        journal.append(
            Expanded(
                at=arrival.at,
                station=STATION,
                recipient=recipient.address,
                by=", ".join(ways),
                to=[final.address for final in resolution.finals],
            )
        )


def _same_message(arrival: Arrival, recipient: Recipient, final: Final) -> AnyEvent:
    reason = f"{final.address} has this message already, by another of its recipients"
    return Discarded(at=arrival.at, station=STATION, recipient=recipient.address, reason=reason)


def _checked(
    arrival: Arrival, recipient: Recipient, check: str, result: str, reason: str
) -> AnyEvent:
    return Checked(
        at=arrival.at,
        station=STATION,
        recipient=recipient.address,
        check=check,
        result=result,
        reason=reason,
    )
