"""Many units of work, one sync; and no result before it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from postroad.db import DatabaseError, Transaction
from postroad.db.engines import _gate, _writer
from postroad.db.engines.sqlite import SqliteDatabase, open_sqlite
from postroad.testing.loop import on_loop

CREATE = "CREATE TABLE note (number BIGINT PRIMARY KEY)"
NEWEST = "SELECT max(number) FROM note"


def note(number: int) -> Callable[[Transaction], int]:
    def unit(tx: Transaction) -> int:
        tx.execute("INSERT INTO note (number) VALUES (?)", (number,))
        return number

    return unit


async def opened(path: Path | None = None) -> SqliteDatabase:
    database = open_sqlite(str(path) if path else None)
    await database.write(lambda tx: tx.execute(CREATE))
    return database


@on_loop
async def test_units_written_in_one_turn_of_the_loop_share_a_commit() -> None:
    database = await opened()
    before = database.commits
    await asyncio.gather(*(database.write(note(n)) for n in range(100)))
    assert database.commits == before + 1
    await database.close()


@on_loop
async def test_an_idle_database_commits_a_single_unit_at_once() -> None:
    database = await opened()
    before = database.commits
    for number in range(5):
        await database.write(note(number))
    assert database.commits == before + 5
    await database.close()


@on_loop
async def test_more_units_than_fit_wait_and_all_are_committed() -> None:
    database = await opened()
    before, many = database.commits, 3 * _gate.MAX_UNITS
    results = await asyncio.gather(*(database.write(note(n)) for n in range(many)))
    assert results == list(range(many))
    assert database.commits >= before + 3
    await database.close()


@on_loop
async def test_a_result_comes_only_when_another_connection_can_read_it(tmp_path: Path) -> None:
    database = await opened(tmp_path / "test.sqlite")
    other = apsw.Connection(str(tmp_path / "test.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    for number in range(20):
        seen: list[object] = []

        def unit(tx: Transaction, number: int = number, seen: list[object] = seen) -> None:
            note(number)(tx)
            tx.on_commit(lambda: seen.append(other.execute(NEWEST).get))

        await database.write(unit)
        assert seen == [number]
    other.close()
    await database.close()


@on_loop
async def test_a_unit_whose_caller_was_cancelled_in_time_does_not_run() -> None:
    database = await opened()
    ran: list[str] = []
    task = asyncio.create_task(database.write(lambda tx: ran.append("ran")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(note(1))
    assert ran == []
    await database.close()


@on_loop
async def test_even_an_exit_raised_in_a_unit_reaches_its_caller_and_the_writer_goes_on() -> None:
    def leaves(tx: Transaction) -> None:
        raise SystemExit(3)

    database = await opened()
    with pytest.raises(SystemExit):
        await database.write(leaves)
    assert await database.write(note(1)) == 1
    await database.close()


@on_loop
async def test_a_long_read_keeps_its_snapshot_while_writes_go_on(tmp_path: Path) -> None:
    database = await opened(tmp_path / "test.sqlite")
    await database.write(note(1))
    loop, written = asyncio.get_running_loop(), asyncio.Event()

    def looks_twice(tx: Transaction) -> list[int]:
        first = tx.execute("SELECT count(*) FROM note")[0][0]
        asyncio.run_coroutine_threadsafe(database.write(note(2)), loop).result(10)
        loop.call_soon_threadsafe(written.set)
        return [first, tx.execute("SELECT count(*) FROM note")[0][0]]

    assert await database.read(looks_twice) == [1, 1]
    assert written.is_set()
    assert await database.read(lambda tx: tx.execute("SELECT count(*) FROM note")) == [(2,)]
    await database.close()


def test_another_event_loop_goes_on_where_one_ended_in_the_middle() -> None:
    async def leaves_early() -> SqliteDatabase:
        database = await opened()
        task = asyncio.create_task(database.write(note(1)))
        await asyncio.sleep(0)
        task.cancel()
        return database

    async def comes_next(database: SqliteDatabase) -> None:
        assert await database.write(note(2)) == 2
        await database.close()

    for last in (comes_next, SqliteDatabase.close):
        asyncio.run(last(asyncio.run(leaves_early())))


@on_loop
async def test_close_serves_those_who_wait_outside_as_well() -> None:
    database = await opened()
    many = _gate.MAX_UNITS + 50
    tasks = [asyncio.create_task(database.write(note(n))) for n in range(many)]
    await asyncio.sleep(0)
    await database.close()
    assert [task.result() for task in tasks] == list(range(many))


@on_loop
async def test_a_unit_may_raise_whatever_it_likes_without_holding_up_the_others() -> None:
    def stops(tx: Transaction) -> None:
        raise StopIteration

    database = await opened()
    units = (database.write(stops), database.write(note(1)))
    failed, number = await asyncio.gather(*units, return_exceptions=True)
    assert isinstance(failed, RuntimeError) and number == 1
    await database.close()


@on_loop
async def test_a_unit_can_catch_an_error_of_the_database_and_go_on() -> None:
    def tries_twice(tx: Transaction) -> int:
        try:
            return note(1)(tx)
        except DatabaseError:
            return note(2)(tx)

    database = await opened()
    assert [await database.write(tries_twice) for _ in range(2)] == [1, 2]
    await database.close()


@on_loop
async def test_no_statement_runs_after_the_transaction_is_gone() -> None:
    def loses_it(tx: Transaction) -> None:
        tx.execute("ROLLBACK")
        try:
            tx.execute("ROLLBACK")
        except DatabaseError:
            note(5)(tx)

    database = await opened()
    units = (database.write(note(1)), database.write(loses_it), database.write(note(2)))
    results = await asyncio.gather(*units, return_exceptions=True)
    assert isinstance(results[1], DatabaseError) and results[::2] == [1, 2]
    kept = await database.read(lambda tx: tx.execute("SELECT number FROM note ORDER BY number"))
    assert kept == [(1,), (2,)]
    await database.close()


@on_loop
async def test_the_log_starts_over_when_it_was_copied_and_nobody_reads_the_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_writer, "CHECKPOINT_PAGES", 50)
    database = await opened(tmp_path / "test.sqlite")
    await fill(database, 400)
    assert (tmp_path / "test.sqlite-wal").stat().st_size < 150 * 4_120
    await database.close()


@on_loop
async def test_a_log_that_a_reader_keeps_growing_is_ended_when_it_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {"CHECKPOINT_PAGES": 50, "RESTART_PAGES": 200, "BUSY_CHECKPOINT_MS": 1}
    for name, value in small.items():
        monkeypatch.setattr(_writer, name, value)
    database = await opened(tmp_path / "test.sqlite")
    left = threading.Event()
    reader = asyncio.create_task(database.read(lambda tx: (numbers(tx), left.wait(20))))
    await fill(database, 300)
    grown = (tmp_path / "test.sqlite-wal").stat().st_size
    left.set()
    await reader
    await fill(database, 300)
    assert (tmp_path / "test.sqlite-wal").stat().st_size < grown + 150 * 4_120
    await database.close()


def numbers(tx: Transaction) -> list[int]:
    return [row[0] for row in tx.execute("SELECT number FROM note")]


async def fill(database: SqliteDatabase, count: int) -> None:
    """Commit so often, and each time another page or two."""
    for number in range(count):
        await database.write(note(-1 - number - 10_000 * database.commits))
