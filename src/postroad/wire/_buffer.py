"""The one place where received octets wait: appended at the back, taken from the front.

Invariants: octets come out in the order in which they went in; a search for CRLF never looks twice
at the same octet, so feeding octet by octet costs as much as feeding at once; a line over its limit
is thrown away while it arrives instead of being kept.

Standards: RFC 5321 §2.3.8 (only CRLF ends a line), RFC 9051 §2.2, RFC 1939 §3
"""

from __future__ import annotations

from postroad.wire._newlines import CRLF
from postroad.wire.errors import LineTooLong


class ReceiveBuffer:
    """Octets that have arrived and are not yet understood."""

    __slots__ = ("_data", "_dropped", "_searched")

    def __init__(self) -> None:
        self._data = bytearray()
        self._searched = 0  # no CRLF begins before this offset
        self._dropped = 0  # octets of an over-long line thrown away so far

    def __len__(self) -> int:
        return len(self._data)

    @property
    def dropped(self) -> int:
        """Octets thrown away of an over-long line whose end has not come; 0 when there is none."""
        return self._dropped

    def append(self, data: bytes) -> None:
        """Add what the stream gave."""
        self._data += data

    def take_line(self, limit: int) -> bytes | None:
        """The next line without its CRLF, or None while it is incomplete.

        `limit` counts octets with the CRLF. Raises LineTooLong once the end of a longer line has
        come; until then its octets are dropped as they arrive and None is returned.
        """
        end = self._data.find(CRLF, self._searched)
        if end < 0:
            self._wait_for_end(limit)
            return None
        if self._dropped or end + 2 > limit:
            dropped = self._dropped + end + 2
            self._forget(end + 2)
            self._dropped = 0
            raise LineTooLong(dropped)
        line = bytes(self._data[:end])
        self._forget(end + 2)
        return line

    def take_exactly(self, count: int) -> bytes | None:
        """`count` octets, or None while fewer are here."""
        return self.take_at_most(count) if len(self._data) >= count else None

    def take_at_most(self, count: int) -> bytes:
        """Up to `count` octets, as many as are here."""
        if count >= len(self._data):
            return self.take_all()
        taken = bytes(self._data[:count])
        self._forget(count)
        return taken

    def take_all(self) -> bytes:
        """Everything that is here."""
        taken = bytes(self._data)
        self.clear()
        return taken

    def clear(self) -> None:
        """Throw everything away."""
        self._data.clear()
        self._searched = 0
        self._dropped = 0

    def _forget(self, count: int) -> None:
        del self._data[:count]
        self._searched = 0

    def _wait_for_end(self, limit: int) -> None:
        held = len(self._data)
        # The last octet may be the CR of a CRLF that is still under way.
        keep = 1 if held and self._data[-1] == 0x0D else 0
        if self._dropped or held - keep + 2 > limit:
            self._dropped += held - keep
            del self._data[: held - keep]
            held = keep
        self._searched = held - keep
