"""Lets so many units of work wait for the writer, and no more; the rest wait their turn outside."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

MAX_UNITS = 256
"""Units of work that may wait for one commit (design §5)."""

MAX_OCTETS = 32 * 1024 * 1024
"""Octets that the waiting units of work may hold in memory together (design §5)."""


@dataclass(slots=True, eq=False)
class _Turn:
    ready: asyncio.Future[None]
    weight: int


class Gate:
    """First come, first served. All calls are made in the event loop's thread.

    A unit heavier than MAX_OCTETS passes alone, so that nothing waits for ever.
    """

    def __init__(self, units: int = MAX_UNITS, octets: int = MAX_OCTETS) -> None:
        self._units_left = units
        self._octets_left = octets
        self._capacity = units
        self._waiting: deque[_Turn] = deque()

    def try_enter(self, weight: int) -> bool:
        """Enter at once if there is room and nobody waits."""
        if self._waiting or not self._fits(weight):
            return False
        self._admit(weight)
        return True

    async def enter(self, weight: int) -> None:
        """Return when there is room for `weight` octets and everyone before has entered."""
        turn = _Turn(asyncio.get_running_loop().create_future(), weight)
        self._waiting.append(turn)
        try:
            await turn.ready
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
                self._let_in()
            else:  # admitted and cancelled in the same moment
                self.leave(weight)
            raise

    def leave(self, weight: int) -> None:
        """Give the room back, and let in whoever fits now."""
        self._units_left += 1
        self._octets_left += weight
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._fits(self._waiting[0].weight):
            turn = self._waiting.popleft()
            self._admit(turn.weight)
            if not turn.ready.done():
                turn.ready.set_result(None)

    @property
    def empty(self) -> bool:
        """Whether nobody is inside or waits."""
        return self._units_left == self._capacity and not self._waiting

    def _fits(self, weight: int) -> bool:
        alone = self._units_left == self._capacity
        return alone or (self._units_left > 0 and weight <= self._octets_left)

    def _admit(self, weight: int) -> None:
        self._units_left -= 1
        self._octets_left -= weight
