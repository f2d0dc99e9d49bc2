"""Attack 54: 64 sessions put messages at once into an account that is almost full."""

from __future__ import annotations

import asyncio
from pathlib import Path

from postroad import store
from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.imap_office import ImapClient, imap_office
from postroad.testing.loop import on_loop

QUOTA = 100_000
TEXT = b"Subject: x\r\n\r\n" + b"x" * 900


async def put(client: ImapClient) -> bytes:
    return (await client.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(TEXT), TEXT)))[-1]


def test_what_is_stored_passes_the_quota_by_one_message_at_most(tmp_path: Path) -> None:
    @on_loop
    async def race() -> None:
        async with imap_office(open_sqlite(None), tmp_path, quota=QUOTA) as post:
            await post.deliver(b"Subject: big\r\n\r\n" + b"y" * (QUOTA * 99 // 100))
            clients = [await post.dial() for _ in range(64)]
            said = await asyncio.gather(*map(put, clients))
            used = await post.db.read(lambda tx: store.quota(tx, post.account.id))
            assert used.used_bytes <= QUOTA + len(TEXT)
            kept = sum(one.startswith(b"OK") for one in said)
            assert kept == used.used_messages - 1
            assert sum(one.startswith(b"NO [OVERQUOTA]") for one in said) == 64 - kept

    race()
