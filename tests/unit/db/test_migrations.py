"""The schema's steps: numbered, applied once, whole or not at all, and never backwards."""

from __future__ import annotations

import stat
from pathlib import Path

import apsw
import pytest

from postroad.db import (
    DatabaseCorrupt,
    DatabaseError,
    DatabaseTooNew,
    Migration,
    Transaction,
    migrate,
    shipped,
)
from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.database import MemoryTransaction
from postroad.testing.loop import on_loop

FIRST = Migration(1, "first", "CREATE TABLE a (x BIGINT);")
SECOND = Migration(2, "second", "CREATE TABLE b (x BIGINT); CREATE TABLE a (y BIGINT);")


@pytest.fixture
def memory() -> MemoryTransaction:
    """A transaction without any schema."""
    return MemoryTransaction(apsw.Connection(":memory:"))


def applied(tx: Transaction) -> list[int]:
    return [row[0] for row in tx.execute("SELECT number FROM migration ORDER BY number")]


def test_ours_are_numbered_from_one_without_a_gap() -> None:
    assert [migration.number for migration in shipped()] == list(range(1, len(shipped()) + 1))


def test_each_is_applied_once(memory: MemoryTransaction) -> None:
    for _ in range(2):
        migrate(memory.run, [FIRST], 5.0, "here")
    assert applied(memory) == [1]


def test_one_that_fails_leaves_those_before_it_and_nothing_of_itself(
    memory: MemoryTransaction,
) -> None:
    with pytest.raises(apsw.SQLError, match="already exists"):
        migrate(memory.run, [FIRST, SECOND], 5.0, "here")
    assert applied(memory) == [1]
    assert memory.execute("SELECT name FROM sqlite_schema WHERE name = 'b'") == []


def test_a_database_of_a_newer_version_is_refused_in_a_clear_sentence(
    memory: MemoryTransaction,
) -> None:
    migrate(memory.run, [FIRST], 5.0, "here")
    memory.execute("INSERT INTO migration VALUES (2, 'of tomorrow', 9.0)")
    with pytest.raises(DatabaseTooNew, match=r"here has schema version 2.*up to 1.*newer Postroad"):
        migrate(memory.run, [FIRST], 5.0, "here")


def open_and_say(path: Path) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        open_sqlite(str(path))
    return caught.value


@on_loop
async def test_a_newer_database_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "test.sqlite"
    database = open_sqlite(str(path))
    await database.write(lambda tx: tx.execute("INSERT INTO migration VALUES (9999, 'next', 0)"))
    await database.close()
    before = path.read_bytes()
    error = open_and_say(path)
    assert isinstance(error, DatabaseTooNew) and str(path) in str(error)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    assert "another program" in str(open_and_say(path))
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear reader, this is not a database. " * 100)
    error = open_and_say(path)
    assert isinstance(error, DatabaseCorrupt) and str(path) in str(error)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "test.sqlite"
    assert f"Cannot open the database {path}" in str(open_and_say(path))


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


@on_loop
async def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    database = open_sqlite(str(tmp_path / "test.sqlite"))
    await database.write(lambda tx: tx.execute("DELETE FROM domain"))
    assert modes_in(tmp_path) == dict.fromkeys(
        ["test.sqlite", "test.sqlite-wal", "test.sqlite-shm"], 0o600
    )
    await database.close()


@on_loop
async def test_a_commit_is_durable_by_setting(tmp_path: Path) -> None:
    database = open_sqlite(str(tmp_path / "test.sqlite"))
    settings = await database.write(
        lambda tx: [tx.execute(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous")]
    )
    assert settings == ["wal", 2]
    await database.close()
