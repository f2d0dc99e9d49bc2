"""Journeys are written in batches, found by what people have in hand, and told in order."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import journey
from postroad.journey import AnyEvent
from postroad.journey.events import Accepted, Attempted, Filed, Received, Retrieved
from postroad.testing.database import MemoryTransaction

NOW = 1_800_000_000.0
EVENTS: list[AnyEvent] = [
    Received(at=NOW, station="border", peer="192.0.2.1", port=25, helo="a.test", protocol="ESMTP"),
    Accepted(
        at=NOW + 1, station="border", reverse_path="a@a.test", recipients=["b@b.test"], size=9
    ),
    Filed(
        at=NOW + 2, station="mda", recipient="b@b.test", account="b@b.test", mailbox="INBOX",
        uid=7, reason="no rule says otherwise",
    ),
]  # fmt: skip


@pytest.fixture
def tx() -> MemoryTransaction:
    return MemoryTransaction()


def trace(number: int) -> str:
    return journey.new_trace(NOW + number, number)


def begin(tx: Any, number: int, message_id: str = "<m@a.test>", **more: Any) -> str:
    values = {
        "at": NOW + number,
        "message_id": message_id,
        "reverse_path": "a@a.test",
        "recipients": ["b@b.test", "计划@例え.test"],
        "subject": 'Plan "A" ✉',
        "size": 9,
    }
    journey.open_journey(tx, trace(number), **{**values, **more})
    return trace(number)


def test_a_journey_comes_back_whole_and_in_order(tx: Any) -> None:
    name = begin(tx, 1)
    journey.record(tx, name, EVENTS[:2])
    journey.record(tx, name, EVENTS[2:])
    (found,) = journey.find(tx, name)
    assert found.events == tuple(EVENTS)
    assert (found.subject, found.recipients[1]) == ('Plan "A" ✉', "计划@例え.test")


def test_events_of_two_messages_do_not_mix(tx: Any) -> None:
    one, two = begin(tx, 1), begin(tx, 2)
    for event in EVENTS:
        journey.record(tx, one, [event])
        journey.record(tx, two, [event, event])
    assert [len(journey.find(tx, name)[0].events) for name in (one, two)] == [3, 6]


def test_no_events_are_no_row(tx: Any) -> None:
    journey.record(tx, begin(tx, 1), [])
    assert journey.last_cursor(tx) == 0


@pytest.mark.parametrize("key", ["<m@a.test>", "m@a.test", " <m@a.test> "])
@pytest.mark.parametrize("stored", ["<m@a.test>", "m@a.test"])
def test_a_message_id_finds_all_its_journeys(tx: Any, key: str, stored: str) -> None:
    for number in (2, 1):
        begin(tx, number, stored)
    begin(tx, 3, "<other@a.test>")
    assert [found.trace for found in journey.find(tx, key)] == [trace(1), trace(2)]


def test_a_trace_in_capitals_is_the_same_trace(tx: Any) -> None:
    name = begin(tx, 1)
    assert journey.find(tx, f" {name.upper()} ")[0].trace == name


def test_what_is_unknown_finds_nothing(tx: Any) -> None:
    assert journey.find(tx, "<nobody@a.test>") == journey.find(tx, trace(9)) == []


def test_a_journey_that_is_opened_again_stays_as_it_was(tx: Any) -> None:
    name = begin(tx, 1)
    begin(tx, 1, subject="forged")
    assert journey.find(tx, name)[0].subject == 'Plan "A" ✉'


def test_the_newest_come_first_and_pages_turn(tx: Any) -> None:
    names = [begin(tx, number) for number in range(5)]
    first = journey.recent(tx, 2)
    rest = journey.recent(tx, 9, before=first[-1].trace)
    assert [found.trace for found in (*first, *rest)] == names[::-1]


def test_what_is_new_since_a_cursor_is_told_once(tx: Any) -> None:
    one, two = begin(tx, 1), begin(tx, 2)
    journey.record(tx, one, EVENTS[:1])
    start = journey.last_cursor(tx)
    assert journey.since(tx, start).journeys == ()
    journey.record(tx, two, EVENTS[:1])
    journey.record(tx, two, EVENTS[1:])
    news = journey.since(tx, start)
    assert [(found.trace, len(found.events)) for found in news.journeys] == [(two, 3)]
    assert journey.since(tx, news.cursor) == journey.News((), news.cursor)


def test_a_reader_that_fell_behind_catches_up_in_pieces(tx: Any) -> None:
    for number in range(7):
        journey.record(tx, begin(tx, number), EVENTS[:1])
    cursor, seen = 0, []
    while (news := journey.since(tx, cursor, limit=3)).journeys:
        seen += [found.trace for found in news.journeys]
        cursor = news.cursor
    assert seen == [trace(number) for number in range(7)]


def test_old_journeys_go_with_their_events_and_young_ones_stay(tx: Any) -> None:
    for number in range(5):
        journey.record(tx, begin(tx, number), EVENTS)
    assert [journey.prune(tx, NOW + 3, limit=2) for _ in range(3)] == [2, 1, 0]
    assert [found.trace for found in journey.recent(tx, 9)] == [trace(4), trace(3)]
    assert tx.execute("SELECT count(*) FROM journey_event") == [(2,)]


def test_a_cursor_is_never_used_again_after_pruning(tx: Any) -> None:
    journey.record(tx, begin(tx, 1), EVENTS)
    before = journey.last_cursor(tx)
    journey.prune(tx, NOW + 99)
    journey.record(tx, begin(tx, 2), EVENTS)
    assert journey.since(tx, before).journeys[0].trace == trace(2)


@pytest.mark.parametrize(
    "event",
    [
        Attempted(
            at=NOW, station="mta", remote="mx.b.test", outcome="deferred", code=451,
            text="Try again\r\nlater \x00 ✉", next_attempt=NOW + 60,
        ),
        Retrieved(at=NOW, station="mra", account="b@b.test", by="POP3", action="read"),
    ],
)  # fmt: skip
def test_every_kind_of_event_survives_with_the_remotes_own_words(tx: Any, event: AnyEvent) -> None:
    journey.record(tx, begin(tx, 1), [event])
    assert journey.find(tx, trace(1))[0].events == (event,)
