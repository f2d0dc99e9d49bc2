"""Every engine passes the same contracts: each test opens its database through `opened`.

The engines so far are SQLite in memory and SQLite in a file; another is one more name in ENGINES.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from postroad.db import Database
from postroad.db.engines.sqlite import open_sqlite

Opener = Callable[[], AbstractAsyncContextManager[Database]]
ENGINES = ("sqlite-memory", "sqlite-file")


@pytest.fixture(params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Open an empty database of one engine for the length of an `async with`."""
    path = str(tmp_path / "test.sqlite") if request.param == "sqlite-file" else None

    @asynccontextmanager
    async def open_one() -> AsyncIterator[Database]:
        database = open_sqlite(path)
        try:
            yield database
        finally:
            await database.close()

    return open_one
