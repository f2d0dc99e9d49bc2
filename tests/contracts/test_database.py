"""What every engine promises about units of work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from postroad.db import Database, DatabaseClosed, DatabaseError, Transaction
from postroad.testing.loop import on_loop

Opener = Callable[[], AbstractAsyncContextManager[Database]]


@pytest.fixture
def table(opened: Opener) -> Opener:
    """A database with a table `note` of numbers."""

    @asynccontextmanager
    async def open_one() -> AsyncIterator[Database]:
        async with opened() as database:
            await database.write(
                lambda tx: tx.execute("CREATE TABLE note (number BIGINT PRIMARY KEY)")
            )
            yield database

    return open_one


def note(number: int) -> Callable[[Transaction], int]:
    def unit(tx: Transaction) -> int:
        tx.execute("INSERT INTO note (number) VALUES (?)", (number,))
        return number

    return unit


def numbers(tx: Transaction) -> list[int]:
    return [row[0] for row in tx.execute("SELECT number FROM note ORDER BY number")]


@on_loop
async def test_a_write_returns_what_its_unit_returned_and_a_read_sees_it(table: Opener) -> None:
    async with table() as database:
        assert await database.write(note(7)) == 7
        assert await database.read(numbers) == [7]


@on_loop
async def test_a_unit_that_raises_leaves_nothing_and_its_caller_gets_the_error(
    table: Opener,
) -> None:
    def fails(tx: Transaction) -> None:
        note(1)(tx)
        raise LookupError("not today")

    async with table() as database:
        with pytest.raises(LookupError, match="not today"):
            await database.write(fails)
        assert await database.read(numbers) == []


@on_loop
async def test_a_failing_unit_does_not_harm_its_neighbours_in_the_same_batch(table: Opener) -> None:
    units = [note(1), note(2), note(1), note(3), note(2), note(4)]
    async with table() as database:
        results = await asyncio.gather(*map(database.write, units), return_exceptions=True)
        assert [r for r in results if isinstance(r, int)] == [1, 2, 3, 4]
        assert sum(isinstance(r, DatabaseError) for r in results) == 2
        assert await database.read(numbers) == [1, 2, 3, 4]


@on_loop
async def test_units_take_effect_in_the_order_in_which_they_were_written(table: Opener) -> None:
    seen: list[int] = []

    def look(number: int) -> Callable[[Transaction], int]:
        def unit(tx: Transaction) -> int:
            note(number)(tx)
            return len(numbers(tx))

        return unit

    async with table() as database:
        seen = await asyncio.gather(*(database.write(look(n)) for n in range(50, 0, -1)))
    assert seen == list(range(1, 51))


@on_loop
async def test_what_waits_for_the_commit_runs_once_in_order_and_only_after_success(
    table: Opener,
) -> None:
    told: list[str] = []

    def unit(tx: Transaction) -> None:
        tx.on_commit(lambda: told.append("first"))
        tx.on_commit(lambda: told.append("second"))

    def fails(tx: Transaction) -> None:
        tx.on_commit(lambda: told.append("never"))
        raise LookupError

    async with table() as database:
        await asyncio.gather(database.write(unit), database.write(fails), return_exceptions=True)
    assert told == ["first", "second"]


@on_loop
async def test_a_call_after_the_commit_that_raises_harms_nobody(table: Opener) -> None:
    told: list[str] = []
    faults: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, c: faults.append(c["message"]))

    def unit(tx: Transaction) -> str:
        tx.on_commit(lambda: told.remove("what is not there"))
        tx.on_commit(lambda: told.append("told"))
        return "done"

    async with table() as database:
        assert await database.write(unit) == "done"
    assert told == ["told"] and faults == ["on_commit failed"]


@on_loop
async def test_a_read_that_writes_is_refused(table: Opener) -> None:
    async with table() as database:
        with pytest.raises(DatabaseError):
            await database.read(note(1))
        with pytest.raises(DatabaseError):
            await database.read(lambda tx: tx.on_commit(lambda: None))
        assert await database.read(numbers) == []
        assert await database.write(note(2)) == 2


@on_loop
async def test_a_statement_with_a_fault_is_an_error_of_ours(table: Opener) -> None:
    async with table() as database:
        with pytest.raises(DatabaseError, match="no such table"):
            await database.read(lambda tx: tx.execute("SELECT 1 FROM nowhere"))
        with pytest.raises(DatabaseError, match="syntax"):
            await database.write(lambda tx: tx.execute("INSRT"))


@on_loop
async def test_close_finishes_what_waits_and_refuses_what_comes_later(table: Opener) -> None:
    async with table() as database:
        waiting = [asyncio.create_task(database.write(note(n))) for n in range(20)]
        await asyncio.sleep(0)
        await database.close()
        assert await asyncio.gather(*waiting) == list(range(20))
        for call in (database.write(note(99)), database.read(numbers)):
            with pytest.raises(DatabaseClosed):
                await call
        await database.close()


@on_loop
async def test_a_caller_that_is_cancelled_does_not_stop_the_others(table: Opener) -> None:
    async with table() as database:
        tasks = [asyncio.create_task(database.write(note(n))) for n in range(10)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [n for n, r in enumerate(results) if r != n] == [3]
        assert set(range(10)) - set(await database.read(numbers)) <= {3}
