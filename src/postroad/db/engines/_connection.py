"""How a SQLite connection is opened, and what its errors mean to us.

A page that changed on the disk is found when it is read: SQLite itself would not notice a byte that
turned one account's number into another's.

Standards: https://www.sqlite.org/rescode.html, https://www.sqlite.org/cksumvfs.html
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import apsw
from apsw import sqlite_extra

from postroad.db.errors import (
    DatabaseCorrupt,
    DatabaseError,
    StorageFailed,
    StorageFull,
)

BUSY_MS = 10_000
"""How long to wait for another process (`postroad account add` beside a server) to finish."""

STATEMENT_CACHE = 256
"""Prepared statements kept for each connection; the keepers have about a hundred."""

CACHE_KIB = 64 * 1024
"""Page cache of the writer: the upper levels of every index stay in memory."""

READ_CACHE_KIB = 8 * 1024
"""Page cache of each reader; the operating system's cache stands behind it."""

APPLICATION_ID = 0x504F5354
"""`POST`, in the file's header: our databases and other programs' (PRAGMA application_id)."""

_CHECKSUM_VFS = "cksmvfs"
_CHECKSUM_BYTES = 8  # at the end of each page (https://www.sqlite.org/cksumvfs.html)

_UNREADABLE = frozenset(
    {
        apsw.SQLITE_IOERR_READ,
        apsw.SQLITE_IOERR_SHORT_READ,
        apsw.SQLITE_IOERR_DATA,
        apsw.SQLITE_IOERR_CORRUPTFS,
    }
)
_SYNC = frozenset({apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC})
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


def checksums() -> str | None:
    """Return the name of the VFS that keeps a checksum in each page, None where there is none.

    It comes with apsw's wheels, and is loaded once for the process.
    """
    if _CHECKSUM_VFS not in apsw.vfs_names():
        loader = apsw.Connection(":memory:")
        try:
            sqlite_extra.load(loader, "cksumvfs")
        except (sqlite_extra.NotAvailable, apsw.Error):
            return None
        finally:
            loader.close()
    return _CHECKSUM_VFS


def open_writer(path: str | None) -> apsw.Connection:
    """Open the one connection that writes; None opens a database in memory."""
    if path is None:
        connection = apsw.Connection(":memory:", statementcachesize=STATEMENT_CACHE)
    else:
        _create_private(path)
        connection = apsw.Connection(path, vfs=checksums(), statementcachesize=STATEMENT_CACHE)
        _claim(connection, path)
        if connection.pragma("journal_mode", "WAL") != "wal":
            raise DatabaseError(f"{path} lies on a file system without shared memory maps")
        connection.pragma("synchronous", "FULL")
        connection.pragma("journal_size_limit", 64 * 1024 * 1024)
    _harden(connection, CACHE_KIB)
    return connection


def open_reader(path: str) -> apsw.Connection:
    """Open a connection that cannot write."""
    flags = apsw.SQLITE_OPEN_READONLY
    connection = apsw.Connection(
        path, flags=flags, vfs=checksums(), statementcachesize=STATEMENT_CACHE
    )
    _harden(connection, READ_CACHE_KIB)
    return connection


def translate(error: BaseException, connection: apsw.Connection | None = None) -> BaseException:
    """Return the error of ours that `error` stands for; what is not SQLite's stays as it is."""
    if not isinstance(error, apsw.Error):
        return error
    text = f"SQLite: {error}"
    if isinstance(error, apsw.FullError):
        return StorageFull(text)
    if isinstance(error, apsw.BusyError):
        return DatabaseError(f"{text}. Another process has been writing for too long; try again")
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return DatabaseCorrupt(f"{text}. Stop the server and restore a backup")
    if isinstance(error, apsw.IOError):
        return _translate_io(error, text, connection)
    return DatabaseError(text)


def _translate_io(
    error: apsw.IOError, text: str, connection: apsw.Connection | None
) -> DatabaseError:
    extended = getattr(error, "extendedresult", 0)
    if extended in _UNREADABLE:
        return DatabaseCorrupt(f"{text}. Stop the server, check the disk, restore a backup")
    system = connection.system_errno if connection is not None else 0
    if system in _NO_SPACE and extended not in _SYNC:
        return StorageFull(text)
    return StorageFailed(f"{text} ({os.strerror(system)})" if system else text)


def _create_private(path: str) -> None:
    """Make the file ours alone before SQLite does; its WAL and index take the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise DatabaseError(
            f"Cannot open the database {path}: {error.strerror}. Does the folder exist, and may "
            "this user write there?"
        ) from error


def _claim(connection: apsw.Connection, path: str) -> None:
    """Refuse a file that another program wrote; make an empty one ours, with checksums."""
    found = connection.pragma("application_id")
    if found == APPLICATION_ID:
        if connection.reserve_bytes() and not checksums():
            raise DatabaseError(f"{path} has checksums, which need apsw from a wheel")
        return
    if found or connection.pragma("schema_version") != 0:
        raise DatabaseError(f"{path} is a database of another program; choose another folder")
    if checksums():
        connection.reserve_bytes(reserve=_CHECKSUM_BYTES)
    connection.pragma("application_id", APPLICATION_ID)


def _harden(connection: apsw.Connection, cache_kib: int) -> None:
    connection.set_busy_timeout(BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.pragma("trusted_schema", "OFF")
    connection.pragma("cell_size_check", "ON")
    connection.pragma("temp_store", "MEMORY")
    connection.pragma("cache_size", -cache_kib)


def database_name(path: str | None) -> str:
    """What a person calls this database."""
    return "the database in memory" if path is None else str(Path(path))
