"""Attack 53: names of mailboxes that would like to be paths, or to be taken for other names."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.imap_office import imap_office
from postroad.testing.loop import on_loop

HOSTILE = (
    b"../../etc/passwd", b"..", b"/etc/passwd", b"~root", b"a/../b", b'"%"', b"&AC8-x",
    b"&ACYAJg-", b"&,,,,-", b"{4+}\r\na\0bc", b"{1000+}\r\n" + b"n" * 1_000, b'"a\\\\b"',
    b"&2D3cSA-", b"&AAE-",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_name_or_refused_and_never_a_path(tmp_path: Path, name: bytes) -> None:
    @on_loop
    async def attack() -> None:
        async with imap_office(open_sqlite(None), tmp_path) as post:
            client = await post.dial()
            for command in (b"CREATE ", b"SELECT ", b"RENAME Trash ", b"SUBSCRIBE ", b"DELETE "):
                status = (await client.ask(command + name))[-1]
                assert status[:3] in (b"OK ", b"NO ", b"BAD")
            lines = await client.good('LIST "" *')
            assert lines[0].endswith(b" INBOX")

    attack()
    assert [one.name for one in tmp_path.iterdir()] in ([], ["blobs"])
