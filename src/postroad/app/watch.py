"""A database that tells when its disk has failed, so that the process can stop taking mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from postroad.db import Database, StorageFailed, Unit

T = TypeVar("T")


class WatchedDatabase:
    """Implements `postroad.db.Database` over another one."""

    def __init__(self, inner: Database, failed: Callable[[StorageFailed], None]) -> None:
        self._inner = inner
        self._failed = failed

    async def write(self, unit: Unit[T], *, weight: int = 0) -> T:
        """As the port says; a failed disk is also told to the watcher (design §5)."""
        try:
            return await self._inner.write(unit, weight=weight)
        except StorageFailed as error:
            self._failed(error)
            raise

    async def read(self, unit: Unit[T]) -> T:
        """As the port says."""
        return await self._inner.read(unit)

    async def close(self) -> None:
        """As the port says."""
        await self._inner.close()
