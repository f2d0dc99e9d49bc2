"""The journals of four databases are read, and what belongs together is gathered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from postroad.db import DatabaseError
from postroad.lab.page._journals import Journals
from postroad.lab.page._story import State
from postroad.testing.loop import on_loop

if TYPE_CHECKING:
    from conftest import Writer

Filled = Callable[..., Any]
BOB = ["bob@beta.test"]


class Broken:
    """A database that cannot be read."""

    async def read(self, unit: object) -> NoReturn:
        raise DatabaseError("SQLite: disk I/O error")


@on_loop
async def test_the_newest_stories_come_with_the_records_of_every_host(
    writer: Writer, filled: Filled
) -> None:
    writer.main_job(writer.noon, BOB, name=("a@alpha.test", "Hello"))
    writer.unknown_user(writer.noon + 60)
    async with filled(writer.records) as databases:
        gathered = await Journals(databases).newest()
    assert [len(story.traces) for story in gathered.stories] == [2, 2, 4]
    assert not gathered.more and not gathered.troubles


@on_loop
async def test_what_is_no_longer_among_a_hosts_newest_is_found_by_message_id(
    writer: Writer, filled: Filled
) -> None:
    start, hello = writer.noon, ("a@alpha.test", "Hello")
    writer.hop("mail.alpha.test", start, "al@alpha.test", BOB, name=hello)
    for number in range(3):
        writer.hop("mail.alpha.test", start + number + 1, "al@a", BOB, name=(f"{number}@a", ""))
    writer.hop("mx.beta.test", start + 100, "al@alpha.test", BOB, name=hello)
    async with filled(writer.records) as databases:
        gathered = await Journals(databases).newest(limit=2)
    whole = next(story for story in gathered.stories if story.subject == "Hello")
    assert [host for host, _ in whole.traces] == ["mail.alpha.test", "mx.beta.test"]


@on_loop
async def test_only_so_many_are_shown_and_more_is_said(writer: Writer, filled: Filled) -> None:
    for minute in range(4):
        writer.main_job(writer.noon + 60 * minute, BOB, name=(f"{minute}@a", f"No {minute}"))
    async with filled(writer.records) as databases:
        gathered = await Journals(databases).newest(limit=3)
    assert [story.subject for story in gathered.stories] == ["No 3", "No 2", "No 1"]
    assert gathered.more


@on_loop
async def test_any_hosts_trace_id_and_the_message_id_find_the_whole_story(
    writer: Writer, filled: Filled
) -> None:
    records = writer.main_job(writer.noon, BOB, name=("a@alpha.test", "Hello"))
    writer.main_job(writer.noon, BOB, name=("b@alpha.test", "Another"))
    async with filled(writer.records) as databases:
        journals = Journals(databases)
        for key in (*(record.trace for record in records), "a@alpha.test", "<a@alpha.test>"):
            (story,) = (await journals.sought(key)).stories
            assert (story.subject, len(story.traces)) == ("Hello", 4)
        assert not (await journals.sought("nothing")).stories


@on_loop
async def test_a_notification_is_found_with_what_it_is_about(
    writer: Writer, filled: Filled
) -> None:
    writer.unknown_user(writer.noon)
    async with filled(writer.records) as databases:
        journals = Journals(databases)
        by_cause = (await journals.sought("q1@alpha.test")).stories
        by_notice = (await journals.sought("dsn1@mx.alpha.test")).stories
    assert by_cause == by_notice
    assert [story.state for story in by_cause] == [State.FILED, State.FAILED]
    assert [len(story.traces) for story in by_cause] == [2, 2]


@on_loop
async def test_a_host_that_cannot_be_read_is_named_and_the_others_are_shown(
    writer: Writer, filled: Filled
) -> None:
    writer.main_job(writer.noon, BOB, name=("a@alpha.test", "Hello"))
    async with filled(writer.records) as databases:
        journals = Journals({**databases, "mx.beta.test": Broken()})
        gathered = await journals.newest()
        marks = dict(await journals.marks())
    assert gathered.troubles == {"mx.beta.test": "SQLite: disk I/O error"}
    assert len(gathered.stories[0].traces) == 3
    assert marks["mx.beta.test"] == -1


@on_loop
async def test_hosts_that_are_not_there_yet_are_left_out() -> None:
    journals = Journals({})
    assert await journals.marks() == ()
    assert (await journals.newest()).stories == ()
