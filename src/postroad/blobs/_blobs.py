"""Where message bytes come in and go out again."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from postroad.blobs import _rows
from postroad.blobs._files import Folder, explain
from postroad.blobs._rows import locate
from postroad.blobs._writer import BlobWriter
from postroad.blobs.errors import BlobCorrupt, BlobMissing
from postroad.db import Database, StorageFailed

T = TypeVar("T")

THREADS = 4
"""Threads for files; each waits for the disk most of its time."""

CHUNK = 256 * 1024
"""Octets of a large blob that a reader holds at once."""

GRACE = 3_600.0
"""Seconds that an unreferenced blob is kept: whoever is reading it may finish."""

ORPHAN_AGE = 86_400.0
"""Seconds after which a file that no row names is certainly nobody's."""


class Blobs:
    """The keeper of message bytes. Without a folder all blobs are inline (for tests).

    `failed` hears, in the event loop, of a file that could not be made durable (design §5).
    """

    def __init__(
        self,
        directory: Path | None,
        failed: Callable[[StorageFailed], None] = lambda error: None,
    ) -> None:
        self._folder = Folder(directory) if directory else None
        self._failed = failed
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="postroad-blobs")

    def writer(self) -> BlobWriter:
        """Return a writer for one message."""
        return BlobWriter(self._folder, self._pool, self._failed)

    async def read(self, db: Database, blob: bytes) -> bytes:
        """Return the whole of `blob`. Raises BlobMissing, BlobCorrupt."""
        return b"".join([chunk async for chunk in self.chunks(db, blob)])

    async def read_range(self, db: Database, blob: bytes, start: int, length: int) -> bytes:
        """Return at most `length` octets from `start`."""
        found = await db.read(lambda tx: locate(tx, blob))
        if found.data is not None:
            return found.data[start : start + length]
        fd = await self._open(blob, found.file)
        try:
            return await self._run(partial(os.pread, fd, length, start))
        finally:
            os.close(fd)

    async def chunks(
        self, db: Database, blob: bytes, start: int = 0, size: int = CHUNK
    ) -> AsyncIterator[bytes]:
        """Yield `blob` from `start` in chunks of `size` octets, one in memory at a time.

        Read from its beginning, a blob is checked against its digest before the last chunk leaves.
        Raises BlobMissing, BlobCorrupt.
        """
        found = await db.read(lambda tx: locate(tx, blob))
        if found.data is not None:
            for position in range(start, found.size, size):
                yield found.data[position : position + size]
            return
        fd = await self._open(blob, found.file)
        try:
            digest = hashlib.sha256()
            for position in range(start, found.size, size):
                chunk = await self._run(partial(_read_chunk, fd, size, position, digest))
                last = position + size >= found.size
                if len(chunk) < min(size, found.size - position) or (
                    last and start == 0 and digest.digest() != blob
                ):
                    raise BlobCorrupt(blob)
                yield chunk
        finally:
            os.close(fd)

    async def sweep(self, db: Database, now: float) -> int:
        """Remove what a crash left: unfinished files, and files no row names; return how many.

        `now` is the wall clock that files are dated by.
        """
        if self._folder is None:
            return 0
        count = await self._run(self._folder.clear_leftovers)
        files = self._folder.older_than(now - ORPHAN_AGE)
        while (found := await self._run(partial(next, files, None))) is not None:
            digest, name = found
            if not await db.read(partial(_rows.is_named, blob=digest, file=name)):
                await self._run(partial(self._folder.remove, name))
                count += 1
        return count

    async def collect(self, db: Database, now: float) -> int:
        """Remove blobs that nobody has referred to for GRACE seconds; return how many.

        Call it now and then; a blob goes at the second call that finds it idle.
        """
        while await db.write(partial(_rows.mark_idle, now=now)):
            pass
        count = 0
        while removed := await db.write(partial(_rows.remove_idle, before=now - GRACE)):
            count += len(removed)
            for name in filter(None, removed):
                if self._folder:
                    await self._run(partial(self._folder.remove, name))
        return count

    def close(self) -> None:
        """Let the threads end; files being written stay until the next sweep."""
        self._pool.shutdown(wait=True)

    async def _open(self, blob: bytes, name: str | None) -> int:
        if self._folder is None or name is None:
            raise BlobMissing(blob, "its file is in a folder that was not configured")
        try:
            return await self._run(partial(self._folder.open, name))
        except FileNotFoundError as error:
            raise BlobMissing(blob, f"its file {name} is gone") from error
        except OSError as error:
            raise explain(error) from error

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _read_chunk(fd: int, size: int, position: int, digest: hashlib._Hash) -> bytes:
    chunk = os.pread(fd, size, position)
    digest.update(chunk)
    return chunk
