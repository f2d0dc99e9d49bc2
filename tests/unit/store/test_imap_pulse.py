"""What another process wrote is heard by those who watch, and costs one look."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from postroad import store
from postroad.db import Database
from postroad.db.engines.sqlite import open_sqlite
from postroad.store import Changes, Follower, Store, _pulse
from postroad.testing.loop import on_loop

ANN, BEN = 1, 2


async def settle(db: Database) -> None:
    for account in (ANN, BEN):
        await db.write(partial(store.create_account, account_id=account, now=1.8e9))


async def make_box(db: Database, account: int, name: str, hub: Changes | None = None) -> int:
    """Change an account, as the process whose watchers are in `hub`."""
    keeper = Store(hub)
    made = await db.write(lambda tx: keeper.create_mailbox(tx, account, name))
    return made.modseq


@pytest.mark.parametrize("one_by_one", [0, 256])
@on_loop
async def test_what_another_process_changed_is_told_to_its_watchers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_by_one: int
) -> None:
    monkeypatch.setattr(_pulse, "ONE_BY_ONE", one_by_one)
    ours, theirs = (open_sqlite(str(tmp_path / "x.sqlite")) for _ in range(2))
    await settle(ours)
    hub, heard = Changes(), []
    hub.subscribe(ANN, heard.append)
    follower = Follower(hub)
    await follower.run_once(ours)
    heard.clear()
    await make_box(theirs, BEN, "Plans")
    assert (await follower.run_once(ours), heard) == (0, [])
    at = await make_box(theirs, ANN, "Plans")
    assert (await follower.run_once(ours), heard) == (1, [at])
    assert await follower.run_once(ours) == 0
    await ours.close(), await theirs.close()


@on_loop
async def test_what_this_process_told_itself_is_not_told_again() -> None:
    db = open_sqlite(None)
    await settle(db)
    hub, heard = Changes(), []
    hub.subscribe(ANN, heard.append)
    follower = Follower(hub)
    at = await make_box(db, ANN, "Plans", hub)
    assert (await follower.run_once(db), heard) == (0, [at])
    await db.close()


@on_loop
async def test_nothing_is_read_when_nobody_watches() -> None:
    db = open_sqlite(None)
    await settle(db)
    hub = Changes()
    hub.subscribe(ANN, print)()
    await db.close()
    assert await Follower(hub).run_once(db) == 0


@on_loop
async def test_the_pulse_changes_with_every_change_of_any_account() -> None:
    db = open_sqlite(None)
    seen = [await db.read(store.pulse)]
    await settle(db)
    seen.append(await db.read(store.pulse))
    await make_box(db, BEN, "Plans")
    seen.append(await db.read(store.pulse))
    await db.write(partial(store.delete_account, account_id=BEN))
    seen.append(await db.read(store.pulse))
    assert len(set(seen)) == 4
    await db.close()
