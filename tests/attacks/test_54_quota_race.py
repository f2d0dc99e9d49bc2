"""Attack 54: 64 deliveries at once into a mailbox at 99 % of its quota."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from postroad import blobs, store
from postroad.db import Database, Transaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.handoff import Content
from postroad.store import Added, NewEmail, OverQuota, Store
from postroad.testing.loop import on_loop

ACCOUNT, INBOX = 1, 1
QUOTA, SIZE = 100_000, 1_500


def deliver(tx: Transaction, keeper: Store, number: int, size: int = SIZE) -> Added:
    blob = blobs.inline(b"%d" % number)
    blobs.put(tx, blob)
    email = NewEmail(Content(blob.id, size), 1.0, None, f"<{number}@a.test>", (), "", "t")
    return keeper.add(tx, ACCOUNT, INBOX, email)


async def opened(path: Path | None) -> tuple[Database, Store]:
    db, keeper = open_sqlite(str(path) if path else None), Store()
    await db.write(partial(store.create_account, account_id=ACCOUNT, now=1.8e9, quota=QUOTA))
    await db.write(partial(deliver, keeper=keeper, number=0, size=QUOTA * 99 // 100))
    return db, keeper


@pytest.mark.parametrize("where", ["memory", "file"])
@on_loop
async def test_what_is_stored_passes_the_quota_by_one_message_at_most(
    tmp_path: Path, where: str
) -> None:
    db, keeper = await opened(tmp_path / "test.sqlite" if where == "file" else None)
    writes = (db.write(partial(deliver, keeper=keeper, number=n)) for n in range(1, 65))
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(result) for result in results} == {Added, OverQuota}
    quota = await db.read(partial(store.quota, account_id=ACCOUNT))
    listed = await db.read(partial(store.listing, account_id=ACCOUNT, mailbox_id=INBOX))
    assert quota.used_bytes == sum(one.size for one in listed) <= QUOTA + SIZE
    assert quota.used_messages == len(listed) == 1 + sum(isinstance(r, Added) for r in results)
    references = await db.read(lambda tx: tx.execute("SELECT sum(refs) FROM blob"))
    assert references == [(len(listed),)]
    await db.close()
