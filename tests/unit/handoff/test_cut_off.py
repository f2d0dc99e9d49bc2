"""A session that is cut off while its message is committed leaves the bytes where the row says."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from postroad.blobs import Blobs, StoredBlob, put
from postroad.db import Database, StorageFailed
from postroad.db.engines.sqlite import open_sqlite
from postroad.handoff import Arrival, Taken
from postroad.handoff.session import ReceivingSession
from postroad.testing.loop import on_loop

BODY = b"Subject: large\r\n\r\n" + b"and so on\r\n" * 40_000


class Committing:
    """Commits, and then does not answer: the reply is still on its way when the server stops."""

    def __init__(self, db: Database, failure: Exception | None = None) -> None:
        self._db = db
        self._failure = failure
        self.committed = asyncio.Event()

    async def take(self, arrival: Arrival, stored: StoredBlob, facts: Any, **_: Any) -> Taken:
        await self._db.write(lambda tx: put(tx, stored))
        self.committed.set()
        if self._failure:
            raise self._failure
        await asyncio.Event().wait()
        raise AssertionError("it was to be cancelled")


class Session(ReceivingSession[StoredBlob]):
    async def conclude(self) -> Any:
        arrival, stored = await self.reception.finish(1.0, lambda header: b"")
        return await self.hand_over(arrival, stored, [])


async def receive(acceptor: Committing, blobs: Blobs) -> asyncio.Task[Any]:
    session = Session(stream=None, acceptor=acceptor)  # type: ignore[arg-type]
    session.reception.begin("trace", blobs.writer())
    await session.reception.write(BODY)
    task = asyncio.create_task(session.data_end())
    await acceptor.committed.wait()
    return task


@on_loop
async def test_cancelled_behind_the_commit_the_file_stays(tmp_path: Path) -> None:
    db, blobs = open_sqlite(None), Blobs(tmp_path)
    task = await receive(Committing(db), blobs)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await blobs.read(db, await only_blob(db)) == BODY
    blobs.close()
    await db.close()


@on_loop
async def test_so_it_does_when_nobody_knows_whether_the_commit_is_durable(tmp_path: Path) -> None:
    db, blobs = open_sqlite(None), Blobs(tmp_path)
    task = await receive(Committing(db, StorageFailed("sync failed")), blobs)
    with pytest.raises(StorageFailed):
        await task
    assert await blobs.read(db, await only_blob(db)) == BODY
    blobs.close()
    await db.close()


async def only_blob(db: Database) -> bytes:
    ((blob,),) = await db.read(lambda tx: tx.execute("SELECT id FROM blob"))
    return bytes(blob)
