"""A transaction in memory, without threads or an event loop: for tests of plain functions over one.

It runs the real schema on the real SQLite. What a commit means is the engines' business and is
tested there; here `committed` runs what waited for it. `MemoryDatabase` is the port over it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TypeVar

import apsw

from postroad.db import Row, Transaction, Unit, Value, migrate, shipped

T = TypeVar("T")


class MemoryTransaction:
    """One unit of work that never ends; `fresh` begins the next over the same rows."""

    def __init__(self, connection: apsw.Connection | None = None) -> None:
        self._connection = connection or _furnished()
        self._waiting: list[Callable[[], None]] = []

    def execute(self, sql: str, args: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return all its rows."""
        return self._connection.execute(sql, args).fetchall()

    def on_commit(self, call: Callable[[], None]) -> None:
        """Keep `call` for `committed`."""
        self._waiting.append(call)

    def committed(self) -> None:
        """Do what a commit does: run what waited for it."""
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()

    def fresh(self) -> MemoryTransaction:
        """Commit, and return the transaction of another unit of work."""
        self.committed()
        return MemoryTransaction(self._connection)

    def run(self, unit: Unit[T]) -> T:
        """Run `unit` in a transaction of its own: its effects vanish when it raises."""
        tx = MemoryTransaction(self._connection)
        tx.execute("SAVEPOINT run")
        try:
            result = unit(tx)
        except BaseException:
            tx.execute("ROLLBACK TO run")
            tx.execute("RELEASE run")
            raise
        tx.execute("RELEASE run")
        tx.committed()
        return result


def _furnished() -> apsw.Connection:
    """A new database in memory with today's schema."""
    connection = apsw.Connection(":memory:")
    connection.deserialize("main", _image())
    return connection


@cache
def _image() -> bytes:
    """The schema as octets: it is made once, as every test wants it."""
    tx = MemoryTransaction(apsw.Connection(":memory:"))
    migrate(lambda unit: unit(tx), shipped(), 0.0, "a test")
    return tx._connection.serialize("main")


class _Once(Exception):
    """Ends the first run of a unit that runs twice."""


class MemoryDatabase:
    """Implements `postroad.db.Database`: every unit runs at once, in the caller's thread.

    `refusals` are raised by the next writes, the first one first. With `twice` each unit runs once
    for nothing before it counts, as the port says that it may. A write waits `delay` seconds.
    """

    def __init__(self, *, twice: bool = False) -> None:
        self.tx = MemoryTransaction()
        self.refusals: list[Exception] = []
        self.delay = 0.0
        self.commits = 0
        self._twice = twice

    async def write(self, unit: Unit[T], *, weight: int = 0) -> T:
        """As the port says."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.refusals:
            raise self.refusals.pop(0)
        if self._twice:
            with suppress(_Once):
                self.tx.run(lambda tx: self._for_nothing(unit, tx))
        result = self.tx.run(unit)
        self.commits += 1
        return result

    async def read(self, unit: Unit[T]) -> T:
        """As the port says, except that a statement that writes is not refused."""
        return unit(self.tx)

    async def close(self) -> None:
        """Nothing is open."""

    def _for_nothing(self, unit: Unit[T], tx: Transaction) -> None:
        unit(tx)
        raise _Once
