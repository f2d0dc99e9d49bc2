"""Maildrops that only pretend: one that answers a POP3 core at once, one for the driver.

Both know the users in `passwords`, hold `messages` for whoever logs in, and keep what was done to
them, so that a test can look at it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from postroad.protocols.pop3 import (
    NEED_FLUSH,
    AuthResponded,
    AuthStarted,
    Code,
    Entry,
    LoginRefused,
    Maildrop,
    Mistake,
    PasswordGiven,
    Reply,
    Retrieve,
    ServerConfig,
    ServerConnection,
    Signal,
    Text,
    TlsWanted,
    Update,
    err,
)
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

REFUSED = err(Text.WRONG_LOGIN, Code.AUTH)
NONCE = "servernonce"
ITERATIONS = 4_096  # RFC 7677 §4: the least, as tests hash often


def maildrop_of(messages: Sequence[bytes]) -> Maildrop:
    """Messages with the unique-ids uid-1, uid-2 …"""
    sizes = enumerate(map(len, messages), 1)
    return Maildrop([Entry(size, f"uid-{number}") for number, size in sizes])


def verifier_of(passwords: Mapping[str, str], user: str) -> ScramVerifier:
    """What SCRAM needs about a user, known or not."""
    if user not in passwords:
        return decoy_verifier(user, b"secret", ITERATIONS)
    return derive_scram(passwords[user], b"salt of tests", ITERATIONS)


class Responder:
    """Feeds a server core and answers its events at once. `piece` octets of a message at a time."""

    def __init__(
        self,
        config: ServerConfig,
        messages: Sequence[bytes] = (),
        *,
        passwords: Mapping[str, str] | None = None,
        tls: bool = False,
        piece: int = 1 << 20,
    ) -> None:
        self.core = ServerConnection(config, tls=tls)
        self.events: list[object] = []
        self.removed: list[int] = []
        self._messages = messages
        self._passwords = passwords or {}
        self._piece = piece
        self._mechanism: ServerMechanism | None = None
        self.greeting = self.core.data_to_send()

    def feed(self, data: bytes) -> bytes:
        """Give octets to the core and return all that it says."""
        self.core.receive_data(data)
        said = b""
        while True:
            event = self.core.next_event()
            said += self._take()
            if not isinstance(event, Signal):
                self.events.append(event)
                said += self._answer(event)
            elif event is not NEED_FLUSH:
                return said

    def finish(self) -> bytes:
        """The client closes its side."""
        return self.feed(b"")

    def _take(self) -> bytes:
        said = b""
        while data := self.core.data_to_send():
            said += data
        return said

    def _answer(self, event: object) -> bytes:
        match event:
            case PasswordGiven(user, password):
                self._let_in(self._passwords.get(user) == password)
            case AuthStarted(mechanism, initial):
                self._mechanism = server_mechanism(mechanism, NONCE)
                self._exchange(self._mechanism.start(initial))
            case AuthResponded(data):
                assert self._mechanism is not None
                self._exchange(self._mechanism.respond(data))
            case TlsWanted():
                self.core.accept_tls()
            case Update(indexes):
                self.removed += indexes
                self.core.updated()
            case Retrieve(index):
                return self._send(self._messages[index])
        return self._take()

    def _let_in(self, right: bool) -> None:
        if right:
            self.core.open(maildrop_of(self._messages))
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

    def _send(self, message: bytes) -> bytes:
        self.core.begin_body()
        said = self._take()
        for start in range(0, len(message), self._piece):
            self.core.send_body(message[start : start + self._piece])
            said += self._take()
            if self.core.body_complete:
                break
        self.core.end_body()
        return said + self._take()


class MemoryHandler:
    """The driver's handler over `messages`. `refusal` is raised instead of opening the maildrop."""

    def __init__(
        self,
        messages: Sequence[bytes] = (),
        *,
        passwords: Mapping[str, str] | None = None,
        refusal: Reply | None = None,
        piece: int = 1 << 16,
    ) -> None:
        self.errors: list[Exception] = []
        self.mistakes: list[str] = []
        self.failed_logins: list[str] = []
        self.fetched: list[int] = []
        self.removed: list[int] = []
        self.slices = 0  # how many were asked for
        self.is_closed = False
        self.stopping = False
        self._messages = messages
        self._passwords = passwords or {}
        self._refusal = refusal
        self._piece = piece

    async def check_password(self, user: str, password: str) -> str | None:
        """The user's own name."""
        return user if self._passwords.get(user) == password else None

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """Of a known user or a decoy."""
        return verifier_of(self._passwords, user)

    async def open(self, account: str) -> Maildrop:
        """The same messages for everybody."""
        if self._refusal is not None:
            raise LoginRefused(self._refusal)
        return maildrop_of(self._messages)

    async def retrieve(self, index: int) -> AsyncIterator[bytes]:
        """Slice by slice."""
        message = self._messages[index]
        for start in range(0, len(message), self._piece):
            self.slices += 1
            yield message[start : start + self._piece]

    def sent(self, index: int) -> None:
        """Keep it."""
        self.fetched.append(index)

    async def update(self, indexes: Sequence[int]) -> None:
        """Keep it."""
        self.removed += indexes

    async def tls_started(self, info: Any) -> None:
        """Nothing."""

    async def closed(self) -> None:
        """Keep it."""
        self.is_closed = True

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
        self.mistakes.append(str(event.reply))
