"""The port every keeper is written against: a synchronous transaction, and where units run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

Value = int | float | str | bytes | None
Row = tuple[Any, ...]
T = TypeVar("T")


class Transaction(Protocol):
    """Statements of one unit of work; it commits or vanishes as a whole."""

    def execute(self, sql: str, args: Sequence[Value] = ()) -> list[Row]:
        """Run one statement with `?` placeholders and return its rows (all of them; add LIMIT)."""
        ...

    def on_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run in the event loop, in order, once this unit of work is durable."""
        ...


Unit = Callable[[Transaction], T]
"""A unit of work: plain, synchronous, without I/O of its own; it may run again from the start."""


class Database(Protocol):
    """Runs units of work. Writes return after the commit is durable; reads see a snapshot."""

    async def write(self, unit: Unit[T], *, weight: int = 0) -> T:
        """Run `unit` and return its value once it is on disk. `weight`: octets it holds in memory.

        Raises whatever the unit raised (its effects are undone), StorageFull, StorageFailed.
        """
        ...

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on a snapshot; a statement that writes raises DatabaseError."""
        ...

    async def close(self) -> None:
        """Finish the units of work that wait, then close. Later calls raise DatabaseError."""
        ...
