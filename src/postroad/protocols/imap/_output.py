"""Where answers go: gathered into slices, compressed when agreed, sent with back-pressure.

Invariants: octets leave in the order in which they were given; who writes waits while the client
does not read, and for no longer than limits.SEND_TIMEOUT.

Standards: RFC 9051 §7, RFC 4978 §3
"""

from __future__ import annotations

from postroad.protocols.imap import limits
from postroad.protocols.imap._deflate import Deflate
from postroad.protocols.imap._server import ServerConnection
from postroad.protocols.imap._stream import ByteStream


class Output:
    """One connection's way out, for its handler and its driver."""

    __slots__ = ("_core", "_gathered", "_pieces", "_pushing", "_stream", "layer", "tag")

    def __init__(self, stream: ByteStream, core: ServerConnection) -> None:
        self._stream = stream
        self._core = core
        self._pieces: list[bytes] = []
        self._gathered = 0
        self._pushing = False
        self.layer: Deflate | None = None
        self.tag = ""
        """The tag of the command under way, for ESEARCH and INPROGRESS."""

    # --- what the client has enabled ---

    @property
    def enabled(self) -> frozenset[str]:
        """Extensions that ENABLE has turned on, as `IMAP4rev2`."""
        return self._core.enabled

    @property
    def utf8(self) -> bool:
        """Whether the client takes UTF-8 in quoted strings and names of mailboxes."""
        return self._core.utf8

    # --- while a command is under way ---

    def put(self, data: bytes) -> None:
        """Add small octets without waiting; `write` or the command's end sends them."""
        self._pieces.append(data)
        self._gathered += len(data)

    async def write(self, data: bytes) -> None:
        """Add octets; wait while the client does not read. Raises ConnectionError, TimeoutError."""
        self._pieces.append(data)
        self._gathered += len(data)
        if self._gathered >= limits.SLICE:
            await self.flush()

    async def flush(self) -> None:
        """Send what has gathered. Raises ConnectionError, TimeoutError."""
        if self._pieces and not self._pushing:  # a push under way takes these octets along
            await self._send()

    async def _send(self) -> None:
        data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._gathered = 0
        if self.layer is not None:
            data = self.layer.compress(data)
        await self._stream.write(data, limits.SEND_TIMEOUT)

    # --- while the client idles ---

    async def push(self, data: bytes) -> bool:
        """News during IDLE, at once. False when the connection is gone; raises nothing.

        A push that finds another one waiting leaves its octets to that one.
        """
        self._pieces.append(data)
        self._gathered += len(data)
        if self._pushing:
            return True
        self._pushing = True
        try:
            while self._pieces:
                await self._send()
        except (ConnectionError, TimeoutError):
            self._stream.abort()
            return False
        finally:
            self._pushing = False
        return True
