"""How many connections there may be, in all and from one address, and how fast they may come.

One object is shared by all listeners of a process. IPv6 is counted by /64, which is what one
customer holds at the least (RFC 6177 §2).
"""

from __future__ import annotations

import ipaddress
from collections import Counter

WINDOW_SECONDS = 60.0
"""The rate is counted in minutes of the clock, like Postfix's anvil."""

TRACKED_ADDRESSES = 100_000
"""Addresses remembered within one minute; a flood from more starts the minute anew (≈ 10 MB)."""


class ConnectionLimits:
    """Counts connections; `admit` and `release` come in pairs when `admit` said yes."""

    def __init__(self, *, total: int, per_address: int, per_minute: int) -> None:
        """`per_minute`: new connections from one address in a minute; 0 for no limit."""
        self._total = total
        self._per_address = per_address
        self._per_minute = per_minute
        self._open: Counter[str] = Counter()
        self._recent: Counter[str] = Counter()
        self._window = 0

    @property
    def connections(self) -> int:
        """Connections that are admitted now."""
        return self._open.total()

    def admit(self, address: str, now: float) -> str:
        """Count one more from `address`; "" when it may stay, else why not. `now`: monotonic s."""
        key = origin_of(address)
        if self._over_rate(key, now):
            return "too many new connections from your address"
        if self._open[key] >= self._per_address:
            return "too many connections from your address"
        if self.connections >= self._total:
            return "too many connections"
        self._open[key] += 1
        return ""

    def release(self, address: str) -> None:
        """One admitted connection of `address` has ended."""
        key = origin_of(address)
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]

    def _over_rate(self, key: str, now: float) -> bool:
        if not self._per_minute:
            return False
        window = int(now // WINDOW_SECONDS)
        if window != self._window or len(self._recent) >= TRACKED_ADDRESSES:
            self._window = window
            self._recent.clear()
        self._recent[key] += 1
        return self._recent[key] > self._per_minute


def origin_of(address: str) -> str:
    """What is counted as one origin: an IPv4 address, or the /64 of an IPv6 address."""
    if ":" not in address:
        return address
    packed = ipaddress.IPv6Address(address.partition("%")[0]).packed
    return packed[:8].hex()
