"""How one station gives a message to the next: envelope, content, and a report for each recipient."""

from postroad.handoff._address import Address, domain_of, is_null
from postroad.handoff._types import (
    Content,
    DeliveryTarget,
    Envelope,
    Outcome,
    Recipient,
    Reply,
    Report,
)

__all__ = [
    "Address",
    "Content",
    "DeliveryTarget",
    "Envelope",
    "Outcome",
    "Recipient",
    "Reply",
    "Report",
    "domain_of",
    "is_null",
]
