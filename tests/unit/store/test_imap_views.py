"""Views are made once, newest first, and nothing about a message can stop them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from postroad import blobs, store
from postroad.blobs import Blobs
from postroad.db import Database, Transaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.handoff import Content
from postroad.store import Added, NewEmail, Store, Viewer, _viewer

ANN, INBOX, ARCHIVE = 1, 1, 6
LETTER = (
    b"Received: by a.test\r\nFrom: Ann <ann@a.test>\r\nTo: bob@b.test\r\nSubject: Plan\r\n"
    b" and more\r\nX-Long: x\r\nMessage-ID: <%d@a.test>\r\n\r\nGood morning %d\r\n"
)
PREFIX = b"Return-Path: <ann@a.test>\r\n"


def file(
    tx: Transaction, keeper: Store, number: int, data: bytes = b"", lost: bool = False
) -> Added:
    blob = blobs.inline(data or LETTER % (number, number))
    if not lost:
        blobs.put(tx, blob)
    content = Content(blob.id, blob.size, PREFIX)
    email = NewEmail(content, 1.8e9, None, f"<{number}@a.test>", (), "Plan", "t")
    return keeper.add(tx, ANN, INBOX, email)


def in_a_town(
    scene: Callable[[Database, Blobs], Awaitable[None]], path: Path | None = None
) -> None:
    """Run `scene` with a database of one account."""

    async def run() -> None:
        db, bytes_of = open_sqlite(None), Blobs(path)
        await db.write(lambda tx: store.create_account(tx, ANN, 1.8e9))
        try:
            await scene(db, bytes_of)
        finally:
            await db.close()
            bytes_of.close()

    asyncio.run(run())


async def fill(db: Database, count: int, **more: Any) -> None:
    def unit(tx: Transaction) -> None:
        for number in range(1, count + 1):
            file(tx, Store(), number, **more)

    await db.write(unit)


async def viewed(db: Database) -> list[int]:
    rows = await db.read(lambda tx: tx.execute("SELECT email FROM email_view ORDER BY email"))
    return [row[0] for row in rows]


def test_views_are_what_imap_sends_of_prefix_and_blob_together() -> None:
    made = store.make_views(PREFIX + LETTER % (7, 7))
    assert made.envelope.startswith(b'(NIL "Plan and more" (("Ann" NIL "ann" "a.test"))')
    assert made.structure.startswith(b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 16 1')
    assert made.preview == "Good morning 7"
    assert made.fields is not None
    assert made.fields.startswith(PREFIX + b"From: Ann") and b"Received" not in made.fields


def test_fields_are_picked_as_header_fields_answers_them() -> None:
    fields = store.make_views(PREFIX + LETTER % (7, 7)).fields
    pick = store.field_picker(["SUBJECT", "to"])
    assert pick and fields
    assert pick(fields) == b"To: bob@b.test\r\nSubject: Plan\r\n and more\r\n\r\n"
    assert store.field_picker(["subject", "x-long"]) is None and store.field_picker([]) is None


def test_a_header_too_large_to_keep_says_so() -> None:
    assert store.make_views(b"To: a@b.test\r\n" * 9_000 + b"\r\n").fields is None


def test_the_newest_come_first_and_all_come_at_last() -> None:
    async def scene(db: Database, bytes_of: Blobs) -> None:
        await fill(db, 10)
        viewer = Viewer(db, bytes_of)
        assert await viewer.run_once(4) == (4, [], True)
        assert await viewed(db) == [7, 8, 9, 10]
        assert await viewer.run_once(100) == (6, [], False)
        assert await viewed(db) == list(range(1, 11))

    in_a_town(scene)


def test_new_mail_comes_before_what_is_left_of_the_old() -> None:
    async def scene(db: Database, bytes_of: Blobs) -> None:
        await fill(db, 10)
        viewer = Viewer(db, bytes_of)
        await viewer.run_once(2)
        await fill(db, 5)
        await viewer.run_once(6)
        assert await viewed(db) == [8, 9, 10, 11, 12, 13, 14, 15]
        assert (await viewer.run_once(100)).made == 7

    in_a_town(scene)


def test_a_gap_larger_than_a_round_is_filled_from_its_top_and_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scene(db: Database, bytes_of: Blobs) -> None:
        viewer = Viewer(db, bytes_of)
        await fill(db, 3)
        await viewer.run_once(1)
        await fill(db, 9)
        await viewer.run_once(2)
        assert await viewed(db) == [3, 11, 12]
        await viewer.run_once(100)
        assert await viewed(db) == list(range(1, 13))
        assert await db.read(partial(_viewer.find_work, limit=9)) is None

    monkeypatch.setattr(_viewer, "WINDOW", 4)
    in_a_town(scene)


def test_messages_that_cannot_be_read_are_named_once_and_passed_over() -> None:
    async def scene(db: Database, bytes_of: Blobs) -> None:
        added = await db.write(lambda tx: file(tx, Store(), 99, lost=True))
        await fill(db, 2)
        viewer = Viewer(db, bytes_of)
        done = await viewer.run_once(100)
        assert done.made == 2
        assert [(account, email) for account, email, _ in done.unreadable] == [
            (ANN, added.email_id)
        ]
        assert await viewer.run_once(100) == (0, [], False)
        found = await viewer.fetch(ANN, [1, 2, 99])
        assert found[1] == store.UNREADABLE and found[2].preview and 99 not in found

    in_a_town(scene)


def test_a_fault_in_the_reader_of_messages_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes) -> store.Views:
        raise RecursionError

    async def scene(db: Database, bytes_of: Blobs) -> None:
        await fill(db, 2)
        monkeypatch.setattr(_viewer, "make_views", fails)
        done = await Viewer(db, bytes_of).run_once(100)
        assert done.made == 0 and len(done.unreadable) == 2

    in_a_town(scene)


def test_who_asks_first_makes_views_and_keeps_them() -> None:
    async def scene(db: Database, bytes_of: Blobs) -> None:
        await fill(db, 3)
        viewer = Viewer(db, bytes_of)
        first = await viewer.fetch(ANN, [2, 3])
        assert await viewed(db) == [2, 3]
        assert await viewer.fetch(ANN, [3, 2]) == first
        (only,) = (await viewer.fetch(ANN, [2], only={"preview"})).values()
        assert (only.preview, only.envelope, only.fields) == ("Good morning 2", b"", b"")

    in_a_town(scene)


def test_a_large_message_is_read_from_its_file(tmp_path: Path) -> None:
    async def scene(db: Database, bytes_of: Blobs) -> None:
        writer = bytes_of.writer()
        await writer.write(LETTER % (1, 1) + b"x" * 400_000)
        blob = await writer.finish()
        assert blob.file
        await db.write(lambda tx: blobs.put(tx, blob))
        email = NewEmail(Content(blob.id, blob.size), 1.8e9, None, "", (), "", "t")
        await db.write(lambda tx: Store().add(tx, ANN, INBOX, email))
        assert (await Viewer(db, bytes_of).run_once()).made == 1

    in_a_town(scene, tmp_path)


def test_views_go_with_their_email_and_copies_share_none() -> None:
    async def scene(db: Database, bytes_of: Blobs) -> None:
        await fill(db, 2)
        await Viewer(db, bytes_of).run_once()
        keeper = Store()
        await db.write(lambda tx: keeper.copy(tx, ANN, INBOX, [(1, 1)], INBOX, now=1.0))
        assert await viewed(db) == [1, 2, 3]
        await db.write(lambda tx: keeper.expunge(tx, ANN, INBOX, [1, 2]))
        assert await viewed(db) == [3]
        await db.write(lambda tx: store.delete_account(tx, ANN))
        assert await viewed(db) == []

    in_a_town(scene)
