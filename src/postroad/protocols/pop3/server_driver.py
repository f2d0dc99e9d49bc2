"""Runs a server core over a byte stream to the connection's end, and asks a handler to decide.

This is all of a server's I/O: read with a deadline, ask, write what there is to say before reading
on. A message goes out slice by slice, the next being asked for when the last is on its way. The
driver knows no event loop; whatever can be awaited will do.

Invariants: a handler that raises hurts nobody else; time that it takes is never charged to the
client; `update` is called for a QUIT and for nothing else (RFC 1939 §6).

Standards: RFC 1939, RFC 2595 §4, RFC 5034 §4
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

from postroad.protocols.pop3 import limits
from postroad.protocols.pop3._handler import Handler
from postroad.protocols.pop3._server import ServerConnection
from postroad.protocols.pop3._stream import ByteStream
from postroad.protocols.pop3._texts import Text
from postroad.protocols.pop3.config import ServerConfig
from postroad.protocols.pop3.errors import LoginRefused
from postroad.protocols.pop3.events import (
    AuthCancelled,
    AuthResponded,
    AuthStarted,
    Disconnected,
    Mistake,
    PasswordGiven,
    Retrieve,
    Signal,
    TlsWanted,
    Update,
)
from postroad.protocols.pop3.replies import Code, err
from postroad.sasl import (
    Challenge,
    ChannelBinding,
    CheckPassword,
    Failure,
    FetchScram,
    ServerMechanism,
    Step,
    server_mechanism,
)

REFUSED = err(Text.WRONG_LOGIN, Code.AUTH)
TROUBLE = err(Text.TROUBLE, Code.TEMPORARY)
LOST = err(Text.LOST, Code.PERMANENT)
NOT_REMOVED = err(Text.NOT_REMOVED, Code.TEMPORARY)
INJECTION = err(Text.INJECTION)

SHUTDOWN_POLL = 5.0
"""Seconds after which an idle connection looks whether the server goes down."""


async def serve(
    stream: ByteStream,
    config: ServerConfig,
    handler: Handler,
    clock: Callable[[], float],
    nonce: Callable[[], str],
    binding: Callable[[], ChannelBinding | None] = lambda: None,
) -> None:
    """Run one connection from its greeting to its end, and close the stream.

    `clock` gives monotonic seconds; `nonce` a new unguessable text for each SCRAM exchange;
    `binding` the channel binding of the stream's TLS connection, when -PLUS is to be offered.
    Raises nothing but what cancels the task.
    """
    await _Server(stream, config, handler, clock, nonce, binding).run()


class _Server:
    """One connection."""

    def __init__(
        self,
        stream: ByteStream,
        config: ServerConfig,
        handler: Handler,
        clock: Callable[[], float],
        nonce: Callable[[], str],
        binding: Callable[[], ChannelBinding | None],
    ) -> None:
        self._stream = stream
        self._handler = handler
        self._clock = clock
        self._nonce = nonce
        self._find_binding = binding
        self._binding = binding() if stream.tls is not None else None
        bound = self._binding is not None
        self._core = ServerConnection(config, tls=stream.tls is not None, bound=bound)
        self._progress = -1
        self._waited = 0.0  # seconds spent reading since `progress` last rose
        self._mechanism: ServerMechanism | None = None
        self._account: str | None = None
        self._on: dict[type, Callable[[Any], Awaitable[None]]] = {
            PasswordGiven: self._on_password,
            AuthStarted: self._on_auth_started,
            AuthResponded: self._on_auth_responded,
            AuthCancelled: self._on_auth_cancelled,
            TlsWanted: self._on_tls_wanted,
            Retrieve: self._on_retrieve,
            Update: self._on_update,
            Mistake: self._on_mistake,
            Disconnected: self._on_disconnected,
        }

    async def run(self) -> None:
        try:
            await self._converse()
        except (ConnectionError, TimeoutError):
            self._stream.abort()
        except Exception as error:
            self._handler.on_error(error)
            self._stream.abort()
        finally:
            await self._finish()

    async def _converse(self) -> None:
        core = self._core
        while True:
            event = core.next_event()
            if not isinstance(event, Signal):
                await self._on[type(event)](event)
                continue
            await self._flush()
            if core.closed:
                return
            if event is Signal.NEED_DATA:
                await self._read()

    async def _finish(self) -> None:
        try:
            await self._handler.closed()
        except Exception as error:
            self._handler.on_error(error)
        await self._stream.close()

    # --- octets ---

    async def _flush(self) -> None:
        while data := self._core.data_to_send():
            await self._stream.write(data, limits.SEND_TIMEOUT)

    async def _read(self) -> None:
        core = self._core
        if core.between_commands and self._handler.shutting_down():
            return core.end(TROUBLE)
        if core.progress != self._progress:
            self._progress = core.progress
            self._waited = 0.0
        remaining = core.timeout() - self._waited
        if remaining <= 0:
            return core.end()  # without a word (RFC 1939 §3)
        before = self._clock()
        with suppress(TimeoutError):
            core.receive_data(await self._stream.read(min(remaining, SHUTDOWN_POLL)))
        self._waited += self._clock() - before
        return None

    # --- logging in ---

    async def _on_password(self, event: PasswordGiven) -> None:
        try:
            account = await self._handler.check_password(event.user, event.password)
        except Exception as error:
            return self._reject_login(error)
        if account is None:
            self._handler.login_failed(event.user, "wrong user name or password")
            return self._core.reject(REFUSED)
        return await self._let_in(account)

    async def _let_in(self, account: str) -> None:
        try:
            maildrop = await self._handler.open(account)
        except Exception as error:
            return self._reject_login(error)
        return self._core.open(maildrop)

    def _reject_login(self, error: Exception) -> None:
        """The answer that a refusal carries; for anything else, that it is our fault."""
        if isinstance(error, LoginRefused):
            return self._core.reject(error.reply)
        self._handler.on_error(error)
        return self._core.reject(TROUBLE)

    async def _on_auth_started(self, event: AuthStarted) -> None:
        self._account = None
        self._mechanism = server_mechanism(event.mechanism, self._nonce(), self._binding)
        await self._authenticate(self._mechanism, self._mechanism.start(event.initial))

    async def _on_auth_responded(self, event: AuthResponded) -> None:
        mechanism = self._mechanism
        assert mechanism is not None  # the core was told to challenge
        await self._authenticate(mechanism, mechanism.respond(event.data))

    async def _on_auth_cancelled(self, event: AuthCancelled) -> None:
        self._mechanism = None

    async def _authenticate(self, mechanism: ServerMechanism, step: Step) -> None:
        """Answer the mechanism's questions until it wants to hear the client, or is done."""
        try:
            while isinstance(step, CheckPassword | FetchScram):
                step = mechanism.answer(await self._look_up(step))
        except Exception as error:
            self._mechanism = None
            return self._reject_login(error)
        if isinstance(step, Challenge):
            return self._core.challenge(step.data)
        self._mechanism = None
        if isinstance(step, Failure):
            self._handler.login_failed("", step.reason)
            return self._core.reject(REFUSED)
        return await self._let_in(self._account or step.user)

    async def _look_up(self, step: CheckPassword | FetchScram) -> Any:
        if isinstance(step, FetchScram):
            return await self._handler.scram_verifier(step.user)
        self._account = await self._handler.check_password(step.user, step.password)
        return self._account is not None

    async def _on_tls_wanted(self, event: TlsWanted) -> None:
        if self._stream.pending():
            # It came behind STLS in clear: it must not be taken for what TLS protects.
            return self._core.end(INJECTION)
        self._core.accept_tls()
        await self._flush()
        await self._stream.start_tls()
        self._binding = self._find_binding()
        self._core.tls_started(bound=self._binding is not None)
        return await self._handler.tls_started(self._stream.tls)

    # --- reading mail ---

    async def _on_retrieve(self, event: Retrieve) -> None:
        chunks = self._handler.retrieve(event.index)
        try:
            sent = await self._send(chunks)
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()
        if sent and event.whole:
            self._handler.sent(event.index)

    async def _send(self, chunks: AsyncIterator[bytes]) -> bool:
        """Send a message slice by slice; -ERR and False when not even its beginning can be had."""
        core = self._core
        try:
            chunk = await anext(chunks, b"")
        except Exception as error:
            self._handler.on_error(error)
            core.reject(LOST)
            return False
        core.begin_body()
        while chunk:
            core.send_body(chunk)
            if core.unsent > limits.SMALL_REPLIES:
                await self._flush()
            if core.body_complete:
                break
            chunk = await anext(chunks, b"")
        core.end_body()
        return True

    async def _on_update(self, event: Update) -> None:
        try:
            await self._handler.update(event.indexes)
        except Exception as error:
            self._handler.on_error(error)
            return self._core.reject(NOT_REMOVED)
        return self._core.updated()

    async def _on_mistake(self, event: Mistake) -> None:
        self._handler.on_mistake(event)

    async def _on_disconnected(self, event: Disconnected) -> None:
        """Nothing is removed; `closed` follows."""
