"""Runs a server core over a byte stream to the connection's end, and asks a handler to decide.

This is all of a server's I/O: read with a deadline, ask, write what there is to say before reading
on. The driver knows no event loop; whatever can be awaited will do. While a client idles it only
reads: news are pushed by the handler's own tasks.

Invariants: a handler that raises hurts nobody else; time that it takes is never charged to the
client; every command that was begun is answered, or the connection ends.

Standards: RFC 9051 §5.4, §6, RFC 4978 §3, RFC 8437 §3
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from postroad.protocols.imap._authentication import Authentication
from postroad.protocols.imap._deflate import Deflate
from postroad.protocols.imap._handler import Handler
from postroad.protocols.imap._obey import INJECTION, UNASKED
from postroad.protocols.imap._output import Output
from postroad.protocols.imap._server import ServerConnection
from postroad.protocols.imap._stream import ByteStream
from postroad.protocols.imap.commands import Unauthenticate
from postroad.protocols.imap.config import ServerConfig
from postroad.protocols.imap.errors import CommandError, InflationError, Refused
from postroad.protocols.imap.events import (
    AuthCancelled,
    AuthResponded,
    AuthStarted,
    CompressWanted,
    Disconnected,
    Identified,
    IdleEnded,
    IdleStarted,
    LiteralChunk,
    LiteralEnd,
    LiteralsDropped,
    LiteralStart,
    LoginGiven,
    Mistake,
    Request,
    Signal,
    TlsWanted,
)
from postroad.protocols.imap.status import Code, Status, bye, no
from postroad.sasl import ChannelBinding

TROUBLE = no("Something is wrong here; it was written down", Code.SERVERBUG)
GOING = bye("The server goes down; come back soon", Code.UNAVAILABLE)
TIMED_OUT = bye("Nothing was heard for too long")
NOT_DEFLATE = bye("That is not what was agreed", Code.CLIENTBUG)


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

    __slots__ = (
        "_authentication", "_clock", "_core", "_fault", "_find_binding", "_handler", "_out",
        "_progress", "_stream", "_waited",
    )  # fmt: skip

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
        self._find_binding = binding
        found = binding() if stream.tls is not None else None
        self._core = ServerConnection(config, tls=stream.tls is not None, bound=found is not None)
        self._out = Output(stream, self._core)
        self._authentication = Authentication(self._core, handler, self._out, nonce, found)
        self._progress = -1
        self._waited = 0.0  # seconds spent reading since `progress` last rose
        self._fault: Exception | None = None  # what a text's taking raised

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
            if said := core.data_to_send():
                self._out.put(said)  # before whatever the event makes a handler say
            if not isinstance(event, Signal):
                await _ON[type(event)](self, event)
                continue
            await self._out.flush()
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
        if said := self._core.data_to_send():
            self._out.put(said)
        await self._out.flush()

    async def _read(self) -> None:
        core = self._core
        if self._inflated():
            return None
        if core.between_commands and self._handler.shutting_down():
            return core.end(GOING)
        if core.progress != self._progress:
            self._progress = core.progress
            self._waited = 0.0
        remaining = core.timeout() - self._waited
        if remaining <= 0:
            return core.end(TIMED_OUT)
        before = self._clock()
        try:
            data = await self._stream.read(remaining)
        except TimeoutError:
            # Too late, or the stream is being drained as the server goes: the next look tells.
            self._waited += max(self._clock() - before, 0.0)
            return None
        self._waited += self._clock() - before
        return self._received(data)

    def _received(self, data: bytes) -> None:
        layer = self._out.layer
        if layer is None or not data:
            return self._core.receive_data(data)
        layer.feed(data)
        self._inflated()
        return None

    def _inflated(self) -> bool:
        """Give the core one step of what has come compressed. Whether there was something."""
        if self._out.layer is None:
            return False
        try:
            data = self._out.layer.take()
        except InflationError:
            self._core.end(NOT_DEFLATE)
            return True
        if data:
            self._core.receive_data(data)
        return bool(data)

    # --- commands ---

    async def _on_request(self, event: Request) -> None:
        self._out.tag = event.tag
        status = await self._answer(self._handler.command(event.command, self._out))
        await self._complete(status)
        if isinstance(event.command, Unauthenticate) and not self._core.compressed:
            await self._flush()
            self._out.layer = None  # RFC 8437 §4

    async def _answer(self, doing: Awaitable[Status]) -> Status:
        """What a handler says, or what its failure makes us say."""
        try:
            return await doing
        except (Refused, CommandError) as refusal:
            return refusal.status
        except (ConnectionError, TimeoutError):
            raise
        except Exception as error:
            self._handler.on_error(error)
            return TROUBLE

    async def _complete(self, status: Status) -> None:
        """The core's words come behind those of the handler."""
        self._core.complete(status)
        if said := self._core.data_to_send():
            await self._out.write(said)

    async def _on_idle_started(self, event: IdleStarted) -> None:
        self._core.start_idle()
        await self._flush()
        try:
            await self._handler.idle(self._out)
        except (ConnectionError, TimeoutError):
            raise
        except Exception as error:
            self._handler.on_error(error)

    async def _on_idle_ended(self, event: IdleEnded) -> None:
        await self._complete(await self._answer(self._handler.idle_ended(self._out)))

    async def _on_identified(self, event: Identified) -> None:
        self._handler.identified(event.fields)

    async def _on_compress_wanted(self, event: CompressWanted) -> None:
        if self._stream.pending():  # is it compressed or not? (RFC 4978 §3)
            return self._core.end(UNASKED)
        self._core.accept_compression()
        await self._flush()
        self._out.layer = Deflate()
        return None

    # --- texts of messages ---

    async def _on_literal_start(self, event: LiteralStart) -> None:
        self._fault = None
        try:
            await self._handler.literal_start(event, self._out)
        except (Refused, CommandError) as refusal:
            await self._drop_literals(refusal.status)
        except Exception as error:
            self._handler.on_error(error)
            await self._drop_literals(TROUBLE)
        else:
            self._core.accept_literal()

    async def _drop_literals(self, status: Status) -> None:
        self._core.refuse_literal(status)
        await self._handler.literals_dropped()

    async def _on_literal_chunk(self, event: LiteralChunk) -> None:
        await self._take(self._handler.literal_chunk(event.data))

    async def _on_literal_end(self, event: LiteralEnd) -> None:
        await self._take(self._handler.literal_end())

    async def _take(self, doing: Awaitable[None]) -> None:
        """A text that cannot be taken is read to where the core can refuse the command."""
        try:
            await doing
        except Exception as error:
            if not isinstance(error, Refused | CommandError):
                self._handler.on_error(error)
            known = error.status if isinstance(error, Refused | CommandError) else TROUBLE
            self._core.drop_literal(known)
            await self._handler.literals_dropped()

    async def _on_literals_dropped(self, event: LiteralsDropped) -> None:
        await self._handler.literals_dropped()

    # --- logging in ---

    async def _on_login(self, event: LoginGiven) -> None:
        await self._authentication.login(event)

    async def _on_auth_started(self, event: AuthStarted) -> None:
        await self._authentication.start(event)

    async def _on_auth_responded(self, event: AuthResponded) -> None:
        await self._authentication.respond(event)

    async def _on_auth_cancelled(self, event: AuthCancelled) -> None:
        self._authentication.cancel()

    async def _on_tls_wanted(self, event: TlsWanted) -> None:
        if self._stream.pending():
            # It came behind STARTTLS in clear: it must not be taken for what TLS protects.
            return self._core.end(INJECTION)
        self._core.accept_tls()
        await self._flush()
        await self._stream.start_tls()
        self._authentication.binding = self._find_binding()
        self._core.tls_started(bound=self._authentication.binding is not None)
        return await self._handler.tls_started(self._stream.tls)

    async def _on_mistake(self, event: Mistake) -> None:
        self._handler.on_mistake(event)

    async def _on_disconnected(self, event: Disconnected) -> None:
        """`closed` follows."""


_ON: dict[type, Callable[[_Server, Any], Awaitable[None]]] = {
    Request: _Server._on_request,
    LoginGiven: _Server._on_login,
    AuthStarted: _Server._on_auth_started,
    AuthResponded: _Server._on_auth_responded,
    AuthCancelled: _Server._on_auth_cancelled,
    TlsWanted: _Server._on_tls_wanted,
    CompressWanted: _Server._on_compress_wanted,
    IdleStarted: _Server._on_idle_started,
    IdleEnded: _Server._on_idle_ended,
    LiteralStart: _Server._on_literal_start,
    LiteralChunk: _Server._on_literal_chunk,
    LiteralEnd: _Server._on_literal_end,
    LiteralsDropped: _Server._on_literals_dropped,
    Identified: _Server._on_identified,
    Mistake: _Server._on_mistake,
    Disconnected: _Server._on_disconnected,
}
"""One table for all connections: a connection that idles holds no table of its own."""
