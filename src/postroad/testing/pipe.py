"""Two byte streams, each the other's other end, in memory, with a TLS upgrade that is make-believe.

They keep the promises of the port that `net` offers and the protocol drivers use: `read` loses
nothing on a timeout, `write` waits while the other side does not read, octets in clear that wait
when TLS begins make the handshake fail.

Invariants: octets come out as they went in, in order; after `close` the peer reads what is left
and then b"".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

HIGH_WATER = 65_536
"""Octets under way in one direction before a writer must wait."""


@dataclass(frozen=True, slots=True)
class FakeTls:
    """What a stream knows of its connection's TLS."""

    version: str = "TLSv1.3"
    cipher: str = "TLS_AES_256_GCM_SHA384"
    peer_name: str = ""
    end_point: bytes = b""

    def __str__(self) -> str:
        return f"{self.version} {self.cipher}"


class PipeStream:
    """One end. `piece` limits what one `read` returns, to play a peer who sends octet by octet."""

    def __init__(self, local: tuple[str, int], peer: tuple[str, int], piece: int) -> None:
        self.local = local
        self.peer = peer
        self.tls: FakeTls | None = None
        self.closed = False
        self.written = bytearray()  # everything this end ever sent, for tests to look at
        self._piece = piece
        self._arrived = bytearray()
        self._ended = False
        self._wants_tls = False
        self._changed = asyncio.Event()
        self._other: PipeStream = self

    async def read(self, timeout: float) -> bytes:
        """Some octets, b"" when the other end has closed. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not self._arrived and not self._ended:
                await self._wait()
        data = bytes(self._arrived[: self._piece])
        del self._arrived[: len(data)]
        self._other._notify()
        return data

    async def write(self, data: bytes, timeout: float) -> None:
        """Hand `data` to the other end. Raises ConnectionError, TimeoutError."""
        if self.closed or self._other.closed:
            raise ConnectionResetError("the other end has closed")
        self.written += data
        self._other._arrived += data
        self._other._notify()
        async with asyncio.timeout(timeout):
            while len(self._other._arrived) > HIGH_WATER:
                if self._other.closed:
                    raise ConnectionResetError("the other end has closed")
                await self._wait()

    @property
    def can_start_tls(self) -> bool:
        """Whether `start_tls` was not called yet."""
        return self.tls is None and not self._wants_tls

    async def start_tls(self) -> None:
        """Wait until both ends have asked for it. Raises ConnectionError for octets in clear."""
        self._wants_tls = True
        if self._other._wants_tls and not (self._arrived or self._other._arrived):
            self.tls = self._other.tls = FakeTls()
        self._other._notify()
        while self.tls is None:
            if self._arrived or self._ended:
                raise ConnectionResetError("the other end does not begin TLS")
            await self._wait()

    def pending(self) -> bool:
        """Whether octets wait to be read."""
        return bool(self._arrived)

    async def close(self) -> None:
        """Let the other end read what is left, then b""."""
        self.abort()

    def abort(self) -> None:
        """The same: nothing is buffered on our side."""
        self.closed = True
        self._other._ended = True
        self._other._notify()
        self._notify()

    def _notify(self) -> None:
        self._changed.set()

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def pipe_pair(
    *, client_piece: int = 1 << 30, server_piece: int = 1 << 30
) -> tuple[PipeStream, PipeStream]:
    """A client's end and a server's end. `…_piece`: octets that end reads at most at once."""
    client = PipeStream(("127.0.0.2", 40_000), ("127.0.0.1", 25), client_piece)
    server = PipeStream(("127.0.0.1", 25), ("127.0.0.2", 40_000), server_piece)
    client._other, server._other = server, client
    return client, server
