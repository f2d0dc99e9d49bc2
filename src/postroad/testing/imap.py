"""Mail stations that only pretend: one that answers an IMAP core at once, one for the driver.

Both know the users in `passwords`, agree to every command that may come, keep the texts of
messages, and show what was done, so that a test can look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postroad.protocols.imap import (
    NEED_FLUSH,
    AuthResponded,
    AuthStarted,
    Code,
    CompressWanted,
    IdleEnded,
    IdleStarted,
    LiteralChunk,
    LiteralsDropped,
    LiteralStart,
    LoginGiven,
    Mistake,
    Output,
    Refused,
    Request,
    ServerConfig,
    ServerConnection,
    Signal,
    Status,
    TlsWanted,
    no,
    ok,
    responses,
)
from postroad.protocols.imap.commands import Command, Fetch, Noop, Search
from postroad.sasl import (
    Challenge,
    CheckPassword,
    FetchScram,
    ScramVerifier,
    ServerMechanism,
    Step,
    Success,
    decoy_verifier,
    derive_scram,
    server_mechanism,
)

REFUSED = no("Wrong name or password", Code.AUTHENTICATIONFAILED)
NONCE = "servernonce"
ITERATIONS = 4_096  # RFC 7677 §4: the least, as tests hash often

Answers = Mapping[type, Status]
"""What a kind of command hears instead of OK."""


def verifier_of(passwords: Mapping[str, str], user: str) -> ScramVerifier:
    """What SCRAM needs about a user, known or not."""
    if user not in passwords:
        return decoy_verifier(user, b"secret", ITERATIONS)
    return derive_scram(passwords[user], b"salt of tests", ITERATIONS)


def untagged(command: Command) -> bytes:
    """What both say before some statuses: three messages exist."""
    match command:
        case Noop():
            return responses.exists(3)
        case Fetch():
            return responses.fetch(1, b"FLAGS (\\Seen)")
        case Search(returns=None):
            return responses.search([1, 2, 3])
    return b""


class Responder:
    """Feeds a server core and answers its events at once."""

    def __init__(
        self,
        config: ServerConfig,
        *,
        passwords: Mapping[str, str] | None = None,
        answers: Answers | None = None,
        refusal: Status | None = None,
        tls: bool = True,
    ) -> None:
        self.core = ServerConnection(config, tls=tls)
        self.events: list[object] = []
        self.texts: list[bytes] = []  # of messages
        self._refusal = refusal  # of texts
        self._answers = answers or {}
        self._passwords = passwords or {}
        self._mechanism: ServerMechanism | None = None
        self.greeting = self.core.data_to_send()

    def feed(self, data: bytes) -> bytes:
        """Give octets to the core and return all that it says."""
        self.core.receive_data(data)
        said = b""
        while True:
            event = self.core.next_event()
            said += self.core.data_to_send()
            if not isinstance(event, Signal):
                self.events.append(event)
                said += self._answer(event)
            elif event is not NEED_FLUSH:
                return said

    def finish(self) -> bytes:
        """The client closes its side."""
        return self.feed(b"")

    @property
    def commands(self) -> list[Command]:
        """The commands that were handed out."""
        return [event.command for event in self.events if isinstance(event, Request)]

    def _answer(self, event: object) -> bytes:
        core, said = self.core, b""
        match event:
            case Request(_, command):
                said = untagged(command)
                core.complete(self._answers.get(type(command), ok("Done")))
            case LoginGiven(user, password):
                self._let_in(self._passwords.get(user) == password)
            case AuthStarted(mechanism, initial):
                self._mechanism = server_mechanism(mechanism, NONCE)
                self._exchange(self._mechanism.start(initial))
            case AuthResponded(data):
                assert self._mechanism is not None
                self._exchange(self._mechanism.respond(data))
            case TlsWanted():
                core.accept_tls()
            case CompressWanted():
                core.accept_compression()
            case IdleStarted():
                core.start_idle()
            case IdleEnded():
                core.complete(ok("Done"))
            case _:
                self._literal(event)
        return said + core.data_to_send()

    def _literal(self, event: object) -> None:
        match event:
            case LiteralStart() if self._refusal is not None:
                self.core.refuse_literal(self._refusal)
            case LiteralStart():
                self.core.accept_literal()
                self.texts.append(b"")
            case LiteralChunk(data):
                self.texts[-1] += data
            case LiteralsDropped():
                self.texts.clear()

    def _let_in(self, right: bool) -> None:
        if right:
            self.core.log_in()
        else:
            self.core.reject(REFUSED)

    def _exchange(self, step: Step) -> None:
        assert self._mechanism is not None
        while isinstance(step, CheckPassword | FetchScram):
            if isinstance(step, CheckPassword):
                step = self._mechanism.answer(self._passwords.get(step.user) == step.password)
            else:
                step = self._mechanism.answer(verifier_of(self._passwords, step.user))
        if isinstance(step, Challenge):
            self.core.challenge(step.data)
        else:
            self._let_in(isinstance(step, Success))


class MemoryHandler:
    """The driver's handler. `doing` may do something else for a command, or raise."""

    def __init__(
        self,
        *,
        passwords: Mapping[str, str] | None = None,
        answers: Answers | None = None,
        doing: Callable[[Command, Output], None] | None = None,
        refusal: Exception | None = None,
    ) -> None:
        self.commands: list[Command] = []
        self.errors: list[Exception] = []
        self.mistakes: list[str] = []
        self.failed_logins: list[str] = []
        self.texts: list[bytes] = []
        self.fields: tuple[tuple[str, str | None], ...] = ()
        self.account = ""
        self.idling: Output | None = None
        self.is_closed = False
        self.stopping = False
        self._answers = answers or {}
        self._doing = doing
        self._passwords = passwords or {}
        self._refusal = refusal  # of a text's second slice, or of its beginning when it is Refused

    async def check_password(self, user: str, password: str) -> str | None:
        """The user's own name."""
        return user if self._passwords.get(user) == password else None

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """Of a known user or a decoy."""
        return verifier_of(self._passwords, user)

    async def logged_in(self, account: str, out: Output) -> None:
        """Keep it."""
        self.account = account

    async def command(self, command: Command, out: Output) -> Status:
        """Keep it, and agree."""
        self.commands.append(command)
        if self._doing is not None:
            self._doing(command, out)
        await out.write(untagged(command))
        return self._answers.get(type(command), ok("Done"))

    async def literal_start(self, event: LiteralStart, out: Output) -> None:
        """Begin one more text."""
        if isinstance(self._refusal, Refused):
            raise self._refusal
        self.texts.append(b"")

    async def literal_chunk(self, data: bytes) -> None:
        """Keep it."""
        if self._refusal is not None:
            raise self._refusal
        self.texts[-1] += data

    async def literal_end(self) -> None:
        """Nothing."""

    async def literals_dropped(self) -> None:
        """Forget them."""
        self.texts.clear()

    async def idle(self, out: Output) -> None:
        """One piece of news at once; a test brings more by `idling`."""
        self.idling = out
        await out.push(responses.exists(4))

    async def idle_ended(self, out: Output) -> Status:
        """No more news."""
        self.idling = None
        return ok("Done")

    async def tls_started(self, info: Any) -> None:
        """Nothing."""

    async def closed(self) -> None:
        """Keep it."""
        self.is_closed = True

    def identified(self, fields: tuple[tuple[str, str | None], ...]) -> None:
        """Keep it."""
        self.fields = fields

    def shutting_down(self) -> bool:
        """As the test says."""
        return self.stopping

    def login_failed(self, user: str, reason: str) -> None:
        """Keep it."""
        self.failed_logins.append(user)

    def on_error(self, error: Exception) -> None:
        """Keep it."""
        self.errors.append(error)

    def on_mistake(self, event: Mistake) -> None:
        """Keep it."""
        self.mistakes.append(str(event.status))
