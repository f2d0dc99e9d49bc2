"""What a core tells its shell: things to decide, things that happened, and two signals.

Standards: RFC 1939 §4, §6, RFC 5034 §4
"""

from __future__ import annotations

from enum import Enum, auto

import msgspec

from postroad.protocols.pop3.replies import Reply


class Signal(Enum):
    """Not an event: why there is none."""

    NEED_DATA = auto()  # read from the client
    NEED_FLUSH = auto()  # send `data_to_send` first: there is more to say than is kept
    PAUSED = auto()  # an answer of the shell is due


NEED_DATA = Signal.NEED_DATA
NEED_FLUSH = Signal.NEED_FLUSH
PAUSED = Signal.PAUSED


class PasswordGiven(msgspec.Struct, frozen=True):
    """USER and PASS came. Answer with `open` or `reject`."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"PasswordGiven({self.user!r})"


class AuthStarted(msgspec.Struct, frozen=True):
    """AUTH came. Answer with `challenge`, `open` or `reject`."""

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
    """STLS came. Call `accept_tls`, send, shake hands, call `tls_started`; or `reject`."""


class Retrieve(msgspec.Struct, frozen=True):
    """RETR or TOP of message `index` (from 0). `begin_body`, `send_body`…, `end_body`; or `reject`.

    `whole` is false for TOP, of which `send_body` cuts off what was not asked for.
    """

    index: int
    whole: bool


class Update(msgspec.Struct, frozen=True):
    """QUIT with messages marked (`indexes`, from 0). Answer with `updated` or `reject`."""

    indexes: tuple[int, ...]


class Mistake(msgspec.Struct, frozen=True):
    """The client did something wrong and was answered."""

    reply: Reply


class Disconnected(msgspec.Struct, frozen=True):
    """The client is gone. Without QUIT nothing is removed (RFC 1939 §6)."""


Event = (
    PasswordGiven
    | AuthStarted
    | AuthResponded
    | AuthCancelled
    | TlsWanted
    | Retrieve
    | Update
    | Mistake
    | Disconnected
)
