"""Runs a server core over a byte stream to the connection's end, and asks a handler to decide.

This is all of a server's I/O: read with a deadline, ask, write once for all that was asked. It
knows no event loop; whatever can be awaited will do.

Invariants: a handler that raises is answered for with 451 and hurts nobody else; `aborted` comes
for every transaction that was begun and has not reached `data_end`; time that the handler takes is
never charged to the client.

Standards: RFC 5321 §4.5.3.2 (timeouts), §3.8 (421), RFC 3207 §4.2, RFC 4954 §4
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from postroad.protocols.smtp._handler import Handler
from postroad.protocols.smtp._server import ServerConnection
from postroad.protocols.smtp._stream import ByteStream
from postroad.protocols.smtp.commands import (
    AuthResponse,
    AuthStart,
    DataStart,
    Hello,
    MailFrom,
    Quit,
    RcptTo,
    Reset,
    StartTls,
)
from postroad.protocols.smtp.config import ServerConfig
from postroad.protocols.smtp.errors import CommandError, LocalProtocolError
from postroad.protocols.smtp.events import (
    NEED_DATA,
    Aborted,
    AuthCancelled,
    BodyChunk,
    BodyEnd,
    Disconnected,
    ProtocolError,
)
from postroad.protocols.smtp.limits import SMALL_REPLIES
from postroad.protocols.smtp.replies import Reply
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

TROUBLE = Reply(451, "4.3.0", ("Something went wrong here; try again later",))
NO_GREETING = Reply(421, "4.3.0", TROUBLE.lines)  # RFC 5321 §3.1: no 451 at first
AUTH_TROUBLE = Reply(454, "4.7.0", ("Nobody can be authenticated just now; try again later",))
AUTH_REFUSED = Reply(535, "5.7.8", ("Wrong user name or password",))
AUTH_MALFORMED = Reply(501, "5.5.2", ("That is not a message of this mechanism",))
INJECTION = Reply(421, "4.7.0", ("Nothing may follow STARTTLS before the handshake",))

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
    Raises nothing but what cancels the task: faults of the connection end it, faults of the handler
    go to `handler.on_error`.
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
        self._core = ServerConnection(
            config, tls=stream.tls is not None, bound=self._binding is not None
        )
        self._progress = -1
        self._waited = 0.0  # seconds spent reading since `progress` last rose
        self._transaction = False
        self._answered = False  # a message was answered, and the client has said nothing since
        self._mechanism: ServerMechanism | None = None
        self._account: str | None = None
        self._on: dict[type, Callable[[Any], Awaitable[None]]] = {
            Hello: self._on_hello,
            MailFrom: self._on_mail,
            RcptTo: self._on_rcpt,
            DataStart: self._on_data_start,
            BodyChunk: self._on_chunk,
            BodyEnd: self._on_body_end,
            StartTls: self._on_starttls,
            AuthStart: self._on_auth_start,
            AuthResponse: self._on_auth_response,
            Reset: self._abandon,
            Aborted: self._abandon,
            Quit: self._abandon,
            Disconnected: self._abandon,
            AuthCancelled: self._on_auth_cancelled,
            ProtocolError: self._on_protocol_error,
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
        self._answer(await self._guard(self._handler.connected(), NO_GREETING))
        while True:
            event = core.next_event()
            if event is not NEED_DATA:
                await self._on[type(event)](event)
                if core.unsent > SMALL_REPLIES:
                    await self._flush()
                continue
            await self._flush()
            if core.closed:
                return
            await self._read()

    async def _finish(self) -> None:
        await self._abandon()
        await self._guard(self._handler.closed())
        await self._stream.close()

    # --- octets ---

    async def _flush(self) -> None:
        data = self._core.data_to_send()
        if data:
            await self._stream.write(data, self._core.timeout())

    async def _read(self) -> None:
        core = self._core
        if core.between_commands and self._handler.shutting_down():
            return core.end_shutdown()
        if core.progress != self._progress:
            self._progress = core.progress
            self._waited = 0.0
        remaining = core.timeout() - self._waited
        if remaining <= 0:
            return core.end_timeout()
        before = self._clock()
        try:
            data = await self._stream.read(min(remaining, SHUTDOWN_POLL))
        except TimeoutError:
            data = None  # the deadline may still be far: this was a look at `shutting_down`
        self._waited += self._clock() - before
        if data is not None:
            core.receive_data(data)
        if data and self._answered:
            self._answered = False
            self._handler.reply_read()
        return None

    # --- replies ---

    async def _guard(self, call: Awaitable[Reply | None], fault: Reply = TROUBLE) -> Reply | None:
        """What the handler answers; `fault` when it raises, or the reply that its error carries."""
        try:
            return await call
        except CommandError as error:
            return error.reply
        except Exception as error:
            self._handler.on_error(error)
            return fault

    def _answer(self, reply: Reply | None) -> bool:
        """Pass the handler's answer on; return whether it was positive."""
        if reply is None:
            self._core.accept()
            return True
        self._core.reply(reply)
        return reply.positive

    # --- events ---

    async def _on_hello(self, event: Hello) -> None:
        if self._answer(await self._guard(self._handler.hello(event))):
            await self._abandon()

    async def _on_mail(self, event: MailFrom) -> None:
        self._transaction = self._answer(await self._guard(self._handler.mail(event)))

    async def _on_rcpt(self, event: RcptTo) -> None:
        self._answer(await self._guard(self._handler.rcpt(event)))

    async def _on_data_start(self, event: DataStart) -> None:
        self._answer(await self._guard(self._handler.data_start()))

    async def _on_chunk(self, event: BodyChunk) -> None:
        fault = await self._guard(self._handler.chunk(event.data))
        if fault is not None:
            self._core.fail_body(fault)

    async def _on_body_end(self, event: BodyEnd) -> None:
        self._transaction = False
        due = self._core.replies_due
        replies: Sequence[Reply] = ()
        fault = TROUBLE
        try:
            replies = await self._handler.data_end()
            if len(replies) != due:
                raise LocalProtocolError(f"data_end gave {len(replies)} replies, {due} are due")
        except CommandError as error:
            replies, fault = (), error.reply
        except Exception as error:
            self._handler.on_error(error)
            replies = ()
        self._core.reply(*(replies or [fault] * due))
        self._answered = True

    async def _on_protocol_error(self, event: ProtocolError) -> None:
        self._handler.on_protocol_error(event)

    async def _abandon(self, _: object = None) -> None:
        """The transaction, if there is one, will not become a message."""
        if self._transaction:
            self._transaction = False
            await self._guard(self._handler.aborted())

    async def _on_starttls(self, event: StartTls) -> None:
        if self._stream.pending():
            # It came behind STARTTLS in clear: it must not be taken for what TLS protects.
            return self._core.end(INJECTION)
        self._core.accept()
        await self._flush()
        await self._stream.start_tls()
        self._binding = self._find_binding()
        self._core.tls_started(bound=self._binding is not None)
        await self._guard(self._handler.tls_started(self._stream.tls))
        return None

    # --- authentication ---

    async def _on_auth_start(self, event: AuthStart) -> None:
        self._account = None
        self._mechanism = server_mechanism(event.mechanism, self._nonce(), self._binding)
        await self._authenticate(self._mechanism, self._mechanism.start(event.initial))

    async def _on_auth_response(self, event: AuthResponse) -> None:
        mechanism = self._mechanism
        if mechanism is not None:
            await self._authenticate(mechanism, mechanism.respond(event.data))

    async def _on_auth_cancelled(self, event: AuthCancelled) -> None:
        self._mechanism = None

    async def _authenticate(self, mechanism: ServerMechanism, step: Step) -> None:
        """Answer the mechanism's questions until it wants to hear the client, or is done."""
        try:
            while isinstance(step, CheckPassword | FetchScram):
                step = mechanism.answer(await self._look_up(step))
            if isinstance(step, Challenge):
                return self._core.challenge(step.data)
            if not isinstance(step, Failure):
                await self._handler.authenticated(self._account or step.user)
        except Exception as error:
            self._handler.on_error(error)
            reply: Reply | None = AUTH_TROUBLE
        else:
            reply = _refusal(step) if isinstance(step, Failure) else None
        self._mechanism = None
        self._answer(reply)
        return None

    async def _look_up(self, step: CheckPassword | FetchScram) -> Any:
        if isinstance(step, FetchScram):
            return await self._handler.scram_verifier(step.user)
        self._account = await self._handler.check_password(step.user, step.password)
        return self._account is not None


def _refusal(failure: Failure) -> Reply:
    return AUTH_MALFORMED if failure.malformed else AUTH_REFUSED
