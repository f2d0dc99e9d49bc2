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
from postroad.db.engines._aside import Aside
from postroad.db.engines._connection import database_name, open_reader, open_writer, translate
from postroad.db.engines._gate import Gate
from postroad.db.engines._reader import Reader
from postroad.db.engines._work import Job, SqliteTransaction
from postroad.db.engines._writer import Writer
from postroad.db.errors import DatabaseClosed

T = TypeVar("T")

READERS = 3
"""Reading threads; a short read finds one even while two long ones run."""

STAND_ASIDE = 0.002
"""Longest time in seconds that the event loop waits for reads: some twenty look-ups."""


def open_sqlite(
    path: str | None, *, now: Callable[[], float] = time.time, readers: int = READERS
) -> SqliteDatabase:
    """Open the database at `path`, or one in memory for None, and bring its schema up to date.

    Blocks while it does so. `now` gives seconds since the epoch for the record of migrations.
    Raises DatabaseTooNew, DatabaseCorrupt, StorageFull, or DatabaseError; each with a sentence.
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
    """Implements `postroad.db.Database`. Made by `open_sqlite`; used from one event loop at a time.

    Units of work that are written in one turn of the event loop, or while the disk syncs, share the
    next commit. One batch is with the writer at a time; no timer delays anything.
    """

    def __init__(self, connection: apsw.Connection, path: str | None, readers: int) -> None:
        lock = threading.Lock()
        self._begin(None)
        self._closing: asyncio.Task[None] | None = None
        self._writer = Writer(connection, lock, self._written)
        self._asked: list[Job] = []
        self._aside = Aside()
        self._questions: SimpleQueue[Job | None] = SimpleQueue()
        self._readers = [
            Reader(connection, lock, self._questions, self._aside, self._answered)
            if path is None
            else Reader(open_reader(path), None, self._questions, self._aside, self._answered)
            for _ in range(1 if path is None else readers)
        ]

    def _begin(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Serve the callers of `loop`; those of a loop that has ended wait for nothing any more."""
        self._loop = loop
        self._gate = Gate()
        self._waiting: list[Job] = []
        self._flush_due = False  # a turn of the event loop will hand over what waits
        self._writing = False  # a batch is with the writer
        self._idle: asyncio.Future[None] | None = None

    @property
    def commits(self) -> int:
        """Durable commits so far; with the number of writes it tells the mean batch."""
        return self._writer.commits

    async def write(self, unit: Unit[T], *, weight: int = 0) -> T:
        """Run `unit` and return its value once it is on disk; see `postroad.db.Database`.

        A caller that is cancelled while it waits does not know whether the unit took effect.
        """
        if self._closing:
            raise DatabaseClosed("the database is closed")
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._begin(loop)
        if not self._gate.try_enter(weight):
            await self._gate.enter(weight)
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting.append(Job(unit, future, weight))
        self._flush_soon(loop)
        return cast(T, await future)

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on a snapshot; see `postroad.db.Database`."""
        if self._closing:
            raise DatabaseClosed("the database is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if not self._asked:
            loop.call_soon(self._ask)
        self._asked.append(Job(unit, future, 0))
        return cast(T, await future)

    async def close(self) -> None:
        """Finish what waits, then close. A second call waits for the first."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        loop = asyncio.get_running_loop()
        if loop is self._loop and not self._gate.empty:
            self._idle = loop.create_future()
            await self._idle
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        for _ in self._readers:
            self._questions.put(None)
        for reader in self._readers:
            reader.join()
        self._writer.stop()

    def _flush_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the rest of this turn of the event loop add its units to the batch."""
        if not (self._flush_due or self._writing):
            self._flush_due = True
            loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        batch, self._waiting = self._waiting, []
        if batch:
            self._writing = True
            self._writer.submit(batch)

    def _written(self, jobs: list[Job]) -> None:
        """From the writer's thread: one call into the event loop for the whole batch."""
        loop = jobs[0].future.get_loop()
        _tell(loop, self._report_written, loop, jobs)

    def _report_written(self, loop: asyncio.AbstractEventLoop, jobs: list[Job]) -> None:
        self._writing = False
        for job in jobs:
            self._gate.leave(job.weight)
            job.report(loop)
        if self._waiting:
            self._flush_soon(loop)
        elif self._idle and self._gate.empty:
            self._idle.set_result(None)

    def _ask(self) -> None:
        """Hand over the reads of this turn of the event loop, and let them run first."""
        asked, self._asked = self._asked, []
        self._aside.begin()
        for job in asked:
            self._questions.put(job)
        self._aside.wait(STAND_ASIDE)

    def _answered(self, job: Job) -> None:
        loop = job.future.get_loop()
        _tell(loop, job.report, loop)


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: object) -> None:
    """Run `call` in the event loop; when that has ended, nobody waits for the result."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *args)


def _run_alone(connection: apsw.Connection, unit: Unit[int]) -> int:
    """Run one unit before the writer's thread exists."""
    tx = SqliteTransaction(connection.cursor())
    tx.execute("BEGIN IMMEDIATE")
    try:
        result = unit(tx)
        tx.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            tx.execute("ROLLBACK")
        raise
    return result
