"""What a server connection remembers, and the few ways in which it changes.

Invariants: nothing is said after `close`; too many errors, idle commands, refused recipients or
failed logins end in a 421.

Standards: RFC 5321 §4.1.4, §7.8 (resisting attacks)
"""

from __future__ import annotations

from typing import TypeVar

from postroad.protocols.smtp import limits
from postroad.protocols.smtp._body import ChunkedBody, DottedBody
from postroad.protocols.smtp._states import ACCEPTED, OUT_OF_SEQUENCE, Ask, State
from postroad.protocols.smtp._texts import unavailable
from postroad.protocols.smtp.commands import Hello, MailFrom
from postroad.protocols.smtp.config import Mode, ServerConfig
from postroad.protocols.smtp.errors import CommandError
from postroad.protocols.smtp.events import ProtocolError
from postroad.protocols.smtp.replies import Reply
from postroad.sasl import usable
from postroad.wire import ReceiveBuffer

E = TypeVar("E")


class Transaction:
    """One message's envelope, as far as the core must know it."""

    __slots__ = ("accepted", "asked", "binary", "smtputf8")

    def __init__(self, mail: MailFrom | None = None) -> None:
        self.smtputf8 = mail is not None and mail.smtputf8
        self.binary = mail is not None and mail.body == "BINARYMIME"
        self.asked = 0  # RCPT commands
        self.accepted = 0


class Session:
    """The state of one connection; see `ServerConnection` for what is done with it."""

    __slots__ = (
        "ask",
        "auth_failures",
        "authenticated",
        "body",
        "bound",
        "buffer",
        "config",
        "eof",
        "errors",
        "hello",
        "idle",
        "messages",
        "out",
        "progress",
        "refused",
        "state",
        "tls",
        "transaction",
        "uncounted",
    )

    def __init__(self, config: ServerConfig, *, tls: bool, bound: bool) -> None:
        self.config = config
        self.state = State.GREETING
        self.ask: Ask | None = Ask.GREETING
        self.tls = tls
        self.bound = bound
        self.authenticated = False
        self.hello: Hello | None = None
        self.transaction = Transaction()
        self.body: DottedBody | ChunkedBody | None = None
        self.buffer = ReceiveBuffer()
        self.out = bytearray()
        self.eof = False
        self.progress = 0
        self.uncounted = 0  # octets of a body since `progress` last rose
        self.messages = self.errors = self.auth_failures = 0
        self.idle = self.refused = 0  # idle commands and refused recipients since the last message

    # --- saying ---

    def say(self, reply: Reply) -> None:
        """Queue a reply; a 421 is the last."""
        if self.state is State.CLOSED:
            return
        self.out += reply.encode()
        if reply.code == 421:
            self.close()

    def question(self, ask: Ask, event: E) -> E:
        """Hand `event` out and wait for its reply."""
        self.ask = ask
        return event

    def refuse(self, reply: Reply, *, counts: bool = True) -> ProtocolError:
        """Answer a mistake of the client; after too many, with 421."""
        if counts:
            self.errors += 1
            if self.errors > self.config.max_errors:
                reply = unavailable(self.config, "4.7.0", "too many errors")
        self.say(reply)
        return ProtocolError(reply.text, reply)

    def hang_up(self, reply: Reply) -> ProtocolError:
        """Say a last word."""
        self.say(reply)
        self.close()
        return ProtocolError(reply.text, reply)

    def close(self) -> None:
        """Read and say nothing more."""
        self.state = State.CLOSED
        self.ask = None
        self.body = None
        self.buffer.clear()

    # --- order ---

    def after(self, command: str) -> State:
        """The state that follows `command`. Raises CommandError with 503."""
        following = ACCEPTED[self.state].get(command)
        if following is None:
            raise CommandError(OUT_OF_SEQUENCE[command])
        return following

    def count_idle(self) -> None:
        """One more command that carries no mail; they are free up to a point."""
        self.idle += 1
        if self.idle > limits.IDLE_COMMANDS:
            raise CommandError(unavailable(self.config, "4.7.0", "too many commands and no mail"))

    def count_octets(self, octets: int) -> None:
        """More of a body came."""
        steps, self.uncounted = divmod(self.uncounted + octets, limits.PROGRESS)
        self.progress += steps

    def forget_transaction(self) -> None:
        """No sender, no recipients, no body."""
        self.transaction = Transaction()
        self.body = None

    def end_message(self) -> None:
        """A message was answered for; the client has done something useful."""
        self.messages += 1
        self.idle = self.refused = 0
        self.forget_transaction()
        self.state = State.READY

    # --- what is on offer ---

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """SASL mechanisms that may be used now."""
        if self.config.auth_requires_tls and not self.tls:
            return ()
        return usable(self.config.auth_mechanisms, bound=self.bound)

    @property
    def lmtp(self) -> bool:
        """Whether a message is answered once for each recipient."""
        return self.config.mode is Mode.LMTP
