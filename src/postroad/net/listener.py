"""Listeners: accept connections on an address, within limits, and give each to its own task.

Whoever is not admitted is told so in the words of the protocol, and closed. Every task ends with
its stream closed. After `stop_accepting` nothing new comes; `drain` lets what is under way finish.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from postroad.net import _proxy
from postroad.net._limits import ConnectionLimits
from postroad.net.errors import ListenError, ProxyHeaderInvalid, TlsHandshakeFailed
from postroad.net.stream import Stream
from postroad.net.tls import ServerTls

BACKLOG = 1024
"""Connections the kernel holds for us while the loop is busy."""

PROXY_SECONDS = 5.0
"""A proxy sends its header with the first segment; it is near."""

DRAIN_GRACE = 1.0
"""While draining, a peer that says nothing for this long is taken to be idle."""

LINGERING_REFUSALS = 100
"""Refused connections that may wait for the peer to read the refusal; more are closed at once."""

TLS_REFUSAL = bytes.fromhex("15 0303 0002 02 50")
"""Where TLS comes first no text can be read: a fatal internal_error alert (RFC 8446 §6.2)."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Serve = Callable[[Stream], Awaitable[None]]

log = structlog.get_logger("postroad.net")


@dataclass(frozen=True, slots=True)
class Reception:
    """How connections of one listener are received.

    `tls` is what `start_tls` uses; with `implicit_tls` the handshake comes before `serve`.
    `refusal` is the line, CRLF-ended, for those who are over a limit. `proxies`: peers that must
    begin with a PROXY header.
    """

    refusal: bytes
    limits: ConnectionLimits
    tls: ServerTls | None = None
    implicit_tls: bool = False
    proxies: tuple[Network, ...] = ()

    def __post_init__(self) -> None:
        if self.implicit_tls and self.tls is None:
            raise ValueError("TLS from the first byte needs a certificate")


class Listener:
    """One listening address; `serve(stream)` runs in a task of its own for each connection."""

    def __init__(self, address: str, serve: Serve, reception: Reception) -> None:
        """`address` is `127.0.0.1:2525` or `[::1]:2525`; port 0 takes a free one.

        Raises ListenError when it is not an address.
        """
        self._host, self._port = parse_address(address)
        self._serve = serve
        self._reception = reception
        self._server: asyncio.Server | None = None
        self._sessions: dict[asyncio.Task[None], Stream] = {}
        self._refusals = 0

    @property
    def address(self) -> tuple[str, int]:
        """(host, port), with the port that was taken."""
        return (self._host, self._port)

    @property
    def sessions(self) -> int:
        """Connections being served."""
        return len(self._sessions)

    async def start(self) -> None:
        """Bind and accept. Raises ListenError, which says what to do."""
        listening = _bind(self._host, self._port)
        self._port = listening.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._make, sock=listening, backlog=BACKLOG)

    def stop_accepting(self) -> None:
        """Close the listening socket; connections go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def drain(self, timeout: float) -> int:
        """Stop accepting, let sessions finish for `timeout` seconds, cut the rest.

        Returns how many were cut. Idle peers are let go after DRAIN_GRACE.
        """
        self.stop_accepting()
        for stream in self._sessions.values():
            stream.drain(DRAIN_GRACE)
        if not self._sessions:
            return 0
        _, left = await asyncio.wait(list(self._sessions), timeout=timeout)
        for task in left:
            self._sessions[task].abort()
            task.cancel()
        if left:
            await asyncio.wait(left)
        return len(left)

    def _make(self) -> Stream:
        return Stream(self._reception.tls, self._opened)

    def _opened(self, stream: Stream) -> None:
        if self._is_proxy(stream.peer[0]):
            self._begin(self._proxied(stream), stream)
        elif self._admit(stream):
            self._begin(self._session(stream), stream)

    def _begin(self, session: Awaitable[None], stream: Stream) -> None:
        task = asyncio.ensure_future(session)
        self._sessions[task] = stream
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._sessions[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("connection.crashed", exc_info=error)

    def _is_proxy(self, host: str) -> bool:
        if not self._reception.proxies:
            return False
        address = ipaddress.ip_address(host)
        return any(address in network for network in self._reception.proxies)

    def _admit(self, stream: Stream) -> bool:
        """Count the connection, or refuse it."""
        now = asyncio.get_running_loop().time()
        reason = self._reception.limits.admit(stream.peer[0], now)
        if not reason:
            return True
        log.info("connection.refused", peer=stream.peer[0], port=self._port, reason=reason)
        line = TLS_REFUSAL if self._reception.implicit_tls else self._reception.refusal
        stream.refuse(line, linger=self._refusals < LINGERING_REFUSALS, gone=self._forgotten)
        self._refusals += 1
        return False

    def _forgotten(self) -> None:
        self._refusals -= 1

    async def _proxied(self, stream: Stream) -> None:
        try:
            async with asyncio.timeout(PROXY_SECONDS):
                await _read_proxy_header(stream)
        except (ProxyHeaderInvalid, TimeoutError) as error:
            log.warning("proxy.refused", peer=stream.peer[0], reason=str(error) or "no header")
            stream.abort()
            return
        if self._admit(stream):
            await self._session(stream)

    async def _session(self, stream: Stream) -> None:
        peer = stream.peer[0]
        try:
            if self._reception.implicit_tls:
                await stream.start_tls()
            await self._serve(stream)
        except TlsHandshakeFailed as error:
            log.info("tls.failed", peer=peer, port=self._port, reason=str(error))
        except (ConnectionError, TimeoutError) as error:
            log.info("connection.lost", peer=peer, port=self._port, reason=str(error))
        finally:
            self._reception.limits.release(peer)
            await stream.close()


async def _read_proxy_header(stream: Stream) -> None:
    """Take the header off `stream` and believe it. Raises ProxyHeaderInvalid."""
    data = b""
    while (header := _proxy.parse(data)) is None:
        more = await stream.read(PROXY_SECONDS)
        if not more:
            raise ProxyHeaderInvalid("the connection ended within the PROXY header")
        data += more
    stream.unread(data[header.length :])
    if header.peer is not None and header.local is not None:
        stream.peer, stream.local = header.peer, header.local


def parse_address(text: str) -> tuple[str, int]:
    """(host, port) of `1.2.3.4:25` or `[::1]:25`. Raises ListenError with the right form."""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    try:
        address = ipaddress.ip_address(host[1:-1] if bracketed else host)
        number = int(port) if port.isascii() and port.isdigit() else -1
        if not colon or not 0 <= number <= 65535 or bracketed != (address.version == 6):
            raise ValueError(text)
    except ValueError:
        raise ListenError(
            f"{text!r} is not an address to listen on; write 127.0.0.1:2525 or [::1]:2525 "
            "(0.0.0.0 and [::] stand for every address)"
        ) from None
    return (str(address), number)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # so that 0.0.0.0 and [::] can both be listened on
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise ListenError(advice(host, port, error)) from None
    return listening


def advice(host: str, port: int, error: OSError) -> str:
    """Why `host`:`port` cannot be listened on, and what to do about it."""
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"{where} is already in use, perhaps by another mail server or another Postroad; "
            f"`ss -ltnp 'sport = :{port}'` (as root) names it. "
            "Stop it, or let Postroad listen elsewhere"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"{where} is forbidden to this user: ports below 1024 need the capability "
            "CAP_NET_BIND_SERVICE (in the systemd unit: AmbientCapabilities=CAP_NET_BIND_SERVICE), "
            "or take a port from 1024 on"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{where}: no interface of this machine has the address {host}; see `ip address`"
    return f"cannot listen on {where}: {error.strerror or error}"
