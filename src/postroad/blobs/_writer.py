"""Takes a message's bytes as they come, and keeps few of them in memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from postroad.blobs._compression import compress
from postroad.blobs._files import Folder, explain, write_all
from postroad.blobs._rows import INLINE_LIMIT, StoredBlob
from postroad.db import StorageFailed

T = TypeVar("T")

PIECE = 64 * 1024
"""Octets of a large message gathered before they go to the file."""

BRISK = 16 * 1024
"""Largest message hashed and compressed in the event loop itself: 70 µs, and a thread costs as
much."""


class BlobWriter:
    """One message on its way in. Ends with `finish` or `abort`; after an error, call `abort`."""

    def __init__(
        self,
        folder: Folder | None,
        pool: Executor,
        failed: Callable[[StorageFailed], None] = lambda error: None,
    ) -> None:
        self._folder = folder
        self._pool = pool
        self._failed = failed
        self._pieces: list[bytes] = []
        self._held = 0
        self._size = 0
        self._limit = INLINE_LIMIT
        self._digest = hashlib.sha256()
        self._file: tuple[int, Path] | None = None
        self._settled: StoredBlob | None = None
        self._work: asyncio.Future[Any] | None = None

    async def write(self, data: bytes) -> None:
        """Take `data`. Raises StorageFull or StorageFailed when a file cannot take it."""
        self._pieces.append(data)
        self._held += len(data)
        self._size += len(data)
        if self._held > self._limit and self._folder:
            await self._in_thread(self._spill)

    async def finish(self) -> StoredBlob:
        """Return the blob, compressed in memory or durable in its file; then `put` it."""
        if self._file:
            self._settled = await self._in_thread(self._settle)
        elif self._size <= BRISK:
            self._settled = self._pack()
        else:
            self._settled = await self._in_thread(self._pack)
        return self._settled

    async def abort(self) -> None:
        """Throw everything away; after `finish` only when the blob was not `put`."""
        self._pieces.clear()
        if self._work and not self._work.done():
            await asyncio.wait([self._work])
        if self._file or self._settled:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._remove)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run `work` in the pool; a cancelled caller leaves it running: `abort` waits for it."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, _explained, work)
        self._work = future
        try:
            return await asyncio.shield(future)
        except StorageFailed as error:
            self._failed(error)
            raise

    def _spill(self) -> None:
        assert self._folder is not None
        if self._file is None:
            self._file = self._folder.create()
            self._limit = PIECE
        pieces, self._pieces, self._held = self._pieces, [], 0
        for piece in pieces:
            self._digest.update(piece)
        write_all(self._file[0], pieces)

    def _settle(self) -> StoredBlob:
        assert self._folder is not None
        self._spill()
        assert self._file is not None
        (fd, path), self._file = self._file, None
        digest = self._digest.digest()
        try:
            name = self._folder.settle(fd, path, digest)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return StoredBlob(digest, self._size, file=name, discard=partial(self._discard, name))

    def _pack(self) -> StoredBlob:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return StoredBlob(hashlib.sha256(data).digest(), self._size, data=compress(data))

    def _discard(self, name: str) -> None:
        """Another row has the same bytes: this file is not needed."""
        assert self._folder is not None
        self._pool.submit(self._folder.remove, name)

    def _remove(self) -> None:
        if self._file:
            (fd, path), self._file = self._file, None
            os.close(fd)
            path.unlink(missing_ok=True)
        elif self._settled and self._settled.file and self._folder:
            self._folder.remove(self._settled.file)


def _explained(work: Callable[[], T]) -> T:
    try:
        return work()
    except OSError as error:
        raise explain(error) from error
