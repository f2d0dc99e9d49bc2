"""Envelope, Recipient, Content, Report: frozen values, and the one port by which stations deliver.

Standards: RFC 5321 §2.3.1 (envelope and content), RFC 3461 (DSN parameters), RFC 6531 (SMTPUTF8),
RFC 3463 (enhanced status codes)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Recipient:
    """One forward-path and what its sender asked to be told about it.

    `notify` holds the RFC 3461 §4.1 keywords NEVER, SUCCESS, FAILURE, DELAY; empty means not given.
    `orcpt` is the original recipient as `addr-type;xtext`, decoded, or "".
    """

    address: str
    notify: frozenset[str] = frozenset()
    orcpt: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What travels beside the message (RFC 5321 §2.3.1). `reverse_path` is "" for `<>`."""

    reverse_path: str
    recipients: tuple[Recipient, ...]
    body: str = "7BIT"  # 7BIT | 8BITMIME | BINARYMIME (RFC 6152, RFC 3030)
    smtputf8: bool = False
    ret: str = ""  # FULL | HDRS | "" (RFC 3461 §4.3)
    envid: str = ""  # RFC 3461 §4.4, decoded


@dataclass(frozen=True, slots=True)
class Content:
    """A message's bytes: `prefix` (header lines of ours, CRLF-ended) followed by the blob.

    `blob` is the SHA-256 of the shared bytes, `size` their count without the prefix.
    """

    blob: bytes
    size: int
    prefix: bytes = b""

    @property
    def total(self) -> int:
        """Octets as a reader sees them."""
        return len(self.prefix) + self.size


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP reply as one side said it: basic code, enhanced code (RFC 3463) or "", text."""

    code: int
    enhanced: str
    text: str

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)


class Outcome(StrEnum):
    """What became of one recipient at one attempt (RFC 3464 §2.3.3 action, before expansion)."""

    DELIVERED = "delivered"  # in a mailbox here
    RELAYED = "relayed"  # the next host took responsibility
    DEFERRED = "deferred"  # try again
    FAILED = "failed"  # never


@dataclass(frozen=True, slots=True)
class Report:
    """The result for one recipient. `remote` names the host that spoke, "" when it was ourselves."""

    recipient: str
    outcome: Outcome
    reply: Reply
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What filing, notifying and tracing need of a header, read once where the message came in.

    `sent` is the Date header in seconds since the epoch; `references` holds References and
    In-Reply-To, oldest first; `subject` is decoded; `hops` counts the Received fields.
    """

    message_id: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sent: float | None = None
    hops: int = 0
    header: bytes = b""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that a station has taken in whole and now hands on. `at` is seconds since the epoch."""

    trace: str
    envelope: Envelope
    content: Content
    summary: Summary
    at: float


class DeliveryTarget(Protocol):
    """Where the MTA sends what is not filed here: the gateway, an inner host, a program of a test."""

    async def deliver(
        self, envelope: Envelope, content: Content, trace: str, route: str
    ) -> Sequence[Report]:
        """Try once to hand `content` to the next host for every recipient, which share one route.

        `route` is a domain for an MX look-up or `host:port`. One report for each recipient, in order; never raises for what a remote or
        the network does.
        """
        ...
