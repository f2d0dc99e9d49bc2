"""DEFLATE in both directions, with memory and growth bounded.

What comes in is decompressed in steps: what one step makes is obeyed before the next is taken, so
a few octets that stand for gigabytes cost time in proportion to what they make the client wait.
Beyond a ratio that no mail has, the connection ends.

Standards: RFC 4978 §3, §4; RFC 1951
"""

from __future__ import annotations

import zlib

from postroad.protocols.imap import limits
from postroad.protocols.imap.errors import InflationError


class Deflate:
    """One connection's two directions."""

    __slots__ = ("_came", "_deflate", "_full", "_inflate", "_made", "_waiting")

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(
            6, zlib.DEFLATED, -limits.DEFLATE_WINDOW, limits.DEFLATE_MEMORY
        )
        self._inflate = zlib.decompressobj(-15)  # a client may use any window
        self._waiting = b""  # compressed, not yet looked at
        self._full = False  # whether the last step may have left something behind
        self._came = 0
        self._made = 0

    def compress(self, data: bytes) -> bytes:
        """What to send for `data`, all of it (RFC 4978 §4)."""
        return self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)

    def feed(self, data: bytes) -> None:
        """Take what has come; read it with `take`."""
        self._waiting += data
        self._came += len(data)

    def take(self) -> bytes:
        """The next step's octets, b"" when more must come. Raises InflationError."""
        if not self._waiting and not self._full:
            return b""
        data, self._waiting = self._inflate.unconsumed_tail + self._waiting, b""
        try:
            made = self._inflate.decompress(data, limits.INFLATED_AT_ONCE)
        except zlib.error as fault:
            raise InflationError(f"not DEFLATE: {fault}") from None
        if self._inflate.eof:
            raise InflationError("the client has ended its DEFLATE stream")
        self._full = len(made) == limits.INFLATED_AT_ONCE
        self._made += len(made)
        if self._made > limits.INFLATION_FREE + limits.INFLATION_RATIO * self._came:
            raise InflationError("what the client sends swells beyond measure")
        return made
