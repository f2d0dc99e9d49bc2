"""Stations that only pretend: one that decides for a server core at once, one for the driver.

Both accept all recipients but those in `unknown`, know the users in `passwords`, and keep what they
were given, so that a test can look at it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from postroad.protocols.smtp import (
    NEED_DATA,
    PAUSED,
    AuthResponse,
    AuthStart,
    BaseHandler,
    BodyChunk,
    BodyEnd,
    DataStart,
    Hello,
    MailFrom,
    ProtocolError,
    RcptTo,
    Reply,
    ServerConfig,
    ServerConnection,
    StartTls,
)
from postroad.sasl import (
    Challenge,
    CheckPassword,
    Failure,
    FetchScram,
    ScramVerifier,
    ServerMechanism,
    Step,
    Success,
    decoy_verifier,
    derive_scram,
    server_mechanism,
)

NO_SUCH_USER = Reply(550, "5.1.1", ("No such mailbox",))
REFUSED = Reply(535, "5.7.8", ("Wrong user name or password",))
MALFORMED = Reply(501, "5.5.2", ("That is not a message of this mechanism",))
QUEUED = Reply(250, "2.0.0", ("Message accepted",))
NONCE = "servernonce"
ITERATIONS = 4_096  # RFC 7677 §4: the least, as tests hash often


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that arrived."""

    reverse_path: str
    recipients: tuple[str, ...]
    body: bytes


class Responder:
    """Feeds a server core and answers its events at once."""

    def __init__(
        self,
        config: ServerConfig,
        *,
        unknown: Collection[str] = (),
        passwords: Mapping[str, str] | None = None,
        tls: bool = False,
    ) -> None:
        self.core = ServerConnection(config, tls=tls)
        self.letters: list[Letter] = []
        self.events: list[object] = []  # all but slices of bodies
        self._unknown = unknown
        self._passwords = passwords or {}
        self._mail = ""
        self._recipients: list[str] = []
        self._body = bytearray()
        self._mechanism: ServerMechanism | None = None
        self.core.accept()
        self.greeting = self.core.data_to_send()

    def feed(self, data: bytes) -> bytes:
        """Give the core some octets; return what it sends."""
        if data:
            self.core.receive_data(data)
        return self._run()

    def finish(self) -> bytes:
        """Close the client's side."""
        self.core.receive_eof()
        return self._run()

    def _run(self) -> bytes:
        while (event := self.core.next_event()) is not NEED_DATA:
            assert event is not PAUSED, f"{self.events[-1]} was not answered"
            if not isinstance(event, BodyChunk):
                self.events.append(event)
            self._decide(event)
        return self.core.data_to_send()

    def _decide(self, event: object) -> None:
        match event:
            case Hello() | StartTls():
                self.core.accept()
            case MailFrom():
                self._mail, self._recipients = event.reverse_path, []
                self.core.accept()
            case RcptTo() if event.address in self._unknown:
                self.core.reply(NO_SUCH_USER)
            case RcptTo():
                self._recipients.append(event.address)
                self.core.accept()
            case DataStart():
                self._body.clear()
                self.core.accept()
            case BodyChunk():
                self._body += event.data
            case BodyEnd():
                assert event.size == len(self._body)
                self.letters.append(Letter(self._mail, tuple(self._recipients), bytes(self._body)))
                self.core.accept()
            case AuthStart():
                self._mechanism = server_mechanism(event.mechanism, NONCE)
                self._authenticate(self._mechanism, self._mechanism.start(event.initial))
            case AuthResponse() if self._mechanism is not None:
                self._authenticate(self._mechanism, self._mechanism.respond(event.data))
            case _:
                pass

    def _authenticate(self, mechanism: ServerMechanism, step: Step) -> None:
        while isinstance(step, CheckPassword | FetchScram):
            if isinstance(step, CheckPassword):
                step = mechanism.answer(self._passwords.get(step.user) == step.password)
            else:
                step = mechanism.answer(_verifier(self._passwords, step.user))
        match step:
            case Challenge():
                self.core.challenge(step.data)
            case Success():
                self.core.accept()
            case Failure():
                self.core.reply(MALFORMED if step.malformed else REFUSED)


class RecordingHandler(BaseHandler):
    """A station for the driver that keeps letters, and a log of what was asked of it.

    `answers` gives other replies by the name of the method; an exception there is raised.
    """

    def __init__(
        self,
        *,
        unknown: Collection[str] = (),
        passwords: Mapping[str, str] | None = None,
        answers: Mapping[str, Reply | Sequence[Reply] | Exception | None] | None = None,
    ) -> None:
        self.letters: list[Letter] = []
        self.log: list[str] = []
        self.errors: list[Exception] = []
        self.protocol_errors: list[ProtocolError] = []
        self.replies_read = 0
        self.down = False
        self.lmtp = False
        self._unknown = unknown
        self._passwords = passwords or {}
        self._answers = answers or {}
        self._mail = ""
        self._recipients: list[str] = []
        self._body = bytearray()

    def _say(self, name: str, detail: str = "") -> Reply | None:
        self.log.append(f"{name} {detail}".rstrip())
        answer = self._answers.get(name)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Reply) else None

    async def connected(self) -> Reply | None:
        """As configured."""
        return self._say("connected")

    async def hello(self, event: Hello) -> Reply | None:
        """As configured."""
        return self._say("hello", event.name)

    async def mail(self, event: MailFrom) -> Reply | None:
        """As configured."""
        self._mail, self._recipients = event.reverse_path, []
        return self._say("mail", event.reverse_path)

    async def rcpt(self, event: RcptTo) -> Reply | None:
        """Anybody but the unknown."""
        answer = self._say("rcpt", event.address)
        if event.address in self._unknown:
            return NO_SUCH_USER
        if answer is None:
            self._recipients.append(event.address)
        return answer

    async def data_start(self) -> Reply | None:
        """As configured."""
        self._body.clear()
        return self._say("data_start")

    async def chunk(self, data: bytes) -> None:
        """Kept."""
        if "chunk" in self._answers:
            self._say("chunk")
        self._body += data

    async def data_end(self) -> Sequence[Reply]:
        """Kept, unless configured otherwise."""
        self._say("data_end")
        answer = self._answers.get("data_end")
        if isinstance(answer, Reply):
            return [answer]
        if isinstance(answer, Sequence):
            return answer
        self.letters.append(Letter(self._mail, tuple(self._recipients), bytes(self._body)))
        return [QUEUED] * (len(self._recipients) if self.lmtp else 1)

    def reply_read(self) -> None:
        """Counted: a log line would stand between any two messages."""
        self.replies_read += 1

    async def aborted(self) -> None:
        """Logged."""
        self._say("aborted")

    async def check_password(self, user: str, password: str) -> str | None:
        """By the table."""
        self._say("check_password", user)
        return f"account of {user}" if self._passwords.get(user) == password else None

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """By the table, or a decoy."""
        self._say("scram_verifier", user)
        return _verifier(self._passwords, user)

    async def authenticated(self, user: str) -> None:
        """Logged."""
        self._say("authenticated", user)

    async def tls_started(self, info: object) -> None:
        """Logged."""
        self._say("tls_started")

    async def closed(self) -> None:
        """Logged."""
        self._say("closed")

    def shutting_down(self) -> bool:
        """When the test says so."""
        return self.down

    def on_error(self, error: Exception) -> None:
        """Kept."""
        self.errors.append(error)

    def on_protocol_error(self, event: ProtocolError) -> None:
        """Kept."""
        self.protocol_errors.append(event)


def _verifier(passwords: Mapping[str, str], user: str) -> ScramVerifier:
    if user in passwords:
        return derive_scram(passwords[user], b"salt of tests", ITERATIONS)
    return decoy_verifier(user, b"secret of tests", ITERATIONS)
