"""A full disk passes; a broken one ends the service; neither loses a neighbour."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from postroad.db import (
    DatabaseCorrupt,
    DatabaseError,
    StorageFailed,
    StorageFull,
    Transaction,
)
from postroad.db.engines._connection import translate
from postroad.db.engines.sqlite import SqliteDatabase, open_sqlite
from postroad.testing.loop import on_loop


def fill(octets: int) -> Callable[[Transaction], int]:
    def unit(tx: Transaction) -> int:
        tx.execute("INSERT INTO filling (octets) VALUES (zeroblob(?))", (octets,))
        return octets

    return unit


async def opened(path: Path | None) -> SqliteDatabase:
    database = open_sqlite(str(path) if path else None)
    await database.write(lambda tx: tx.execute("CREATE TABLE filling (octets BLOB)"))
    return database


async def limit_pages(database: SqliteDatabase, more: int) -> None:
    """Let the database grow by `more` pages and no further."""
    (count,) = (await database.read(lambda tx: tx.execute("PRAGMA page_count")))[0]
    await database.write(lambda tx: tx.execute(f"PRAGMA max_page_count = {count + more}"))


@pytest.fixture(params=["memory", "file"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "test.sqlite" if request.param == "file" else None


@on_loop
async def test_only_the_units_that_do_not_fit_fail_when_the_database_is_full(
    path: Path | None,
) -> None:
    database = await opened(path)
    await limit_pages(database, 30)
    sizes = [1_000, 2_000, 900_000, 3_000, 800_000, 4_000]
    writes = (database.write(fill(size)) for size in sizes)
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [isinstance(r, StorageFull) for r in results] == [False, False, True, False, True, False]
    kept = await database.read(lambda tx: tx.execute("SELECT length(octets) FROM filling"))
    assert [row[0] for row in kept] == [1_000, 2_000, 3_000, 4_000]
    await database.close()


@on_loop
async def test_service_goes_on_when_there_is_space_again(path: Path | None) -> None:
    database = await opened(path)
    await limit_pages(database, 10)
    with pytest.raises(StorageFull):
        await database.write(fill(500_000))
    await limit_pages(database, 500)
    assert await database.write(fill(500_000)) == 500_000
    await database.close()


class Disk:
    """Makes the writes of SQLite's files fail with an error number of the test's choice."""

    def __init__(self) -> None:
        self.error = 0
        self._vfs = apsw.VFS("", "unix")
        self._libc = ctypes.CDLL(None, use_errno=True)
        kind = ctypes.CFUNCTYPE(
            ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64,
            use_errno=True,
        )  # fmt: skip
        self._pwrite = kind(self._write)
        self._address = ctypes.cast(self._pwrite, ctypes.c_void_p).value
        for name in ("pwrite", "pwrite64"):
            self._vfs.xSetSystemCall(name, self._address)

    def _write(self, fd: int, data: int, count: int, offset: int) -> int:
        if self.error:
            ctypes.set_errno(self.error)
            return -1
        done: int = self._libc.pwrite(
            fd, ctypes.c_void_p(data), ctypes.c_size_t(count), ctypes.c_int64(offset)
        )
        return done

    def restore(self) -> None:
        self._vfs.xSetSystemCall(None, 0)


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    disk.restore()


@on_loop
async def test_a_disk_without_space_refuses_and_later_serves_again(
    tmp_path: Path, disk: Disk
) -> None:
    database = await opened(tmp_path / "test.sqlite")
    disk.error = errno.ENOSPC
    results = await asyncio.gather(
        *(database.write(fill(10_000)) for _ in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [StorageFull] * 3
    assert await database.read(lambda tx: tx.execute("SELECT count(*) FROM filling")) == [(0,)]
    disk.error = 0
    assert await database.write(fill(10_000)) == 10_000
    await database.close()


@on_loop
async def test_after_a_failed_write_nothing_more_is_accepted(tmp_path: Path, disk: Disk) -> None:
    database = await opened(tmp_path / "test.sqlite")
    await database.write(fill(1))
    disk.error = errno.EIO
    with pytest.raises(StorageFailed):
        await database.write(fill(10_000))
    disk.error = 0
    with pytest.raises(StorageFailed):
        await database.write(fill(1))
    assert await database.read(lambda tx: tx.execute("SELECT count(*) FROM filling")) == [(1,)]
    await database.close()


@on_loop
async def test_a_real_limit_of_the_system_is_a_failed_write(tmp_path: Path) -> None:
    database = await opened(tmp_path / "test.sqlite")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(StorageFailed):
            await database.write(fill(900_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await database.close()


class Fault(apsw.IOError):
    """SQLite's I/O error with an extended code."""

    def __init__(self, extended: int) -> None:
        super().__init__("disk I/O error")
        self.extendedresult = extended


@pytest.mark.parametrize(
    ("extended", "ours"),
    [
        (apsw.SQLITE_IOERR_FSYNC, StorageFailed),
        (apsw.SQLITE_IOERR_DIR_FSYNC, StorageFailed),
        (apsw.SQLITE_IOERR_WRITE, StorageFailed),
        (apsw.SQLITE_IOERR_READ, DatabaseCorrupt),
        (apsw.SQLITE_IOERR_SHORT_READ, DatabaseCorrupt),
        (apsw.SQLITE_IOERR_DATA, DatabaseCorrupt),
    ],
)
def test_a_failed_sync_ends_the_service_and_a_failed_read_does_not(
    extended: int, ours: type[DatabaseError]
) -> None:
    assert type(translate(Fault(extended))) is ours


def test_an_error_that_is_not_sqlites_stays_as_it_is() -> None:
    error = ValueError("mine")
    assert translate(error) is error
