"""Large blobs as files: written aside, made durable, then moved to their place under their digest.

A file's name is its SHA-256 and a random suffix: two writers of the same bytes never share a file,
so removing one's leftovers cannot take the other's. Nothing is ever written in place.

Standards: POSIX rename(2), fsync(2)
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from postroad.db import DatabaseError, StorageFailed, StorageFull

TEMP = "tmp"
"""Folder of files that are being written, below the folder of blobs."""

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Folder:
    """The folder of blobs. All methods block; the event loop calls them through threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._session = secrets.token_hex(8)
        try:
            (root / TEMP).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error) from error

    def create(self) -> tuple[int, Path]:
        """Open a new file, for us alone (0600), below `tmp`."""
        path = self._root / TEMP / f"{self._session}-{secrets.token_hex(8)}"
        return os.open(path, _CREATE, 0o600), path

    def settle(self, fd: int, path: Path, blob: bytes) -> str:
        """Make the file durable, close it and move it to its place; return its name below root."""
        try:
            os.fdatasync(fd)
        except OSError as error:  # even ENOSPC: what was written may be lost without a trace
            raise StorageFailed(f"sync of {path} failed: {error.strerror}") from error
        finally:
            os.close(fd)
        digest = blob.hex()
        name = f"{digest[:2]}/{digest}-{secrets.token_hex(4)}"
        folder = self._root / digest[:2]
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._root)
        path.rename(self._root / name)
        _sync_folder(folder)
        return name

    def open(self, name: str) -> int:
        """Open a blob's file for reading."""
        return os.open(self._root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def remove(self, name: str) -> None:
        """Remove a blob's file if it is there."""
        (self._root / name).unlink(missing_ok=True)

    def clear_leftovers(self) -> int:
        """Remove files that an earlier process did not finish; return how many."""
        count = 0
        for path in (self._root / TEMP).iterdir():
            if not path.name.startswith(self._session):
                path.unlink(missing_ok=True)
                count += 1
        return count

    def older_than(self, when: float) -> Iterator[tuple[bytes, str]]:
        """Yield the digest and name of each blob's file last written before `when`."""
        for folder in sorted(self._root.iterdir()):
            if folder.name == TEMP or not folder.is_dir():
                continue
            for entry in os.scandir(folder):
                digest = entry.name.partition("-")[0]
                if entry.stat(follow_symlinks=False).st_mtime < when and _is_digest(digest):
                    yield bytes.fromhex(digest), f"{folder.name}/{entry.name}"


def write_all(fd: int, pieces: Sequence[bytes]) -> None:
    """Write every octet of `pieces`."""
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(fd, view) :]


def explain(error: OSError) -> DatabaseError:
    """Say what a failed file operation means for the message."""
    text = f"{error.filename or 'a blob file'}: {error.strerror}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(text)
    if error.errno in (errno.EIO, errno.EROFS):
        return StorageFailed(text)
    return DatabaseError(text)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(character in "0123456789abcdef" for character in text)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    except OSError as error:
        raise StorageFailed(f"sync of {folder} failed: {error.strerror}") from error
    finally:
        os.close(fd)
