"""One copy for all who refer to it, and none for nobody."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest

from postroad import blobs
from postroad.blobs import BlobMissing
from postroad.testing.loop import on_loop

Keep = Callable[[], AbstractAsyncContextManager[Any]]
LARGE = random.Random(1).randbytes(200_000)
SMALL = b"small"
NOW = 1_800_000_000.0
HOUR, DAY = 3_601.0, 86_401.0


async def refs(keeper: Any) -> list[int]:
    rows = await keeper.db.read(lambda tx: tx.execute("SELECT refs FROM blob ORDER BY size"))
    return [row[0] for row in rows]


async def collect_at(keeper: Any, *times: float) -> list[int]:
    return [await keeper.blobs.collect(keeper.db, time) for time in times]


@pytest.mark.parametrize("data", [SMALL, LARGE])
@on_loop
async def test_the_same_bytes_are_kept_once_with_all_their_references(
    kept: Keep, data: bytes
) -> None:
    async with kept() as keeper:
        first = await keeper.keep(data)
        second = await keeper.keep(data, refs=2)
        keeper.blobs.close()
        assert await refs(keeper) == [3]
        assert keeper.files() == ([first.file] if first.file else [])
        assert first.id == second.id


@on_loop
async def test_references_are_given_back_and_never_more_than_there_are(kept: Keep) -> None:
    async with kept() as keeper:
        blob = await keeper.keep(SMALL, refs=2)
        await keeper.db.write(partial(blobs.add_refs, blob=blob.id, refs=3))
        await keeper.release(blob, 5)
        with pytest.raises(BlobMissing):
            await keeper.release(blob)
        assert await refs(keeper) == [0]


@on_loop
async def test_a_reference_to_nothing_is_refused(kept: Keep) -> None:
    async with kept() as keeper:
        with pytest.raises(BlobMissing):
            await keeper.db.write(partial(blobs.add_refs, blob=b"\0" * 32, refs=1))


@pytest.mark.parametrize("data", [SMALL, LARGE])
@on_loop
async def test_an_unreferenced_blob_goes_after_its_grace_and_not_before(
    kept: Keep, data: bytes
) -> None:
    async with kept() as keeper:
        await keeper.release(await keeper.keep(data))
        assert await collect_at(keeper, NOW, NOW + 60) == [0, 0]
        assert await collect_at(keeper, NOW + HOUR) == [1]
        assert await refs(keeper) == [] and keeper.files() == []


@on_loop
async def test_a_blob_that_is_referred_to_again_in_its_grace_stays(kept: Keep) -> None:
    async with kept() as keeper:
        blob = await keeper.keep(LARGE)
        await keeper.release(blob)
        assert await collect_at(keeper, NOW) == [0]
        await keeper.keep(LARGE)
        assert await collect_at(keeper, NOW + HOUR, NOW + 2 * HOUR) == [0, 0]
        assert await keeper.blobs.read(keeper.db, blob.id) == LARGE


@on_loop
async def test_a_writer_of_the_same_bytes_never_loses_its_file_to_the_collector(
    kept: Keep,
) -> None:
    async with kept() as keeper:
        await keeper.release(await keeper.keep(LARGE))
        await collect_at(keeper, NOW)
        blob = await keeper.finish([LARGE])
        assert await collect_at(keeper, NOW + HOUR) == [1]
        await keeper.db.write(partial(blobs.put, blob=blob))
        assert await keeper.blobs.read(keeper.db, blob.id) == LARGE


@on_loop
async def test_the_sweep_removes_what_a_crash_left_and_nothing_else(kept: Keep) -> None:
    async with kept() as keeper:
        blob = await keeper.keep(LARGE)
        young, old = [await keeper.finish([LARGE, more]) for more in (b"1", b"2")]
        (keeper.folder / "tmp" / "of-an-earlier-process").write_bytes(b"half a mess")
        for stored in (blob, old):
            os.utime(keeper.folder / stored.file, (NOW - DAY, NOW - DAY))
        os.utime(keeper.folder / young.file, (NOW, NOW))
        assert await keeper.blobs.sweep(keeper.db, NOW) == 2
        assert keeper.files() == sorted([blob.file, young.file])


@on_loop
async def test_the_sweep_leaves_alone_what_is_being_written(kept: Keep) -> None:
    async with kept() as keeper:
        writer = keeper.blobs.writer()
        await writer.write(LARGE)
        assert await keeper.blobs.sweep(keeper.db, NOW) == 0
        blob = await writer.finish()
        await keeper.db.write(partial(blobs.put, blob=blob))
        assert await keeper.blobs.read(keeper.db, blob.id) == LARGE
