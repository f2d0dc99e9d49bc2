"""How one station gives a message to the next: envelope, content, a report for each recipient."""

from postroad.handoff._address import Address, domain_of, is_null
from postroad.handoff._intake import HEADER_LIMIT, HeaderTooLarge, Intake, Sink
from postroad.handoff._peer import Peer, received_line
from postroad.handoff._reception import Reception
from postroad.handoff._summary import summarize
from postroad.handoff._types import (
    Acceptor,
    Arrival,
    Content,
    DeliveryTarget,
    Envelope,
    Hold,
    LocalResult,
    Outcome,
    Recipient,
    Reply,
    Report,
    Summary,
    Taken,
)

__all__ = [
    "HEADER_LIMIT",
    "Acceptor",
    "Address",
    "Arrival",
    "Content",
    "DeliveryTarget",
    "Envelope",
    "HeaderTooLarge",
    "Hold",
    "Intake",
    "LocalResult",
    "Outcome",
    "Peer",
    "Reception",
    "Recipient",
    "Reply",
    "Report",
    "Sink",
    "Summary",
    "Taken",
    "domain_of",
    "is_null",
    "received_line",
    "summarize",
]
