"""Postroad on SQLite: one thread writes, a few read, and the event loop never waits for the disk.

In a file: WAL, synchronous=FULL, so a unit of work that returned is on disk. In memory (`None`) the
same engine serves tests; its readers share the writer's connection.

Standards: https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar, cast

import apsw

from postroad.db._migrations import migrate, shipped
from postroad.db._ports import Unit
from postroad.db.engines._connection import database_name, open_reader, open_writer, translate
from postroad.db.engines._gate import Gate
from postroad.db.engines._reader import Reader
from postroad.db.engines._work import Job, SqliteTransaction
from postroad.db.engines._writer import Writer
from postroad.db.errors import DatabaseClosed

T = TypeVar("T")

READERS = 2
"""Reading threads; a read is short, and Python runs one thread at a time anyway."""


def open_sqlite(
    path: str | None, *, now: Callable[[], float] = time.time, readers: int = READERS
) -> SqliteDatabase:
    """Open the database at `path`, or one in memory for None, and bring its schema up to date.

    Blocks while it does so. `now` gives seconds since the epoch for the record of migrations.
    Raises DatabaseTooNew, DatabaseCorrupt, StorageFull, or DatabaseError with a sentence for people.
    """
    name = database_name(path)
    try:
        connection = open_writer(path)
        try:
            migrate(partial(_run_alone, connection), shipped(), now(), name)
        except BaseException:
            connection.close()
            raise
        return SqliteDatabase(connection, path, readers)
    except apsw.Error as error:
        ours = translate(error)
        raise type(ours)(f"{name}: {ours}") from error


class SqliteDatabase:
    """Implements `postroad.db.Database`. Made by `open_sqlite`; used from one event loop."""

    def __init__(self, connection: apsw.Connection, path: str | None, readers: int) -> None:
        lock = threading.Lock()
        self._gate = Gate()
        self._closing: asyncio.Task[None] | None = None
        self._writer = Writer(connection, lock, self._written)
        self._questions: SimpleQueue[Job | None] = SimpleQueue()
        self._readers = [
            Reader(connection, lock, self._questions, self._answered)
            if path is None
            else Reader(open_reader(path), None, self._questions, self._answered)
            for _ in range(1 if path is None else readers)
        ]

    @property
    def commits(self) -> int:
        """Durable commits so far; with the number of writes it tells the mean batch."""
        return self._writer.commits

    async def write(self, unit: Unit[T], *, weight: int = 0) -> T:
        """Run `unit` and return its value once it is on disk; see `postroad.db.Database`.

        A caller that is cancelled while it waits does not know whether the unit took effect.
        """
        if not self._gate.try_enter(weight):
            await self._gate.enter(weight)
        if self._closing:
            self._gate.leave(weight)
            raise DatabaseClosed("the database is closed")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._writer.submit(Job(unit, future, weight))
        return cast(T, await future)

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on a snapshot; see `postroad.db.Database`."""
        if self._closing:
            raise DatabaseClosed("the database is closed")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._questions.put(Job(unit, future, 0))
        return cast(T, await future)

    async def close(self) -> None:
        """Finish what waits, then close. A second call waits for the first."""
        if self._closing is None:
            self._closing = asyncio.create_task(asyncio.to_thread(self._stop))
        await asyncio.shield(self._closing)

    def _stop(self) -> None:
        for _ in self._readers:
            self._questions.put(None)
        for reader in self._readers:
            reader.join()
        self._writer.stop()

    def _written(self, jobs: list[Job]) -> None:
        """From the writer's thread: one call into the event loop for the whole batch."""
        loop = jobs[0].future.get_loop()
        _tell(loop, self._report_written, loop, jobs)

    def _report_written(self, loop: asyncio.AbstractEventLoop, jobs: list[Job]) -> None:
        for job in jobs:
            self._gate.leave(job.weight)
            job.report(loop)

    def _answered(self, jobs: list[Job]) -> None:
        loop = jobs[0].future.get_loop()
        _tell(loop, jobs[0].report, loop)


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: object) -> None:
    """Run `call` in the event loop; when that has ended, nobody waits for the result."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *args)


def _run_alone(connection: apsw.Connection, unit: Unit[int]) -> int:
    """Run one unit before the writer's thread exists."""
    with connection:
        return unit(SqliteTransaction(connection.cursor()))
