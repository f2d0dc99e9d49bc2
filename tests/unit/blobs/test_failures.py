"""Nothing half-written stays, and what was changed on the disk is never handed out."""

from __future__ import annotations

import asyncio
import errno
import os
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from postroad import blobs
from postroad.blobs import BlobCorrupt, BlobMissing
from postroad.db import StorageFailed, StorageFull
from postroad.testing.loop import on_loop

Keep = Callable[[], AbstractAsyncContextManager[Any]]
LARGE = random.Random(1).randbytes(600_000)


def failing(number: int) -> Callable[..., NoReturn]:
    def call(*args: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return call


@on_loop
async def test_an_aborted_message_leaves_no_file(kept: Keep) -> None:
    async with kept() as keeper:
        writer = keeper.blobs.writer()
        await writer.write(LARGE)
        assert len(keeper.files()) == 1
        await writer.abort()
        assert keeper.files() == []


@on_loop
async def test_a_finished_message_that_no_row_names_can_be_thrown_away(kept: Keep) -> None:
    async with kept() as keeper:
        writer = keeper.blobs.writer()
        await writer.write(LARGE)
        await writer.finish()
        await writer.abort()
        assert keeper.files() == []


@pytest.mark.parametrize(
    ("call", "number", "ours"),
    [
        ("write", errno.ENOSPC, StorageFull),
        ("write", errno.EDQUOT, StorageFull),
        ("write", errno.EIO, StorageFailed),
        ("fdatasync", errno.EIO, StorageFailed),
        ("fdatasync", errno.ENOSPC, StorageFailed),
        ("fsync", errno.EIO, StorageFailed),
    ],
)
@on_loop
async def test_a_disk_that_fails_is_told_apart_from_one_that_is_full(
    kept: Keep, monkeypatch: pytest.MonkeyPatch, call: str, number: int, ours: type[Exception]
) -> None:
    async with kept() as keeper:
        writer = keeper.blobs.writer()
        with monkeypatch.context() as broken, pytest.raises(ours):
            broken.setattr(os, call, failing(number))
            await writer.write(LARGE)
            await writer.finish()
        await writer.abort()
        assert [name for name in keeper.files() if name.startswith("tmp")] == []
        assert (await keeper.keep(LARGE)).size == len(LARGE)


@on_loop
async def test_abort_waits_for_a_write_whose_caller_was_cancelled(kept: Keep) -> None:
    async with kept() as keeper:
        writer = keeper.blobs.writer()
        task = asyncio.create_task(writer.write(LARGE))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await writer.abort()
        assert keeper.files() == []


def flip(file: Path, position: int) -> None:
    octets = bytearray(file.read_bytes())
    octets[position] ^= 1
    file.write_bytes(octets)


@pytest.mark.parametrize("position", [0, 300_000, 599_999])
@on_loop
async def test_a_byte_that_changed_in_a_file_is_noticed_before_the_last_chunk(
    kept: Keep, position: int
) -> None:
    async with kept() as keeper:
        blob = await keeper.keep(LARGE)
        flip(keeper.folder / blob.file, position)
        seen = []
        with pytest.raises(BlobCorrupt):
            async for chunk in keeper.blobs.chunks(keeper.db, blob.id):
                seen.append(chunk)
        assert sum(map(len, seen)) < len(LARGE)


@on_loop
async def test_a_file_that_was_cut_short_is_corrupt_and_one_that_is_gone_is_missing(
    kept: Keep,
) -> None:
    async with kept() as keeper:
        blob = await keeper.keep(LARGE)
        os.truncate(keeper.folder / blob.file, 1_000)
        with pytest.raises(BlobCorrupt):
            await keeper.blobs.read(keeper.db, blob.id)
        (keeper.folder / blob.file).unlink()
        with pytest.raises(BlobMissing, match="is gone"):
            await keeper.blobs.read(keeper.db, blob.id)


@on_loop
async def test_an_inline_blob_that_is_not_what_its_name_says_is_corrupt(kept: Keep) -> None:
    other = blobs.inline(b"other bytes").data
    async with kept() as keeper:
        blob = await keeper.keep(b"these bytes")
        for data in (other, b"no zstd frame"):
            swap = partial(change, data=data)
            await keeper.db.write(swap)
            with pytest.raises(BlobCorrupt):
                await keeper.blobs.read(keeper.db, blob.id)


def change(tx: Any, data: bytes) -> None:
    tx.execute("UPDATE blob SET data = ?", (data,))
