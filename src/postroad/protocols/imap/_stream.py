"""What a driver needs of a connection: the port that the room `net` offers, by shape alone.

Standards: RFC 9051 §5.4 (the autologout timer), §6.2.1
"""

from __future__ import annotations

from typing import Any, Protocol


class ByteStream(Protocol):
    """What the driver needs of a connection; see the room `net`."""

    @property
    def tls(self) -> Any:
        """What is known of the TLS connection, None in clear."""
        ...

    async def read(self, timeout: float) -> bytes:
        """Some octets, b"" at the end. Raises TimeoutError."""
        ...

    async def write(self, data: bytes, timeout: float) -> None:
        """Send, waiting while the peer is slow; raises ConnectionError, TimeoutError."""
        ...

    async def start_tls(self) -> None:
        """Upgrade; raises ConnectionError."""
        ...

    def pending(self) -> bool:
        """Whether octets wait that nobody has read."""
        ...

    async def close(self) -> None:
        """Send what is buffered, then close."""
        ...

    def abort(self) -> None:
        """Close at once."""
        ...
