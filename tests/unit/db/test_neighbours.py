"""Another process at the same file: `postroad account add` beside a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from postroad.db import DatabaseError, Transaction
from postroad.db.engines import _connection
from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.loop import on_loop


def domain(name: str) -> Callable[[Transaction], str]:
    def unit(tx: Transaction) -> str:
        tx.execute("INSERT INTO domain (name, created) VALUES (?, 1)", (name,))
        return name

    return unit


@on_loop
async def test_two_at_one_file_both_get_their_turn_and_see_each_other(tmp_path: Path) -> None:
    server, command = (open_sqlite(str(tmp_path / "test.sqlite")) for _ in range(2))
    names = [f"d{number}.test" for number in range(40)]
    units = [(server, command)[n % 2].write(domain(name)) for n, name in enumerate(names)]
    assert await asyncio.gather(*units) == names
    for database in (server, command):
        counted = await database.read(lambda tx: tx.execute("SELECT count(*) FROM domain"))
        assert counted == [(40,)]
        await database.close()


@on_loop
async def test_one_that_never_ends_is_named_and_costs_nobody_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_connection, "BUSY_MS", 20)
    database = open_sqlite(str(tmp_path / "test.sqlite"))
    other = apsw.Connection(str(tmp_path / "test.sqlite"), vfs=_connection.checksums())
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="Another process"):
        await database.write(domain("a.test"))
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(domain("a.test")) == "a.test"
    await database.close()


def test_a_database_with_checksums_is_not_opened_by_what_cannot_keep_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "test.sqlite")
    asyncio.run(open_and_close(path))
    monkeypatch.setattr(_connection, "checksums", lambda: None)
    with pytest.raises(DatabaseError, match="checksums"):
        open_sqlite(path)


@on_loop
async def test_without_checksums_from_the_start_it_serves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_connection, "checksums", lambda: None)
    database = open_sqlite(str(tmp_path / "test.sqlite"))
    assert await database.write(domain("a.test")) == "a.test"
    await database.close()


async def open_and_close(path: str) -> None:
    await open_sqlite(path).close()
