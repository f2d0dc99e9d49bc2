"""What a core tells its shell: things to do, things that happened, and two signals.

Standards: RFC 9051 §6
"""

from __future__ import annotations

from enum import Enum, auto

import msgspec

from postroad.protocols.imap.commands import Command, NewMessage, Text
from postroad.protocols.imap.status import Status


class Signal(Enum):
    """Not an event: why there is none."""

    NEED_DATA = auto()  # read from the client
    NEED_FLUSH = auto()  # send `data_to_send` first: there is more to say than is kept
    PAUSED = auto()  # an answer of the shell is due


NEED_DATA = Signal.NEED_DATA
NEED_FLUSH = Signal.NEED_FLUSH
PAUSED = Signal.PAUSED


class Request(msgspec.Struct, frozen=True):
    """A command that may come now. Answer with `complete`."""

    tag: str
    command: Command


class LoginGiven(msgspec.Struct, frozen=True):
    """LOGIN. Answer with `log_in` or `reject`."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"LoginGiven({self.user!r})"


class AuthStarted(msgspec.Struct, frozen=True):
    """AUTHENTICATE. Answer with `challenge`, `log_in` or `reject`."""

    mechanism: str
    initial: bytes | None

    def __repr__(self) -> str:
        return f"AuthStarted({self.mechanism})"


class AuthResponded(msgspec.Struct, frozen=True):
    """The client answered a challenge. Answer as for AuthStarted."""

    data: bytes

    def __repr__(self) -> str:
        return "AuthResponded(…)"


class AuthCancelled(msgspec.Struct, frozen=True):
    """The client gave the exchange up, or broke it; it was answered."""


class TlsWanted(msgspec.Struct, frozen=True):
    """STARTTLS. Call `accept_tls`, send, shake hands, call `tls_started`; or `reject`."""


class CompressWanted(msgspec.Struct, frozen=True):
    """COMPRESS DEFLATE. Call `accept_compression`, send, compress from there on."""


class IdleStarted(msgspec.Struct, frozen=True):
    """IDLE. Call `start_idle` or `reject`."""


class IdleEnded(msgspec.Struct, frozen=True):
    """DONE, or something else that ended IDLE. Answer with `complete`."""


class LiteralStart(msgspec.Struct, frozen=True):
    """A text of a message is about to come. Answer with `accept_literal` or `refuse_literal`.

    It is for message `index` (from 0) of this APPEND, of which `message` is what is known, the
    text being its last part; or for REPLACE of the message `target` (a UID when `uid`).
    """

    mailbox: str
    message: NewMessage
    text: Text
    index: int = 0
    target: int = 0
    uid: bool = False


class LiteralChunk(msgspec.Struct, frozen=True):
    """The next octets of that text."""

    data: bytes


class LiteralEnd(msgspec.Struct, frozen=True):
    """It is complete; more texts, or the Request with the whole command, follow."""


class LiteralsDropped(msgspec.Struct, frozen=True):
    """The command broke off and was or will be answered: forget its texts."""


class Identified(msgspec.Struct, frozen=True):
    """What the client says about itself; it was answered."""

    fields: tuple[tuple[str, str | None], ...]


class Mistake(msgspec.Struct, frozen=True):
    """The client did something wrong and was answered."""

    status: Status


class Disconnected(msgspec.Struct, frozen=True):
    """The client is gone."""


Event = (
    Request
    | LoginGiven
    | AuthStarted
    | AuthResponded
    | AuthCancelled
    | TlsWanted
    | CompressWanted
    | IdleStarted
    | IdleEnded
    | LiteralStart
    | LiteralChunk
    | LiteralEnd
    | LiteralsDropped
    | Identified
    | Mistake
    | Disconnected
)
