"""Bytes come back as they went in, however large and however read."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest

from postroad import blobs
from postroad.blobs import INLINE_LIMIT, BlobMissing
from postroad.testing.loop import on_loop

Keep = Callable[[], AbstractAsyncContextManager[Any]]
SIZES = (0, 1, 5_000, 20_000, INLINE_LIMIT, INLINE_LIMIT + 1, 700_001)


def some_bytes(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
@on_loop
async def test_a_blob_is_read_as_it_was_written(kept: Keep, size: int) -> None:
    data = some_bytes(size)
    async with kept() as keeper:
        blob = await keeper.keep(data)
        assert (blob.id, blob.size) == (hashlib.sha256(data).digest(), size)
        assert await keeper.blobs.read(keeper.db, blob.id) == data


@pytest.mark.parametrize("piece", [1_000, 65_536, 300_000])
@on_loop
async def test_the_slices_in_which_it_came_make_no_difference(kept: Keep, piece: int) -> None:
    data = some_bytes(500_000)
    async with kept() as keeper:
        blob = await keeper.finish(data[i : i + piece] for i in range(0, len(data), piece))
        await keeper.db.write(partial(blobs.put, blob=blob))
        assert blob.id == hashlib.sha256(data).digest()
        assert await keeper.blobs.read(keeper.db, blob.id) == data


@on_loop
async def test_only_what_is_large_becomes_a_file(kept: Keep) -> None:
    async with kept() as keeper:
        small = await keeper.keep(some_bytes(INLINE_LIMIT))
        large = await keeper.keep(some_bytes(INLINE_LIMIT + 1))
        assert small.file is None and keeper.files() == [large.file]


@pytest.mark.parametrize("size", [1_000, 400_000])
@pytest.mark.parametrize(("start", "length"), [(0, 10), (500, 100), (990, 100), (400_001, 5)])
@on_loop
async def test_a_range_is_a_slice(kept: Keep, size: int, start: int, length: int) -> None:
    data = some_bytes(size)
    async with kept() as keeper:
        blob = await keeper.keep(data)
        got = await keeper.blobs.read_range(keeper.db, blob.id, start, length)
        assert got == data[start : start + length]


@pytest.mark.parametrize("size", [1_000, 400_000])
@pytest.mark.parametrize("start", [0, 1, 700, 400_000])
@on_loop
async def test_chunks_from_anywhere_make_the_rest_of_the_blob(
    kept: Keep, size: int, start: int
) -> None:
    data = some_bytes(size)
    async with kept() as keeper:
        blob = await keeper.keep(data)
        chunks = [c async for c in keeper.blobs.chunks(keeper.db, blob.id, start, 64 * 1024)]
        assert b"".join(chunks) == data[start:] and all(len(c) <= 64 * 1024 for c in chunks)


@on_loop
async def test_memory_does_not_grow_with_the_size_of_a_message(kept: Keep) -> None:
    piece = some_bytes(32 * 1024)
    async with kept() as keeper:
        tracemalloc.start()
        blob = await keeper.finish(piece for _ in range(800))
        await keeper.db.write(partial(blobs.put, blob=blob))
        async for _ in keeper.blobs.chunks(keeper.db, blob.id, 0, 64 * 1024):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert blob.size == 800 * 32 * 1024 and peak < 512 * 1024


@on_loop
async def test_a_blob_made_in_a_unit_of_work_is_like_any_other(kept: Keep) -> None:
    async with kept() as keeper:
        blob = blobs.inline(b"a notification")
        await keeper.db.write(partial(blobs.put, blob=blob))
        assert await keeper.blobs.read(keeper.db, blob.id) == b"a notification"
        assert blob.weight == len(blob.data)


@on_loop
async def test_an_unknown_blob_is_missing(kept: Keep) -> None:
    async with kept() as keeper:
        with pytest.raises(BlobMissing):
            await keeper.blobs.read(keeper.db, b"\0" * 32)
