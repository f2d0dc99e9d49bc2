"""Records of several hosts become one story, in the order of time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.journey.events import Accepted, Checked, Filed, Queued, Received, Retrieved
from postroad.lab.page._merge import merge
from postroad.lab.page._story import Record

if TYPE_CHECKING:
    from conftest import Writer

BOTH = ["bob@beta.test", "betty@beta.test"]


def test_records_with_one_message_id_are_one_story(writer: Writer) -> None:
    writer.main_job(writer.noon, BOTH, name=("a@alpha.test", "Hello"))
    (story,) = merge(reversed(writer.records))
    hosts = [host for host, _ in story.traces]
    assert hosts == ["mail.alpha.test", "mx.alpha.test", "mx.beta.test", "mail.beta.test"]
    assert (story.subject, story.sender) == ("Hello", "alice@alpha.test")
    assert len({trace for _, trace in story.traces}) == 4


def test_steps_follow_the_time_across_hosts(writer: Writer) -> None:
    writer.main_job(writer.noon, BOTH, name=("a@alpha.test", "Hello"))
    (story,) = merge(writer.records)
    assert all(a.event.at <= b.event.at for a, b in pairwise(story.steps))
    first, last = story.steps[0], story.steps[-1]
    assert isinstance(first.event, Received) and first.since is None
    assert isinstance(last.event, Retrieved) and last.host == "mail.beta.test"


def test_equal_events_for_several_recipients_are_one_step(writer: Writer) -> None:
    writer.main_job(writer.noon, BOTH, name=("a@alpha.test", "Hello"))
    (story,) = merge(writer.records)
    queued = [step for step in story.steps if isinstance(step.event, Queued)]
    filed = [step for step in story.steps if isinstance(step.event, Filed)]
    assert [step.recipients for step in queued] == [tuple(BOTH)] * 3
    assert [step.recipients for step in filed] == [(BOTH[0],), (BOTH[1],)]


def test_recipients_checked_one_after_the_other_are_one_step_until_much_later() -> None:
    events = tuple(
        Checked(
            at=at, station="msa", recipient=whom, check="recipient", result="pass", reason="here"
        )
        for at, whom in ((1.0, "a@a"), (1.05, "b@a"), (3.0, "c@a"))
    )
    (story,) = merge([Record("mail.alpha.test", "t", "m", "", events)])
    assert [step.recipients for step in story.steps] == [("a@a", "b@a"), ("c@a",)]


def test_a_message_without_an_id_is_a_story_for_each_host(writer: Writer) -> None:
    writer.main_job(writer.noon, BOTH, name=("", "Hello"))
    assert len(merge(writer.records)) == 4


def test_the_newest_story_comes_first(writer: Writer) -> None:
    for minute, subject in enumerate(("one", "two", "three")):
        writer.main_job(writer.noon + 60 * minute, BOTH, name=(f"{minute}@a", subject))
    assert [story.subject for story in merge(writer.records)] == ["three", "two", "one"]


def test_a_notification_and_its_cause_know_each_other(writer: Writer) -> None:
    writer.unknown_user(writer.noon)
    notice, cause = merge(writer.records)
    assert notice.about == cause.key and cause.notices == (notice.key,)
    assert not notice.notices and not cause.about


def test_the_duration_ends_with_the_transport_and_not_with_the_reader(writer: Writer) -> None:
    writer.main_job(writer.noon, BOTH, name=("a@alpha.test", "Hello"))
    (story,) = merge(writer.records)
    assert 0.02 < story.seconds < 0.05


def test_one_hosts_order_survives_a_clock_that_steps_back() -> None:
    late = Received(at=100.0, station="msa", peer="::1", port=1, helo="x", protocol="SMTP")
    early = Checked(at=99.0, station="msa", check="sender", result="pass", reason="")
    taken = Accepted(at=98.0, station="msa", reverse_path="a@a", recipients=[], size=1)
    (story,) = merge([Record("mail.alpha.test", "t", "m", "", (late, early, taken))])
    assert [step.event for step in story.steps] == [late, early, taken]
    assert [step.since for step in story.steps] == [None, 0.0, 0.0]


def test_a_key_stays_when_older_records_are_forgotten(writer: Writer) -> None:
    writer.main_job(writer.noon, BOTH, name=("a@alpha.test", "Hello"))
    (whole,) = merge(writer.records)
    (rest,) = merge(writer.records[2:])
    assert whole.key == rest.key


def test_no_records_are_no_stories() -> None:
    assert merge([]) == () and merge([Record("h", "t", "m", "s", ())]) == ()


EVENTS = st.one_of(
    st.builds(
        Queued,
        at=st.floats(0, 1e10),
        station=st.just("mta"),
        recipient=st.sampled_from(["a@a", "b@b", ""]),
        route=st.text(max_size=3),
        reason=st.text(max_size=3),
    ),
    st.builds(
        Accepted,
        at=st.floats(0, 1e10),
        station=st.just("msa"),
        reverse_path=st.text(max_size=3),
        recipients=st.lists(st.text(max_size=3), max_size=3),
        size=st.integers(0, 9),
        reason=st.text(max_size=9),
    ),
)
RECORDS = st.lists(
    st.builds(
        Record,
        host=st.sampled_from(["one", "two"]),
        trace=st.text("abc", min_size=1, max_size=4),
        message_id=st.sampled_from(["", "m", "n"]),
        subject=st.text(max_size=3),
        events=st.lists(EVENTS, max_size=5).map(tuple),
    ),
    max_size=5,
)


@settings(max_examples=100, deadline=None)
@given(RECORDS)
def test_no_step_of_any_record_is_lost_or_told_twice(records: list[Record]) -> None:
    told = [step for story in merge(records) for step in story.steps]
    written = sum(len(record.events) for record in records)
    assert sum(max(1, len(step.recipients)) for step in told) <= written
    kinds = {type(event) for record in records for event in record.events}
    assert {type(step.event) for step in told} == kinds
    assert all(step.since is None or step.since >= 0 for step in told)
