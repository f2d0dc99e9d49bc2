"""Envelope, Recipient, Content, Report: frozen values, and the one port by which stations deliver.

Standards: RFC 5321 §2.3.1 (envelope and content), RFC 3461 (DSN parameters), RFC 6531 (SMTPUTF8),
RFC 3463 (enhanced status codes)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Protocol, TypeVar


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
    """A message's bytes: `prefix` followed by the blob.

    The prefix holds header lines of ours, CRLF-ended; the last may be a name for the blob's first
    line (quirk `stray-first-line`).

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
    """The result for one recipient. `remote` names the host that spoke, "" when it was ourselves.

    `tls` is the version and cipher of the hand-over, "" for plaintext; `dsn_passed` says that the
    next host knows DSN and so reports success itself (RFC 3461 §5.2.2).
    """

    recipient: str
    outcome: Outcome
    reply: Reply
    remote: str = ""
    tls: str = ""
    dsn_passed: bool = False


@dataclass(frozen=True, slots=True)
class LocalResult:
    """What the local target did with one recipient, inside the caller's unit of work.

    `forwards` are recipients elsewhere that an alias leads to; `held` are mailboxes here that could
    not take the message now; `filed` counts the references to the blob that were made.
    """

    report: Report
    forwards: tuple[Recipient, ...] = ()
    held: tuple[Recipient, ...] = ()
    filed: int = 0


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
    """A message that a station has in whole and hands on. `at` is seconds since the epoch."""

    trace: str
    envelope: Envelope
    content: Content
    summary: Summary
    at: float


class Hold(Enum):
    """Which recipients that cannot be served now the MTA keeps and tries again itself."""

    NEVER = "never"  # each has a reply of its own, and its sender keeps it (LMTP)
    UNLESS_ALL = "unless all"  # one reply for all: the sender keeps the message if nobody got it
    ALWAYS = "always"  # there is no sender to go back to (notifications)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each recipient of an arrival, in order.

    A DEFERRED report means that nobody holds this recipient: its sender must be told to try again.
    `references` counts how often the blob is now referred to. `receipts` are what to confirm once
    the peer has shown that it read our reply.
    """

    reports: tuple[Report, ...]
    references: int
    receipts: tuple[bytes, ...] = ()

    @property
    def refusal(self) -> Reply:
        """What to tell the sender of a message that nobody took."""
        return self.reports[0].reply

    @property
    def nobody(self) -> bool:
        """Whether no recipient at all was taken."""
        return all(report.outcome is Outcome.DEFERRED for report in self.reports)


B_contra = TypeVar("B_contra", contravariant=True)


class Acceptor(Protocol[B_contra]):
    """Takes responsibility for an arrival, in one unit of work that is durable on return."""

    async def take(
        self,
        arrival: Arrival,
        stored: B_contra,
        facts: Sequence[Any],
        *,
        hold: Hold = Hold.UNLESS_ALL,
        once: bool = False,
    ) -> Taken:
        """Place every recipient, refer to the `stored` bytes, write the journey from `facts` on.

        With `once`, what the same peer handed over before and was cut off from our reply is not
        taken twice. When nobody takes it (`Taken.nobody`) nothing at all was written. Raises
        StorageFull, StorageFailed.
        """
        ...

    def confirm(self, receipts: Iterable[bytes]) -> None:
        """The peer read our reply to these; forget them soon."""
        ...


class DeliveryTarget(Protocol):
    """Where the MTA sends what is not filed here: the gateway, or an inner host."""

    async def deliver(
        self, envelope: Envelope, content: Content, trace: str, route: str
    ) -> Sequence[Report]:
        """Try once to hand `content` to the next host for every recipient, which share one route.

        `route` is a domain for an MX look-up or `host:port`. One report for each recipient, in
        order; never raises for what a remote or the network does.
        """
        ...
