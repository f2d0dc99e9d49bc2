"""What a server connection remembers, and the few ways in which it changes.

Invariants: nothing is said after `close`; too many mistakes, failed logins or idle commands end it.

Standards: RFC 9051 §3, §7.1.5
"""

from __future__ import annotations

from typing import TypeVar

from postroad.protocols.imap import limits
from postroad.protocols.imap._capabilities import capabilities
from postroad.protocols.imap._lines import Announced, Lines
from postroad.protocols.imap._states import Ask, Input, State
from postroad.protocols.imap.commands import AppendReader
from postroad.protocols.imap.config import ServerConfig
from postroad.protocols.imap.events import Mistake
from postroad.protocols.imap.status import Code, Status, bye
from postroad.sasl import usable

E = TypeVar("E")
_NOTHING: frozenset[str] = frozenset()


class Session:
    """The state of one connection; see `ServerConnection` for what is done with it."""

    __slots__ = (
        "appending", "ask", "bound", "compressed", "config", "dropped", "enabled", "eof", "errors",
        "failed_logins", "following", "idle", "input", "lines", "literal", "literals", "need",
        "out", "progress", "request", "spent", "state", "streamed", "tag", "text", "tls",
        "uncounted", "verdict",
    )  # fmt: skip

    def __init__(self, config: ServerConfig, *, tls: bool, bound: bool) -> None:
        self.config = config
        self.tls = tls
        self.bound = bound
        self.compressed = False
        self.enabled = _NOTHING
        self.state = State.NOT_AUTHENTICATED
        self.input = Input.COMMAND
        self.ask: Ask | None = None
        self.lines = Lines()
        self.eof = False
        self.out = b""
        self.errors = self.failed_logins = self.idle = 0
        self.progress = self.uncounted = 0
        self.forget_command()

    def forget_command(self) -> None:
        """Begin anew: the next line is the beginning of a command."""
        self.tag = ""
        self.text: bytearray | None = None  # of a command that has literals, as far as it is here
        self.need = 0  # octets of the literal under way that have not come
        self.literals = 0  # in this command
        self.spent = 0  # octets of it that an AppendReader has read
        self.literal: Announced | None = None  # about which the shell is asked
        self.streamed = False  # whether the shell has taken a text of this command
        self.appending: AppendReader | None = None
        self.dropped = 0  # octets announced that are or were thrown away
        self.verdict: Status | None = None  # what a dropped or broken command will hear
        self.request: object = None  # the command whose answer is due
        self.following = (self.state, self.state)

    # --- saying ---

    def say(self, octets: bytes) -> None:
        """Queue ready octets."""
        if self.state is not State.LOGOUT:
            self.out += octets

    def answer(self, status: Status) -> None:
        """The tagged status of the command; the next may begin."""
        self.say(status.encode(self.tag or "*"))
        self.input = Input.COMMAND
        self.forget_command()

    def question(self, ask: Ask, event: E) -> E:
        """Hand `event` out and wait for its answer."""
        self.ask = ask
        return event

    def refuse(self, status: Status) -> Mistake:
        """Answer a mistake of the client; too many of them end the connection."""
        self.answer(status)
        self.errors += status.kind == "BAD"
        before = self.state is State.NOT_AUTHENTICATED
        if self.errors > (limits.ERRORS_BEFORE_LOGIN if before else limits.ERRORS):
            self.hang_up(bye("Too many errors", Code.CLIENTBUG))
        return Mistake(status)

    def hang_up(self, status: Status) -> Mistake:
        """Say a last word."""
        self.say(status.encode())
        self.close()
        return Mistake(status)

    def close(self) -> None:
        """Read and say nothing more."""
        self.state = State.LOGOUT
        self.ask = None
        self.forget_command()
        self.lines.buffer.clear()

    # --- counting ---

    def count_octets(self, octets: int) -> None:
        """More of a message came."""
        steps, self.uncounted = divmod(self.uncounted + octets, limits.PROGRESS)
        self.progress += steps

    @property
    def command_limit(self) -> int:
        """Octets that a command may have now."""
        early = self.state is State.NOT_AUTHENTICATED
        return limits.COMMAND_BEFORE_LOGIN if early else limits.COMMAND

    @property
    def drop_limit(self) -> int:
        """Octets that are read for nothing before the connection ends."""
        early = self.state is State.NOT_AUTHENTICATED
        return limits.MAX_DROPPED_BEFORE_LOGIN if early else limits.MAX_DROPPED

    # --- what is on offer ---

    @property
    def utf8(self) -> bool:
        """Whether quoted strings may hold UTF-8 (RFC 6855 §3, RFC 9051 §A.1)."""
        return "IMAP4rev2" in self.enabled or "UTF8=ACCEPT" in self.enabled

    @property
    def uid_only(self) -> bool:
        """Whether message numbers are off (RFC 9586)."""
        return "UIDONLY" in self.enabled

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """SASL mechanisms that may be used now."""
        if self.config.auth_requires_tls and not self.tls:
            return ()
        return usable(self.config.auth_mechanisms, bound=self.bound)

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What is on offer now."""
        return capabilities(
            self.config,
            self.mechanisms,
            tls=self.tls,
            logged_in=self.state is not State.NOT_AUTHENTICATED,
            compressed=self.compressed,
        )
