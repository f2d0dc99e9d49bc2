"""Attack 29: a flood of wrong passwords costs its senders time, and others nothing they notice."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import pytest

from postroad import directory
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Authenticator, TooManyLogins, make_verifiers
from postroad.testing.loop import on_loop, until

BOB = "bob@beta.test"
FLOOD = 200
Open = Callable[[], AbstractAsyncContextManager[Authenticator]]


@pytest.fixture
def opened() -> Open:
    """An authenticator with real hashes, that has seen Bob's password once."""

    @asynccontextmanager
    async def open_one() -> AsyncIterator[Authenticator]:
        db = open_sqlite(None)
        await db.write(partial(directory.add_domain, name="beta.test", now=1.0))
        verifiers = make_verifiers("secret")
        await db.write(partial(directory.add_account, address=BOB, verifiers=verifiers, now=1.0))
        auth = Authenticator(db, threads=1)
        assert await auth.check_password(BOB, "secret")
        yield auth
        auth.close()
        await db.close()

    return open_one


async def flood(auth: Authenticator) -> list[asyncio.Task[object]]:
    """Send wrong passwords, all at once, until each is hashed, refused or in the line."""
    tasks: list[asyncio.Task[object]] = [
        asyncio.create_task(auth.check_password(BOB, f"wrong {n}")) for n in range(FLOOD)
    ]
    await until(lambda: auth._waiting + sum(task.done() for task in tasks) == FLOOD)
    return tasks


async def end(auth: Authenticator, tasks: list[asyncio.Task[object]]) -> list[object]:
    """Give up what still waits, and return what became of each."""
    auth.close()
    for task in tasks:
        if not task.done():
            task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)


@on_loop
async def test_people_whose_password_is_known_do_not_wait_in_the_line_of_wrong_ones(
    opened: Open,
) -> None:
    async with opened() as auth:
        tasks = await flood(auth)
        hashed = sum(task.done() for task in tasks)
        begun = time.perf_counter()
        for _ in range(20):
            assert await auth.check_password(BOB, "secret")
        took = time.perf_counter() - begun
        hashed = sum(task.done() for task in tasks) - hashed
        await end(auth, tasks)
        assert took / 20 < 0.02 and hashed < 20


@on_loop
async def test_the_line_is_bounded_and_those_beyond_are_told_to_try_again(opened: Open) -> None:
    async with opened() as auth:
        tasks = await flood(auth)
        results = await end(auth, tasks)
        refused = sum(isinstance(result, TooManyLogins) for result in results)
        assert FLOOD - 128 - 20 <= refused <= FLOOD - 128


@on_loop
async def test_hashes_run_in_as_many_threads_as_were_given_and_no_more(opened: Open) -> None:
    async with opened() as auth:
        tasks = await flood(auth)
        names = [thread.name for thread in threading.enumerate()]
        assert sum(name.startswith("postroad-argon2") for name in names) == 1
        await end(auth, tasks)


@on_loop
async def test_a_password_of_a_megabyte_costs_no_more_than_a_short_one(opened: Open) -> None:
    async with opened() as auth:
        times = []
        for length in (10, 10_000_000):
            begun = time.perf_counter()
            assert await auth.check_password(BOB, "x" * length) is None
            times.append(time.perf_counter() - begun)
        assert times[1] < 10 * times[0]
