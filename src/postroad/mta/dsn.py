"""A notification as a message of our own, ready to be accepted like any other.

Standards: RFC 3464, RFC 3461 §5.2 (when), §6.2 (what of the message goes back), RFC 6533
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from postroad import blobs
from postroad.blobs import StoredBlob
from postroad.handoff import Arrival, Content, Envelope, Outcome, Recipient, Summary, summarize
from postroad.message import LANGUAGES, Dsn, DsnRecipient, build_dsn
from postroad.mta.notify import Action, Notice

RETURNED_HEADER = 65_536
"""Octets of the original header that go back; longer ones are cut at a line."""

_FALLBACK_STATUS = {
    Action.FAILED: "5.0.0",
    Action.DELAYED: "4.0.0",
}


@dataclass(frozen=True, slots=True)
class Notification:
    """The message and its bytes."""

    arrival: Arrival
    blob: StoredBlob


def compose(
    arrival: Arrival,
    notices: Sequence[Notice],
    *,
    hostname: str,
    trace: str,
    expires: float | None = None,
) -> Notification:
    """Write the notification about `arrival` to its envelope sender. `notices` share one action."""
    identifier = f"{trace}@{hostname}"
    raw = build_dsn(
        Dsn(
            message_id=identifier,
            date=arrival.at,
            boundary=f"=_{trace}",
            reporting_mta=hostname,
            to=arrival.envelope.reverse_path,
            recipients=tuple(_fields(notice, arrival.at, expires) for notice in notices),
            returned=_returned(arrival),
            envelope_id=arrival.envelope.envid,
            reference=arrival.trace,
            languages=LANGUAGES,
            utf8=arrival.envelope.smtputf8,
        )
    )
    blob = blobs.inline(raw)
    envelope = Envelope(
        reverse_path="",
        recipients=(Recipient(arrival.envelope.reverse_path, frozenset({"NEVER"})),),
        body="7BIT" if raw.isascii() else "8BITMIME",
        smtputf8=arrival.envelope.smtputf8,
    )
    summary: Summary = summarize(raw.partition(b"\r\n\r\n")[0] + b"\r\n")
    content = Content(blob.id, blob.size)
    return Notification(Arrival(trace, envelope, content, summary, arrival.at), blob)


def _returned(arrival: Arrival) -> bytes:
    """The header that the sender will recognise, with our lines above it."""
    header = arrival.content.prefix + arrival.summary.header
    if len(header) <= RETURNED_HEADER:
        return header
    cut = header.rfind(b"\r\n", 0, RETURNED_HEADER)
    return header[: cut + 2]


def _fields(notice: Notice, at: float, expires: float | None) -> DsnRecipient:
    report = notice.report
    status = report.reply.enhanced or _FALLBACK_STATUS.get(notice.action, "2.0.0")
    if notice.action is Action.FAILED and not status.startswith("5"):
        status = f"5{status[1:]}"  # RFC 3464 §2.3.4: what expired after 4.x.x has failed for good
    delayed = notice.action is Action.DELAYED
    return DsnRecipient(
        final=notice.recipient.address,
        action=notice.action.value,
        status=status,
        original=notice.recipient.orcpt,
        remote_mta=report.remote,
        diagnostic=str(report.reply),
        last_attempt=at if report.outcome is not Outcome.DELIVERED else None,
        will_retry_until=expires if delayed else None,
    )
