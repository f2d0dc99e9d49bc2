"""The beginning of a journey, from what a station took in."""

from __future__ import annotations

from collections.abc import Sequence

from postroad.db import Transaction
from postroad.handoff import Arrival, Envelope, Peer
from postroad.journey._rows import open_journey, record
from postroad.journey.events import AnyEvent, Received


def open_arrival(tx: Transaction, arrival: Arrival, events: Sequence[AnyEvent]) -> None:
    """Begin the journey of `arrival` with its first events, in the unit of work that took it."""
    open_journey(
        tx,
        arrival.trace,
        at=arrival.at,
        message_id=arrival.summary.message_id,
        reverse_path=arrival.envelope.reverse_path,
        recipients=[recipient.address for recipient in arrival.envelope.recipients],
        subject=arrival.summary.subject,
        size=arrival.content.total,
    )
    record(tx, arrival.trace, events)


def received(peer: Peer, envelope: Envelope, *, station: str, at: float) -> Received:
    """The event that stands for `peer` and its session."""
    return Received(
        at=at,
        station=station,
        peer=peer.address,
        port=peer.port,
        helo=peer.helo,
        protocol=peer.protocol(envelope.smtputf8),
        tls=peer.tls_text,
        user=peer.user,
        ptr=peer.ptr,
    )
