"""A unit of work on its way through a thread, and how its result comes back to the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import apsw

from postroad.db._ports import Row, Unit, Value
from postroad.db.engines._connection import translate
from postroad.db.errors import DatabaseError


class _Gone:
    """Stands for the cursor of a transaction that SQLite has rolled back by itself."""

    def execute(self, sql: str, args: Sequence[Value]) -> NoReturn:
        raise DatabaseError("the transaction of this unit of work was rolled back")


class SqliteTransaction:
    """The transaction that one run of one unit of work sees."""

    __slots__ = ("__weakref__", "_connection", "_cursor", "callbacks")

    def __init__(self, cursor: apsw.Cursor) -> None:
        self._cursor: apsw.Cursor | _Gone = cursor
        self._connection = cursor.connection
        self.callbacks: list[Callable[[], None]] = []

    def execute(self, sql: str, args: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return all its rows. Raises DatabaseError.

        After an error that cost the transaction, no statement runs any more: outside of it, it
        would be committed alone.
        """
        try:
            return self._cursor.execute(sql, args).fetchall()
        except apsw.Error as error:
            if not self._connection.in_transaction:
                self._cursor = _Gone()
            raise translate(error, self._connection) from error

    def on_commit(self, call: Callable[[], None]) -> None:
        """Keep `call` for the event loop, after the commit."""
        self.callbacks.append(call)


class SqliteSnapshot:
    """What a reading unit sees: it cannot write, so nothing is ever committed."""

    __slots__ = ("__weakref__", "_cursor")

    def __init__(self, cursor: apsw.Cursor) -> None:
        self._cursor = cursor

    def execute(self, sql: str, args: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return all its rows. Raises DatabaseError."""
        try:
            return self._cursor.execute(sql, args).fetchall()
        except apsw.Error as error:
            raise translate(error, self._cursor.connection) from error

    def on_commit(self, call: Callable[[], None]) -> None:
        """Refuse: a read commits nothing."""
        raise DatabaseError("a unit of work given to read() cannot wait for a commit")


class Job:
    """One unit of work, who waits for it, and what became of it."""

    __slots__ = ("callbacks", "error", "future", "result", "unit", "weight")

    def __init__(self, unit: Unit[Any], future: asyncio.Future[Any], weight: int) -> None:
        self.unit = unit
        self.future = future
        self.weight = weight
        self.result: Any = None
        self.error: BaseException | None = None
        self.callbacks: list[Callable[[], None]] = []

    def fail(self, error: BaseException) -> None:
        """Nothing of this unit took effect, because of `error`."""
        if isinstance(error, StopIteration):  # the one that a future cannot hold
            error = RuntimeError(f"a unit of work raised {error!r}")
        self.error = error
        self.result = None
        self.callbacks = []

    def report(self, loop: asyncio.AbstractEventLoop) -> None:
        """In the event loop: tell the watchers, then whoever waits."""
        for call in self.callbacks:
            try:
                call()
            except Exception as error:  # a watcher's fault is not the writer's
                loop.call_exception_handler({"message": "on_commit failed", "exception": error})
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)
