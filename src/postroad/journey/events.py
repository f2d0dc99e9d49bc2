"""The events a journey is made of: one frozen class for each thing that can happen to a message.

An event is written in the unit of work that does what it tells. `at` is seconds since the epoch
(UTC); `station` is the room that acted; `recipient` is the envelope recipient concerned, "" for the
whole message.

Standards: RFC 5321 (stations), RFC 5598 (names)
"""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What all events share."""

    at: float
    station: str
    recipient: str = ""


class Received(Event, frozen=True, kw_only=True, tag="received"):
    """A peer connected and said who it is."""

    peer: str
    port: int
    helo: str
    protocol: str  # the `with` of Received: SMTP ESMTP ESMTPS ESMTPSA LMTP … (RFC 3848)
    tls: str = ""  # "TLSv1.3 TLS_AES_256_GCM_SHA384" or ""
    user: str = ""  # the account that authenticated
    ptr: str = ""  # reverse name of the peer, when looked up


class Checked(Event, frozen=True, kw_only=True, tag="checked"):
    """One check was made, with what it saw."""

    check: str  # recipient, sender, quota, size, relay, duplicate, iprev, spf …
    result: str  # pass, fail, none, temperror …
    reason: str


class Accepted(Event, frozen=True, kw_only=True, tag="accepted"):
    """Responsibility was taken: the reply 250 stands for this event."""

    reverse_path: str
    recipients: list[str]
    size: int
    message_id: str = ""
    reason: str = ""


class Changed(Event, frozen=True, kw_only=True, tag="changed"):
    """Header lines were added or removed, and why."""

    added: list[str] = []
    removed: list[str] = []
    reason: str


class Expanded(Event, frozen=True, kw_only=True, tag="expanded"):
    """A recipient became others: alias, plus-address, catch-all."""

    by: str
    to: list[str]


class Filed(Event, frozen=True, kw_only=True, tag="filed"):
    """The message is in a mailbox: a visible end."""

    account: str
    mailbox: str
    uid: int
    reason: str


class Queued(Event, frozen=True, kw_only=True, tag="queued"):
    """The message waits for its next host."""

    route: str
    reason: str


class Attempted(Event, frozen=True, kw_only=True, tag="attempted"):
    """One try to hand the message on, with the remote's own words."""

    remote: str
    outcome: str  # relayed, deferred, failed, delivered
    code: int
    enhanced: str = ""
    text: str
    tls: str = ""
    next_attempt: float = 0.0  # 0: no further try


class Notified(Event, frozen=True, kw_only=True, tag="notified"):
    """A delivery status notification was made, or not, and why."""

    to: str
    dsn_trace: str = ""
    reason: str


class Discarded(Event, frozen=True, kw_only=True, tag="discarded"):
    """The recipient's copy ends here without a mailbox: a visible end with its reason."""

    reason: str


class Retrieved(Event, frozen=True, kw_only=True, tag="retrieved"):
    """The mailbox's owner read or removed it first."""

    account: str
    by: str  # POP3, IMAP, JMAP
    action: str  # read, removed


AnyEvent = (
    Received
    | Checked
    | Accepted
    | Changed
    | Expanded
    | Filed
    | Queued
    | Attempted
    | Notified
    | Discarded
    | Retrieved
)
