"""One connection: bytes in, bytes out, TLS in between when asked, and every wait has an end.

The stream owns its buffers. Reading pauses at READ_LIMIT, writing waits above the transport's
high-water mark, so a connection never holds more than twice 64 KiB each way. Bytes that came
before `start_tls` are never handed out after it. One timer serves all deadlines of a connection.
One task reads and one (it may be the same) writes.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import cast

from postroad.net._engine import TlsEngine
from postroad.net.errors import TlsHandshakeFailed
from postroad.net.tls import TlsInfo, TlsUpgrade

READ_LIMIT = 64 * 1024
"""Octets held unread at which reading pauses: one slice, or four TLS records."""

SLICE = 64 * 1024
"""Octets taken from the kernel at once; a connection holds less than READ_LIMIT + SLICE unread."""

HANDSHAKE_SECONDS = 30.0
"""A TLS handshake takes two round trips; the slowest links need a few seconds."""

CLOSE_SECONDS = 5.0
"""How long the last bytes may take to leave after `close`, before the connection is cut."""

REFUSAL_SECONDS = 2.0
"""How long a refused peer may take to read why."""

LINGER_OCTETS = 1024 * 1024
"""What a peer may still send into a closing connection, so that it gets to read our last reply."""

NEVER = float("inf")

_scratch = (
    threading.local()
)  # a thread runs one loop, which fills the slice and hands it on at once


def _slice() -> memoryview:
    """The thread's one receive slice: taken and emptied within one call-back, so never shared."""
    try:
        return cast(memoryview, _scratch.octets)
    except AttributeError:
        _scratch.octets = memoryview(bytearray(SLICE))
        return cast(memoryview, _scratch.octets)


class Stream(asyncio.BufferedProtocol):
    """A connected peer. Made by a listener or by `connect`, never by hand (tests excepted)."""

    __slots__ = (
        "_chunks", "_closed", "_discard", "_draining", "_engine", "_eof", "_handshaking", "_held",
        "_loop", "_lost", "_on_open", "_paused", "_read_by", "_reader", "_slice", "_timer",
        "_timer_at", "_transport", "_upgrade", "_write_by", "_write_paused", "_writer",
        "local", "peer", "tls",
    )  # fmt: skip

    def __init__(
        self,
        upgrade: TlsUpgrade | None = None,
        on_open: Callable[[Stream], None] | None = None,
    ) -> None:
        """`upgrade`: how `start_tls` works here. `on_open`: called once, when connected."""
        self._loop = asyncio.get_running_loop()
        self._slice = _slice()
        self._upgrade = upgrade
        self._on_open = on_open
        self._transport = cast(asyncio.Transport, None)  # until connection_made
        self._engine: TlsEngine | None = None
        self._handshaking = False
        self._chunks: list[bytes] = []  # plaintext not yet read
        self._held = 0  # octets in _chunks
        self._eof = False
        self._paused = False
        self._discard = -1  # octets that may still be thrown away; -1: not closing
        self._draining = NEVER
        self._write_paused = False
        self._lost: Exception | None = None
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._read_by = NEVER
        self._write_by = NEVER
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = NEVER
        self.peer: tuple[str, int] = ("", 0)
        self.local: tuple[str, int] = ("", 0)
        self.tls: TlsInfo | None = None

    # What stations and drivers use

    async def read(self, timeout: float) -> bytes:
        """Some bytes, at once when there are any; b"" at end of file, reset or loss.

        Raises TimeoutError after `timeout` seconds without a byte; nothing is lost by that.
        """
        if not self._chunks and not self._eof:
            await self._wait_readable(self._loop.time() + min(timeout, self._draining))
        if not self._chunks:
            return b""
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        self._held = 0
        if self._paused:
            self._resume()
        return data

    async def write(self, data: bytes, timeout: float) -> None:
        """Send `data`; returns when the send buffer is below its high-water mark again.

        Raises ConnectionError when the peer is gone, TimeoutError after `timeout` seconds of a
        full buffer (then `abort`: the rest would follow later).
        """
        if self._lost is not None or self._discard >= 0:
            raise self._gone()
        if self._engine is not None:
            data = self._engine.encrypt(data)
        self._transport.write(data)
        if self._write_paused:
            await self._wait_writable(self._loop.time() + timeout)

    def pending(self) -> bool:
        """Whether bytes wait to be read: at STARTTLS they were injected (CVE-2011-0411)."""
        return bool(self._chunks)

    @property
    def can_start_tls(self) -> bool:
        """Whether `start_tls` has what it needs and was not called yet."""
        return self._upgrade is not None and self._engine is None

    async def start_tls(self) -> None:
        """Upgrade as the stream was made for; `tls` is set afterwards.

        Raises TlsHandshakeFailed (a ConnectionError), the connection being gone then; RuntimeError
        when `can_start_tls` is false.
        """
        if self._upgrade is None or self._engine is not None:
            raise RuntimeError("this stream was made without TLS, or has it already")
        engine = self._upgrade.engine()
        for chunk in self._chunks:  # the peer's first TLS bytes; anything else fails as such
            engine.feed(chunk)
        self._chunks.clear()
        self._held = 0
        self._engine, self._handshaking = engine, True
        try:
            await self._shake_hands(engine, self._loop.time() + HANDSHAKE_SECONDS)
        except ConnectionError:
            self._transport.write(engine.ciphertext())  # the alert says why
            self._transport.close()
            raise
        except BaseException:  # cancelled: half a handshake is of no use
            self.abort()
            raise
        self._handshaking = False
        self.tls = self._upgrade.info(engine)
        self._decrypted(engine)

    async def close(self) -> None:
        """Send what is buffered and close; cut after CLOSE_SECONDS. Never raises.

        When the peer is still sending, its bytes are thrown away until it has seen our end: a
        reset would take our last reply from it (RFC 5321 §3.8, RFC 9293 §3.10.4).
        """
        if self._lost is not None:
            return
        if self._discard < 0:
            if self._engine is not None and not self._handshaking:
                self._transport.write(self._engine.farewell())
            self._discard = LINGER_OCTETS
            if (self._chunks or self._paused) and not self._eof:
                self._chunks.clear()
                self._transport.write_eof()
                self._resume()
            else:
                self._transport.close()
        await self._until_closed()

    def refuse(self, line: bytes, *, linger: bool, gone: Callable[[], None]) -> None:
        """Say `line` and close, without waiting; `gone` is called once the connection is.

        With `linger` the peer has REFUSAL_SECONDS to read it even if it is sending itself.
        """
        self._closed.add_done_callback(lambda _: gone())
        self._discard = LINGER_OCTETS
        self._transport.write(line)
        if linger:
            self._transport.write_eof()
            self._timer = self._loop.call_later(REFUSAL_SECONDS, self._transport.abort)
        else:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection now; what is buffered is lost."""
        if self._lost is None:
            self._transport.abort()

    def drain(self, grace: float) -> None:
        """The server is going: from now on a read waits at most `grace` seconds."""
        self._draining = grace
        if self._reader is not None:
            self._read_by = min(self._read_by, self._loop.time() + grace)
            self._arm(self._read_by)

    def unread(self, data: bytes) -> None:
        """Put bytes back in front; for what stood before them, such as a PROXY header."""
        if data:
            self._chunks.insert(0, data)
            self._held += len(data)

    # Called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.peer = _address(transport.get_extra_info("peername"))
        self.local = _address(transport.get_extra_info("sockname"))
        if self._on_open is not None:
            self._on_open(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._slice

    def buffer_updated(self, nbytes: int) -> None:
        if self._discard >= 0:
            self._throw_away(nbytes)
        elif self._engine is None:
            self._chunks.append(self._slice[:nbytes].tobytes())
            self._held += nbytes
            if self._held >= READ_LIMIT:
                self._pause()
            self._wake_reader()
        else:
            self._engine.feed(self._slice[:nbytes])
            if not self._handshaking:
                self._decrypted(self._engine)
                return
            if self._engine.waiting > READ_LIMIT:
                self._pause()
            self._wake_reader()

    def eof_received(self) -> bool:
        self._eof = True
        self._wake_reader()
        if self._discard >= 0:
            self._transport.close()
        return True  # our side stays open: the peer may wait for replies

    def connection_lost(self, exc: Exception | None) -> None:
        self._eof = True
        self._lost = exc if exc is not None else ConnectionResetError("connection closed")
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wake_reader()
        if self._writer is not None and not self._writer.done():
            self._writer.set_exception(self._gone())
        if not self._closed.done():
            self._closed.set_result(None)

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        if self._writer is not None and not self._writer.done():
            self._writer.set_result(None)

    # Ours

    def _decrypted(self, engine: TlsEngine) -> None:
        """Move what `engine` can decrypt into the buffer, and send what it wants to say."""
        for chunk in engine.plaintext():
            self._chunks.append(chunk)
            self._held += len(chunk)
        if (answer := engine.ciphertext()) and self._lost is None:
            self._transport.write(answer)
        if engine.closed:
            self._eof = True
        if self._held >= READ_LIMIT:
            self._pause()
        if self._chunks or self._eof:
            self._wake_reader()

    async def _shake_hands(self, engine: TlsEngine, deadline: float) -> None:
        try:
            while not engine.handshake():
                self._transport.write(engine.ciphertext())
                if self._paused:
                    self._resume()
                if self._eof:
                    raise TlsHandshakeFailed("TLS handshake failed: closed by the peer")
                await self._wait_readable(deadline)
        except TimeoutError:
            raise TlsHandshakeFailed("TLS handshake failed: the peer is silent") from None
        if last := engine.ciphertext():
            self._transport.write(last)

    def _throw_away(self, count: int) -> None:
        self._discard -= count
        if self._discard < 0:
            self._discard = 0
            self.abort()

    async def _until_closed(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.shield(self._closed)
        except TimeoutError:
            self.abort()

    async def _wait_readable(self, deadline: float) -> None:
        if self._reader is not None:
            raise RuntimeError("another task is reading this stream")
        self._reader = self._loop.create_future()
        self._read_by = deadline
        self._arm(deadline)
        try:
            await self._reader
        finally:
            self._reader = None
            self._read_by = NEVER

    async def _wait_writable(self, deadline: float) -> None:
        if self._writer is not None:
            raise RuntimeError("another task is writing to this stream")
        self._writer = self._loop.create_future()
        self._write_by = deadline
        self._arm(deadline)
        try:
            await self._writer
        finally:
            self._writer = None
            self._write_by = NEVER

    def _arm(self, deadline: float) -> None:
        """Have the timer ring by `deadline`. One that rings earlier is left: it looks again."""
        if self._timer is not None:
            if self._timer_at <= deadline:
                return
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._loop.call_at(deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        now = self._loop.time()
        if self._reader is not None and self._read_by <= now and not self._reader.done():
            self._reader.set_exception(TimeoutError("the peer sent nothing in time"))
            self._read_by = NEVER
        if self._writer is not None and self._write_by <= now and not self._writer.done():
            self._writer.set_exception(TimeoutError("the peer took nothing in time"))
            self._write_by = NEVER
        if (nearest := min(self._read_by, self._write_by)) != NEVER:
            self._arm(nearest)

    def _wake_reader(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _pause(self) -> None:
        if not self._paused and not self._eof:
            self._paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            if not self._transport.is_closing():
                self._transport.resume_reading()

    def _gone(self) -> ConnectionError:
        if isinstance(self._lost, ConnectionError):
            return self._lost
        return ConnectionResetError(f"the connection is gone: {self._lost or 'closed by us'}")


def _address(name: object) -> tuple[str, int]:
    """(address, port) of a socket name; IPv4 that came over IPv6 is shown as IPv4."""
    if not isinstance(name, tuple) or len(name) < 2:
        return ("", 0)  # a Unix socket or a pipe
    host, port = str(name[0]), int(name[1])
    return (host.removeprefix("::ffff:") if "." in host else host, port)
