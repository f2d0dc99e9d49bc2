"""What a peer handed over once is not taken twice, although it never read our reply.

A receipt is written in the unit of work that takes a message, and forgotten when the peer shows
that it read the 250 by going on. What is left after a crash or a cut connection are the hand-overs
whose reply may be lost: when the same bytes come for the same recipient again, they were here
before.

Standards: RFC 5321 §4.1.1.4 and §6.1 (the window in which a message is duplicated), RFC 1047
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from postroad import queue
from postroad.db import Transaction
from postroad.handoff import Arrival, Recipient
from postroad.journey import AnyEvent
from postroad.journey.events import Checked

KEPT_FOR = 5 * 86400.0
"""Seconds a receipt is worth keeping: as long as a peer retries (RFC 5321 §4.5.4.1)."""

STATION = "mta"


@dataclass(frozen=True, slots=True)
class Sifted:
    """`fresh` are to be served; `receipts` are those of the others, to confirm with this reply."""

    fresh: tuple[Recipient, ...]
    receipts: tuple[bytes, ...] = ()


def sift(tx: Transaction, arrival: Arrival, journal: list[AnyEvent]) -> Sifted:
    """Tell the recipients for whom this message was taken already from the others."""
    recipients = arrival.envelope.recipients
    if not arrival.summary.message_id:
        return Sifted(recipients)  # without an identifier, equal bytes may be meant
    fresh: list[Recipient] = []
    receipts: list[bytes] = []
    for recipient in recipients:
        fingerprint = _fingerprint(arrival, recipient)
        earlier = queue.receipts.seen(tx, fingerprint)
        if earlier is None:
            fresh.append(recipient)
        else:
            receipts.append(fingerprint)
            journal.append(_twice(arrival, recipient, earlier))
    return Sifted(tuple(fresh), tuple(receipts))


def remember(tx: Transaction, arrival: Arrival, taken: Iterable[Recipient]) -> tuple[bytes, ...]:
    """Write a receipt for each recipient that was taken, and return them."""
    if not arrival.summary.message_id:
        return ()
    receipts = tuple(_fingerprint(arrival, recipient) for recipient in taken)
    for receipt in receipts:
        queue.receipts.remember(tx, receipt, arrival.trace, arrival.at)
    return receipts


def _fingerprint(arrival: Arrival, recipient: Recipient) -> bytes:
    parts = (arrival.envelope.reverse_path, recipient.address)
    text = "\0".join(parts).encode()
    return hashlib.sha256(arrival.content.blob + text).digest()[:16]


def _twice(arrival: Arrival, recipient: Recipient, earlier: str) -> AnyEvent:
    reason = f"these bytes were taken before, under {earlier}, but the reply was not read"
    return Checked(
        at=arrival.at,
        station=STATION,
        recipient=recipient.address,
        check="duplicate",
        result="fail",
        reason=reason,
    )
