"""What a server connection remembers, and the few ways in which it changes.

Invariants: nothing is said after `close`; too many mistakes, failed logins or idle commands end it.

Standards: RFC 1939 §4, RFC 2449 §6.6 (PIPELINING: answers in the order of commands)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from postroad.protocols.pop3 import limits
from postroad.protocols.pop3._body import BodyEncoder
from postroad.protocols.pop3._states import ACCEPTED, Ask, State
from postroad.protocols.pop3._texts import DEFAULT_LANGUAGE, Text
from postroad.protocols.pop3.commands import Command
from postroad.protocols.pop3.config import ServerConfig
from postroad.protocols.pop3.errors import CommandError
from postroad.protocols.pop3.events import Mistake
from postroad.protocols.pop3.maildrop import Maildrop
from postroad.protocols.pop3.replies import Code, Reply, err
from postroad.sasl import usable
from postroad.wire import ReceiveBuffer

E = TypeVar("E")

_LISTED_AT_ONCE = 512
"""Lines of a listing made between two looks at its size; a line has at most 82 octets."""


class Session:
    """The state of one connection; see `ServerConnection` for what is done with it."""

    __slots__ = (
        "ask",
        "body",
        "bound",
        "buffer",
        "config",
        "eof",
        "errors",
        "failed_logins",
        "idle",
        "language",
        "lines",
        "listing",
        "maildrop",
        "out",
        "progress",
        "state",
        "tls",
        "user",
    )

    def __init__(self, config: ServerConfig, *, tls: bool, bound: bool) -> None:
        self.config = config
        self.tls = tls
        self.bound = bound
        self.state = State.AUTHORIZATION
        self.ask: Ask | None = None
        self.buffer = ReceiveBuffer()
        self.eof = False
        self.out = bytearray()
        self.listing: Iterator[bytes] | None = None
        self.language = DEFAULT_LANGUAGE
        self.user = ""
        self.maildrop = Maildrop()
        self.lines: int | None = None  # of the body, that TOP wants
        self.body: BodyEncoder | None = None
        self.errors = self.failed_logins = self.idle = self.progress = 0

    # --- saying ---

    def say(self, reply: Reply) -> None:
        """Queue an answer."""
        if self.state is not State.CLOSED:
            self.out += reply.encode(self.language)

    def list(self, reply: Reply, lines: Iterator[bytes]) -> None:
        """Queue a multi-line answer; its lines are made when there is room for them."""
        self.say(reply)
        self.listing = lines
        self.go_on_listing()

    def go_on_listing(self) -> None:
        """Make lines until there is a slice of them, or the list ends."""
        while self.listing is not None and len(self.out) < limits.SLICE:
            lines = b"".join(islice(self.listing, _LISTED_AT_ONCE))
            self.out += lines or b".\r\n"
            if not lines:
                self.listing = None

    def question(self, ask: Ask, event: E) -> E:
        """Hand `event` out and wait for its answer."""
        self.ask = ask
        return event

    def refuse(self, reply: Reply) -> Mistake:
        """Answer a mistake of the client; too many of them end the connection."""
        self.errors += 1
        if self.errors > limits.ERRORS:
            return self.hang_up(err(Text.TOO_MANY_ERRORS))
        self.say(reply)
        return Mistake(reply)

    def hang_up(self, reply: Reply) -> Mistake:
        """Say a last word."""
        self.say(reply)
        self.close()
        return Mistake(reply)

    def close(self) -> None:
        """Read and say nothing more."""
        self.state = State.CLOSED
        self.ask = None
        self.body = None
        self.listing = None
        self.buffer.clear()

    # --- order ---

    def after(self, command: Command) -> State:
        """The state that follows `command`. Raises CommandError when it may not come now."""
        following = ACCEPTED[self.state].get(type(command))
        if following is None:
            raise CommandError(err(Text.NOT_NOW))
        return following

    def fail_login(self, reply: Reply) -> None:
        """Somebody was not let in; after too many, the connection ends."""
        self.state = State.AUTHORIZATION
        self.failed_logins += 1
        self.say(reply)
        if self.failed_logins >= limits.AUTH_FAILURES:
            self.close()

    def count_idle(self) -> None:
        """One more command before the login that is none. Raises CommandError."""
        if self.state is not State.TRANSACTION:
            self.idle += 1
            if self.idle > limits.IDLE_COMMANDS:
                raise CommandError(err(Text.TOO_MANY_COMMANDS), fatal=True)

    # --- what is on offer ---

    def need_tls(self) -> None:
        """No password and no token in clear. Raises CommandError (RFC 2595 §2.2, RFC 8314 §3)."""
        if self.config.auth_requires_tls and not self.tls:
            raise CommandError(err(Text.NEED_TLS, Code.AUTH))

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """SASL mechanisms that may be used now."""
        if self.config.auth_requires_tls and not self.tls:
            return ()
        return usable(self.config.auth_mechanisms, bound=self.bound)
