"""Attack 55 (James CVE-2022-45935): a file made on the disk is new, ours alone, and in place."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from postroad import blobs
from postroad.blobs import Blobs
from postroad.db import DatabaseError
from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.loop import on_loop

LARGE = os.urandom(300_000)
_watching: list[list[tuple[str, int]]] = []


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and _watching and isinstance(args[2], int):
        _watching[-1].append((str(args[0]), args[2]))


sys.addaudithook(_hook)  # for good, but it does nothing while nobody watches


@contextmanager
def created() -> Iterator[list[tuple[str, int]]]:
    """Every file that this process opens meanwhile, with its flags."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()


async def keep(folder: Path) -> None:
    db, keeper = open_sqlite(None), Blobs(folder)
    writer = keeper.writer()
    await writer.write(LARGE)
    blob = await writer.finish()
    await db.write(partial(blobs.put, blob=blob))
    keeper.close()
    await db.close()


@on_loop
async def test_files_are_created_exclusively_below_our_own_folder(tmp_path: Path) -> None:
    with created() as opened:
        await keep(tmp_path / "blobs")
    made = [(path, flags) for path, flags in opened if flags & os.O_CREAT]
    assert len(made) == 1 and made[0][0].startswith(str(tmp_path / "blobs" / "tmp"))
    assert all(flags & os.O_EXCL and flags & os.O_NOFOLLOW for _, flags in made)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@on_loop
async def test_nobody_else_may_read_them_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        await keep(tmp_path / "blobs")
    finally:
        os.umask(old)
    found = list((tmp_path / "blobs").rglob("*"))
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in found}
    assert modes == {(True, 0o700), (False, 0o600)}


@on_loop
async def test_a_link_laid_in_the_way_of_a_blob_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(LARGE)
    db, keeper = open_sqlite(None), Blobs(tmp_path / "blobs")
    writer = keeper.writer()
    await writer.write(LARGE)
    blob = await writer.finish()
    await db.write(partial(blobs.put, blob=blob))
    place = tmp_path / "blobs" / str(blob.file)
    place.unlink()
    place.symlink_to(secret)
    with pytest.raises(DatabaseError):
        await keeper.read(db, blob.id)
    keeper.close()
    await db.close()
