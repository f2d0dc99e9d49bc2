"""What the cores tell their shells, beside the commands themselves.

Standards: RFC 5321 §3
"""

from __future__ import annotations

from enum import Enum

import msgspec

from postroad.protocols.smtp.commands import (
    AuthResponse,
    AuthStart,
    Chunk,
    DataStart,
    Hello,
    Help,
    MailFrom,
    Noop,
    Quit,
    RcptTo,
    Reset,
    StartTls,
    Verify,
)
from postroad.protocols.smtp.replies import Reply


class Signal(Enum):
    """Why there is no event."""

    NEED_DATA = "nothing more can be understood before more octets come"
    PAUSED = "the last event waits for its reply"


NEED_DATA = Signal.NEED_DATA
PAUSED = Signal.PAUSED


class BodyChunk(msgspec.Struct, frozen=True):
    """The next octets of the message, dots removed, line ends checked."""

    data: bytes


class BodyEnd(msgspec.Struct, frozen=True):
    """The message is complete: `size` octets. The reply decides whose it is."""

    size: int


class Aborted(msgspec.Struct, frozen=True):
    """The transaction ended without a message, and its client has heard `reply`."""

    reply: Reply


class AuthCancelled(msgspec.Struct, frozen=True):
    """The exchange is over: cancelled by the client, or its line could not be read."""


class ProtocolError(msgspec.Struct, frozen=True):
    """The peer did something wrong. On a server the core has answered it with `reply`.

    On a client `reply` is None: nothing of what the server says can be trusted any more.
    """

    text: str
    reply: Reply | None = None


class Disconnected(msgspec.Struct, frozen=True):
    """The peer closed the connection."""


class Greeting(msgspec.Struct, frozen=True):
    """The server's first words."""

    reply: Reply


class Replied(msgspec.Struct, frozen=True):
    """The answer to `command`, in the order of the commands.

    After LMTP's end of data there is one for each accepted recipient (RFC 2033 §4.2), and
    `recipient` is its number among the accepted, from 0.
    """

    command: Command
    reply: Reply
    recipient: int = 0


class EndOfData(msgspec.Struct, frozen=True):
    """The end of the body, as a command that is answered."""


class CancelAuth(msgspec.Struct, frozen=True):
    """`*` in place of a response (RFC 4954 §4)."""


Command = (
    Hello
    | StartTls
    | AuthStart
    | AuthResponse
    | CancelAuth
    | MailFrom
    | RcptTo
    | DataStart
    | Chunk
    | EndOfData
    | Reset
    | Noop
    | Help
    | Verify
    | Quit
)

ServerEvent = (
    Hello
    | StartTls
    | AuthStart
    | AuthResponse
    | AuthCancelled
    | MailFrom
    | RcptTo
    | DataStart
    | BodyChunk
    | BodyEnd
    | Aborted
    | Reset
    | Quit
    | ProtocolError
    | Disconnected
)

ClientEvent = Greeting | Replied | ProtocolError | Disconnected
