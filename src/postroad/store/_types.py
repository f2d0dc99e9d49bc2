"""The values that go into the store and come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from postroad.handoff import Content

INBOX = "INBOX"
"""The mailbox's name that is the same in any case (RFC 9051 §5.1)."""

SEEN = "$seen"
"""The keyword of a message that was read (RFC 8621 §4.1.1; IMAP says \\Seen)."""

DELETED = "$deleted"
"""The mark of a message that EXPUNGE takes away (IMAP's \\Deleted). It belongs to the placement:
a message in two mailboxes is deleted in one. JMAP never shows it (RFC 8621 §4.1.1)."""


@dataclass(frozen=True, slots=True)
class NewEmail:
    """What is filed. Times are seconds since the epoch; `subject` is decoded.

    `references` holds the message-ids of References and In-Reply-To, oldest first. `saved` is when
    it comes into the mailbox, if that is not when it was received (IMAP's APPEND).
    """

    content: Content
    received: float
    sent: float | None
    message_id: str
    references: tuple[str, ...]
    subject: str
    trace: str
    keywords: frozenset[str] = frozenset()
    saved: float | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """Where an email came to be: its id for good, its UID in the mailbox, its thread."""

    email_id: int
    uid: int
    modseq: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox and its counters. `name` is its own, without its parents'; `parent` 0 is the top.

    `role` is one of ROLES or "". `octets` counts its messages as a reader sees them, `deleted`
    those marked `$deleted`.
    """

    id: int
    parent: int
    name: str
    role: str
    uidvalidity: int
    uidnext: int = 1
    modseq: int = 1
    messages: int = 0
    unseen: int = 0
    octets: int = 0
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Email:
    """An email and where it is: `placements` maps a mailbox to the UID there."""

    id: int
    thread_id: int
    content: Content
    received: float
    sent: float | None
    message_id: str
    trace: str
    keywords: frozenset[str]
    placements: dict[int, int] = field(default_factory=dict)


class Listed(msgspec.Struct, frozen=True, gc=False):
    """One message of a mailbox; `size` is octets as a reader sees them."""

    uid: int
    email_id: int
    size: int
    trace: str


@dataclass(frozen=True, slots=True)
class Expunged:
    """A message that left its mailbox; `gone` says that the email was in no other."""

    uid: int
    email_id: int
    trace: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account uses and may use; `limit` None is without limit."""

    used_bytes: int
    used_messages: int
    limit: int | None

    def has_room(self, octets: int) -> bool:
        """Whether a message of `octets` (0 when not known yet) fits into what is left."""
        return self.limit is None or self.used_bytes + max(octets, 1) <= self.limit


Kind = Literal[
    "created",  # an email began, in this mailbox
    "placed",  # it came into one more mailbox
    "removed",  # it left this mailbox, and is still in another
    "destroyed",  # it left its last mailbox, and is gone
    "keywords",  # its keywords changed; one line for each mailbox it is in
    "mailbox made",
    "mailbox renamed",
    "mailbox deleted",
]


class Change(msgspec.Struct, frozen=True, gc=False):
    """One line of an account's list of changes, in the order in which things happened.

    All lines of one unit of work share a modseq; `step` counts among them. What does not apply to
    the kind is 0.
    """

    modseq: int
    step: int
    kind: Kind
    mailbox: int
    uid: int
    email_id: int
    thread_id: int
