"""What the keepers do on every engine: the SQL they share, and the races that a real engine has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import pytest

from postroad import blobs, directory, journey, queue, store
from postroad.blobs import Blobs
from postroad.db import Database, Transaction
from postroad.directory import Verifiers
from postroad.handoff import Content, Envelope, Recipient
from postroad.journey.events import Filed
from postroad.store import Changes, NewEmail, Store, Viewer
from postroad.testing.loop import on_loop

Opener = Callable[[], AbstractAsyncContextManager[Database]]
BOB, NOW, INBOX, ARCHIVE = "bob@beta.test", 1_800_000_000.0, 1, 6


def settle_in(tx: Transaction) -> None:
    directory.add_domain(tx, "beta.test", NOW)
    account = directory.add_account(tx, BOB, Verifiers("x", "y"), now=NOW)
    store.create_account(tx, account.id, NOW)


@pytest.fixture
def town(opened: Opener) -> Opener:
    """A database with one domain and one person, whose account is number 1."""

    @asynccontextmanager
    async def open_one() -> AsyncIterator[Database]:
        async with opened() as database:
            await database.write(settle_in)
            yield database

    return open_one


def deliver(tx: Transaction, keeper: Store, number: int) -> str:
    """All that one message does: blob, email, journey, receipt and a copy in the queue."""
    trace = journey.new_trace(NOW + number, number)
    if earlier := queue.receipts.seen(tx, b"print %d" % number):
        return earlier
    queue.receipts.remember(tx, b"print %d" % number, trace, NOW)
    blob = blobs.inline(b"message %d" % number)
    blobs.put(tx, blob, refs=2)
    content = Content(blob.id, blob.size, b"Return-Path: <>\r\n")
    email = NewEmail(content, NOW, None, f"<{number}@a.test>", ("<0@a.test>",), "Re: Plan", trace)
    added = keeper.add(tx, 1, INBOX, email)
    queue.enqueue(
        tx, trace=trace, envelope=Envelope("", (Recipient("x@else.test"),)), content=content,
        routes={"x@else.test": "else.test"}, now=NOW, expires=NOW + 60,
    )  # fmt: skip
    journey.open_journey(
        tx, trace, at=NOW, message_id=email.message_id, reverse_path="", recipients=[BOB],
        subject="Re: Plan", size=content.total,
    )  # fmt: skip
    event = Filed(
        at=NOW, station="mda", account=BOB, mailbox="INBOX", uid=added.uid, reason="no rule"
    )
    journey.record(tx, trace, [event])
    return trace


@on_loop
async def test_many_deliveries_at_once_are_all_there_each_with_its_own_uid(town: Opener) -> None:
    async with town() as database:
        units = (partial(deliver, keeper=Store(), number=n) for n in range(40))
        traces = await asyncio.gather(*map(database.write, units))
        listed = await database.read(partial(store.listing, account_id=1, mailbox_id=INBOX))
        assert [one.uid for one in listed] == list(range(1, 41))
        assert {one.trace for one in listed} == set(traces)
        changes = await database.read(partial(store.changes, account_id=1, since=0, limit=99))
        assert [change.uid for change in changes] == list(range(1, 41))
        assert len({change.modseq for change in changes}) == 40
        assert len({change.thread_id for change in changes}) == 1


@on_loop
async def test_a_message_that_is_handed_over_twice_is_taken_once(town: Opener) -> None:
    async with town() as database:
        units = (partial(deliver, keeper=Store(), number=7) for _ in range(5))
        assert len(set(await asyncio.gather(*map(database.write, units)))) == 1
        quota = await database.read(partial(store.quota, account_id=1))
        assert quota.used_messages == 1


@on_loop
async def test_a_unit_that_fails_at_its_end_leaves_nothing_in_any_keeper(town: Opener) -> None:
    told: list[int] = []
    hub = Changes()
    hub.subscribe(1, told.append)

    def fails(tx: Transaction) -> None:
        deliver(tx, Store(hub), 1)
        raise LookupError

    async with town() as database:
        with pytest.raises(LookupError):
            await database.write(fails)
        for table in ("blob", "email", "placement", "queue_message", "journey", "receipt"):
            counted = partial(count, table=table)
            assert await database.read(counted) == 0, table
        assert told == []


def count(tx: Transaction, table: str) -> int:
    return int(tx.execute(f"SELECT count(*) FROM {table}")[0][0])


@on_loop
async def test_watchers_are_told_after_the_commit_in_order(town: Opener) -> None:
    told: list[int] = []
    hub = Changes()
    hub.subscribe(1, told.append)
    keeper = Store(hub)
    async with town() as database:
        units = (partial(deliver, keeper=keeper, number=n) for n in range(10))
        await asyncio.gather(*map(database.write, units))
    assert told == sorted(told) and len(set(told)) == 10


@on_loop
async def test_flags_copies_and_views_at_once_each_have_their_own_modseq(town: Opener) -> None:
    keeper, viewer_blobs = Store(), Blobs(None)
    async with town() as database:
        await deliver_ten(database, keeper)
        both = [(do, number) for number in range(1, 11) for do in (flag_one, copy_one)]
        units = [partial(do, keeper=keeper, uid=number) for do, number in both]
        viewed = Viewer(database, viewer_blobs).run_once(50)
        await asyncio.gather(viewed, *map(database.write, units))
        for mailbox in (INBOX, ARCHIVE):
            rows = await database.read(partial(read_rows, mailbox=mailbox))
            assert [row.keywords for row in rows] == ["w"] * 10
        changes = await database.read(partial(store.changes, account_id=1, since=0, limit=99))
        assert len({change.modseq for change in changes}) == 30
        made = await database.read(partial(store.views, account_id=1, email_ids=range(99)))
        assert len(made) == 10
    viewer_blobs.close()


async def deliver_ten(database: Database, keeper: Store) -> None:
    for number in range(10):
        await database.write(partial(deliver, keeper=keeper, number=number))


def flag_one(tx: Transaction, keeper: Store, uid: int) -> store.Stored:
    return keeper.store_flags(tx, 1, INBOX, [(uid, uid)], "add", {"w"})


def copy_one(tx: Transaction, keeper: Store, uid: int) -> store.Copied:
    return keeper.copy(tx, 1, INBOX, [(uid, uid)], ARCHIVE, now=NOW)


def read_rows(tx: Transaction, mailbox: int) -> list[store.Row]:
    return store.rows(tx, 1, mailbox, store.EVERYTHING)


@on_loop
async def test_two_workers_never_claim_the_same_recipient(town: Opener) -> None:
    async with town() as database:
        for number in range(20):
            await database.write(partial(deliver, keeper=Store(), number=number))
        claim = partial(queue.claim, now=NOW, limit=3, lease=60.0)
        claims = await asyncio.gather(*(database.write(claim) for _ in range(10)))
        numbers = [claimed.id for claimed_here in claims for claimed in claimed_here]
        assert len(numbers) == len(set(numbers)) == 20


@on_loop
async def test_the_last_reference_goes_with_queue_and_mailbox(town: Opener) -> None:
    keeper = Store()
    async with town() as database:
        await database.write(partial(deliver, keeper=keeper, number=1))
        (claim,) = await database.write(partial(queue.claim, now=NOW, limit=3, lease=60.0))
        sent = [queue.Settled("x@else.test", "sent", "250 OK")]
        await database.write(partial(queue.settle, number=claim.id, results=sent, now=NOW))
        await database.write(partial(keeper.expunge, account_id=1, mailbox_id=INBOX, uids=[1]))
        assert await database.read(lambda tx: tx.execute("SELECT refs FROM blob")) == [(0,)]
        assert [await Blobs(None).collect(database, at) for at in (NOW, NOW + 4_000)] == [0, 1]


@on_loop
async def test_a_journey_is_found_by_trace_and_by_message_id(town: Opener) -> None:
    async with town() as database:
        trace = await database.write(partial(deliver, keeper=Store(), number=5))
        for key in (trace, "<5@a.test>", "5@a.test"):
            (found,) = await database.read(partial(journey.find, key=key))
            assert (found.trace, found.events[0].station) == (trace, "mda")
        news = await database.read(partial(journey.since, cursor=0))
        assert [one.trace for one in news.journeys] == [trace]


@on_loop
async def test_names_resolve_and_rules_of_uniqueness_hold(town: Opener) -> None:
    async with town() as database:
        add = partial(
            directory.add_alias, address="sales@beta.test", targets=[BOB, "x@else.test"], now=NOW
        )
        results = await asyncio.gather(
            *(database.write(add) for _ in range(3)), return_exceptions=True
        )
        assert sum(isinstance(r, directory.AliasExists) for r in results) == 2
        found = await database.read(partial(directory.resolve, address="Sales+x@BETA.test"))
        assert isinstance(found, directory.Deliver)
        assert [(f.address, f.account is not None) for f in found.finals] == [
            (BOB, True),
            ("x@else.test", False),
        ]
