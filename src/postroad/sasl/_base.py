"""The shape of every mechanism: a step asks for something, and the answer gives the next step.

A server mechanism never waits. It returns what it needs (the client's next response, a look-up by
the shell) or how the exchange ended, and the shell calls back with the answer:

    Challenge      send `data`, then call `respond` with the client's answer
    CheckPassword  ask the directory, then call `answer(True | False)`
    FetchScram     ask the directory, then call `answer(ScramVerifier)`
    Success        the client is `user`
    Failure        it is not; `malformed` when it did not even speak the mechanism

Standards: RFC 4422 §3, §5
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from postroad.sasl._verifier import ScramVerifier


@dataclass(frozen=True, slots=True)
class ChannelBinding:
    """What ties an exchange to its TLS connection (RFC 5056).

    `name` is tls-server-end-point (RFC 5929) or tls-exporter (RFC 9266), `data` its octets.
    tls-unique is refused: it does not exist under TLS 1.3.
    """

    name: str
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.name not in {"tls-server-end-point", "tls-exporter"}:
            raise ValueError(f"no channel binding of this kind is supported: {self.name!r}")
        if not self.data:
            raise ValueError("channel binding data is empty")


@dataclass(frozen=True, slots=True)
class Challenge:
    """Send `data` to the client; it will respond."""

    data: bytes


@dataclass(frozen=True, slots=True)
class CheckPassword:
    """Find out whether `password` is the password of `user`."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchScram:
    """Find the verifier of `user`; for someone unknown, a decoy (see `decoy_verifier`)."""

    user: str


@dataclass(frozen=True, slots=True)
class Success:
    """The exchange proved that the client is `user`."""

    user: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The exchange is over without success. `reason` is for us; the peer learns nothing of it."""

    reason: str
    malformed: bool = False


Step = Challenge | CheckPassword | FetchScram | Success | Failure


class ServerMechanism(Protocol):
    """The server's side of one exchange."""

    @property
    def name(self) -> str:
        """The name under which it is offered."""
        ...

    def start(self, initial: bytes | None) -> Step:
        """Begin; `initial` is the client's initial response, None when it sent none."""
        ...

    def respond(self, response: bytes) -> Step:
        """Go on with the client's answer to the last Challenge."""
        ...

    def answer(self, found: bool | ScramVerifier) -> Step:
        """Go on with the answer to the last CheckPassword or FetchScram."""
        ...


class ClientMechanism(Protocol):
    """The client's side of one exchange."""

    @property
    def name(self) -> str:
        """The name to ask for."""
        ...

    @property
    def complete(self) -> bool:
        """Whether success, when the server claims it now, is to be believed."""
        ...

    def start(self) -> bytes | None:
        """The initial response; None when the server speaks first."""
        ...

    def respond(self, challenge: bytes) -> bytes:
        """The response to a challenge. Raises SaslError: cancel the exchange then."""
        ...


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks, with what: the two things every client mechanism needs."""

    user: str
    password: str = field(repr=False)
