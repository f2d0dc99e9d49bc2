"""What SEARCH asks, as a tree: leaves that judge one message, and Not, And, Or above them.

Texts are decoded already. An OR whose last alternative is an OR is one Or of many, so the long
chains that clients write stay flat.

Standards: RFC 9051 §6.4.4, RFC 3501 §6.4.4 (NEW, OLD, RECENT), RFC 5032 (OLDER, YOUNGER),
RFC 7162 §3.1.5 (MODSEQ), RFC 8474 §6 (EMAILID, THREADID), RFC 8514 §4.3 (SAVED…)
"""

from __future__ import annotations

import datetime
from enum import StrEnum

import msgspec

from postroad.protocols.imap.sequences import SequenceSet


class DateOf(StrEnum):
    """Which of a message's dates; the value stands before BEFORE, ON and SINCE."""

    INTERNAL = ""
    SENT = "SENT"  # the Date header, without its zone
    SAVED = "SAVED"  # when it came into this mailbox


class When(StrEnum):
    """How a date lies to the day named."""

    BEFORE = "BEFORE"
    ON = "ON"
    SINCE = "SINCE"


class All(msgspec.Struct, frozen=True):
    """Every message."""


class HasFlag(msgspec.Struct, frozen=True):
    r"""`flag` is `\Seen` or its like, or a keyword; `present` false for UNSEEN, UNKEYWORD …"""

    flag: str
    present: bool = True


class Recency(msgspec.Struct, frozen=True):
    r"""IMAP4rev1's `kind` NEW, OLD or RECENT: NEW is RECENT and not `\Seen`, OLD not RECENT."""

    kind: str


class InHeader(msgspec.Struct, frozen=True):
    """`text` is in a field called `name`; "" when the field only has to be there.

    FROM, TO, CC, BCC and SUBJECT are these too.
    """

    name: str
    text: str


class InBody(msgspec.Struct, frozen=True):
    """`text` is in the body."""

    text: str


class InText(msgspec.Struct, frozen=True):
    """`text` is in the header or in the body."""

    text: str


class Dated(msgspec.Struct, frozen=True):
    """A date of the message lies so to `day`."""

    of: DateOf
    when: When
    day: datetime.date


class Sized(msgspec.Struct, frozen=True):
    """RFC822.SIZE is above (`larger`) or below `octets`."""

    larger: bool
    octets: int


class Aged(msgspec.Struct, frozen=True):
    """INTERNALDATE is more (`older`) or at most `seconds` ago."""

    older: bool
    seconds: int


class ModSeqSince(msgspec.Struct, frozen=True):
    """The mod-sequence is at least `value`.

    `entry` and `scope` (priv, shared, all) name one flag's; who keeps one for each message may
    ignore them (RFC 7162 §3.1.5).
    """

    value: int
    entry: str = ""
    scope: str = ""


class HasEmailId(msgspec.Struct, frozen=True):
    """EMAILID is `object_id`."""

    object_id: str


class HasThreadId(msgspec.Struct, frozen=True):
    """THREADID is `object_id`."""

    object_id: str


class Numbered(msgspec.Struct, frozen=True):
    """One of these message numbers; or `$`, the saved result."""

    messages: SequenceSet


class HasUid(msgspec.Struct, frozen=True):
    """One of these UIDs."""

    uids: SequenceSet


class SaveDateSupported(msgspec.Struct, frozen=True):
    """True where the mailbox knows when its messages came."""


class Not(msgspec.Struct, frozen=True):
    """`key` does not hold."""

    key: Key


class And(msgspec.Struct, frozen=True):
    """All of two or more `keys` hold."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if len(self.keys) < 2:
            raise ValueError("And is of two keys at least")


class Or(msgspec.Struct, frozen=True):
    """One of two or more `keys` holds; the last is no Or itself."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if len(self.keys) < 2 or isinstance(self.keys[-1], Or):
            raise ValueError("Or is of two keys at least, the last of them no Or")


Key = (
    All
    | HasFlag
    | Recency
    | InHeader
    | InBody
    | InText
    | Dated
    | Sized
    | Aged
    | ModSeqSince
    | HasEmailId
    | HasThreadId
    | Numbered
    | HasUid
    | SaveDateSupported
    | Not
    | And
    | Or
)
