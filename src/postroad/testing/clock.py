"""A clock that jumps: coroutines that wait for hours are run in no time, and in the right order.

Invariants: time moves only when nothing else can happen, and then exactly to the next timer; a
program that waits for something which can never come fails at once instead of hanging.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
RESOLUTION = 1e-6


class Deadlock(RuntimeError):
    """Every task waits, and no timer is set that could wake one."""


class _JumpingSelector(selectors.DefaultSelector):
    """A selector that never sleeps: it reports what is ready, and else moves the clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise Deadlock("every task waits, and no timer is set")
        self._clock.now += max(timeout, RESOLUTION)
        return ready


class Clock:
    """Seconds that pass when told to. Call it to read it, as one calls `time.monotonic`."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass while nobody looks."""
        self.now += seconds

    def run(self, program: Coroutine[Any, Any, T]) -> T:
        """Run `program` in an event loop of its own whose time is this clock.

        Threads are not waited for: a program must not use executors. Raises Deadlock.
        """
        loop = asyncio.SelectorEventLoop(_JumpingSelector(self))
        loop.time = self  # type: ignore[method-assign]
        # So coarse are seconds since the epoch: a timer that is due now must count as due.
        loop._clock_resolution = RESOLUTION  # type: ignore[attr-defined]
        try:
            return loop.run_until_complete(program)
        finally:
            _cancel_all(loop)
            loop.close()


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
