"""Runs a coroutine test on the loop that the servers use, and leaves nothing running behind."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

import uvloop

P = ParamSpec("P")
TEST_SECONDS = 30.0
"""No single test of this project takes a tenth of this."""


def on_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A plain test that runs `test` on a fresh uvloop and fails when tasks are left behind."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(TEST_SECONDS):
                await test(*args, **kwargs)
            for _ in range(3):  # lets what was just closed or cancelled end
                await asyncio.sleep(0)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"tasks left behind: {left}"

        uvloop.run(bounded())

    return run


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until `condition()` holds; the test's own bound ends a vain wait."""
    while not condition():  # noqa: ASYNC110 (what is waited for knows nothing of events)
        await asyncio.sleep(0)
