"""A database in memory and a folder of blobs beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from postroad import blobs
from postroad.blobs import Blobs, StoredBlob
from postroad.db import Database
from postroad.db.engines.sqlite import open_sqlite


@dataclass
class Keeper:
    """Blobs with their database."""

    db: Database
    blobs: Blobs
    folder: Path

    async def finish(self, pieces: Iterable[bytes]) -> StoredBlob:
        """Write one blob without a row for it."""
        writer = self.blobs.writer()
        for piece in pieces:
            await writer.write(piece)
        return await writer.finish()

    async def keep(self, data: bytes, refs: int = 1) -> StoredBlob:
        """Write one blob and refer to it."""
        blob = await self.finish([data])
        await self.db.write(partial(blobs.put, blob=blob, refs=refs))
        return blob

    async def release(self, blob: StoredBlob, refs: int = 1) -> None:
        await self.db.write(partial(blobs.release, blob=blob.id, refs=refs))

    def files(self) -> list[str]:
        """Names below the folder, unfinished ones too."""
        found = self.folder.rglob("*")
        return sorted(str(path.relative_to(self.folder)) for path in found if path.is_file())


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[Keeper]]:
    @asynccontextmanager
    async def open_one() -> AsyncIterator[Keeper]:
        db, folder = open_sqlite(None), tmp_path / "blobs"
        keeper = Keeper(db, Blobs(folder), folder)
        yield keeper
        keeper.blobs.close()
        await db.close()

    return open_one
