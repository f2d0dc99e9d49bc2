"""Answers that are still good: bounded in number, oldest use first out, times passed in.

Standards: RFC 2308 §5 (negative answers), RFC 9520 §3.2 (failures are remembered for a second)
"""

from __future__ import annotations

from collections import OrderedDict

from postroad.net.lookups import Records

ENTRIES = 20_000
"""Answers kept: about 20 MB of them."""

POSITIVE_SECONDS = 86_400.0
"""No record is believed for longer than a day, whatever its TTL says."""

NEGATIVE_SECONDS = 10_800.0
"""RFC 2308 §5: one to three hours have been found to work well as an upper bound."""

FAILURE_SECONDS = 1.0
"""RFC 9520 §3.2: at least one second, so that a dead zone is not asked in a tight loop."""

Key = tuple[str, str]


class DnsCache:
    """Answers by (lower-case name, type)."""

    def __init__(self, entries: int = ENTRIES) -> None:
        self._entries = entries
        self._answers: OrderedDict[Key, tuple[float, Records]] = OrderedDict()

    def get(self, key: Key, now: float) -> Records | None:
        """The answer for `key` that is good at `now` (seconds on any clock)."""
        entry = self._answers.get(key)
        if entry is None:
            return None
        if entry[0] <= now:
            del self._answers[key]
            return None
        self._answers.move_to_end(key)
        return entry[1]

    def put(self, key: Key, answer: Records, ttl: float, now: float) -> None:
        """Keep `answer` for `ttl` seconds from `now`, within the bounds above."""
        longest = POSITIVE_SECONDS if answer.found else NEGATIVE_SECONDS
        if ttl <= 0:
            return
        self._answers[key] = (now + min(ttl, longest), answer)
        self._answers.move_to_end(key)
        if len(self._answers) > self._entries:
            self._answers.popitem(last=False)

    def __len__(self) -> int:
        return len(self._answers)
