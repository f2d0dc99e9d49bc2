"""Joins what several hosts wrote down about one message into one story, ordered in time.

Each server has a trace id of its own; what they share is the Message-ID. A message without one is a
story for each host. A notification is tied to its cause by the trace ids that both sides wrote
down.

Invariant: within one record the events keep the order in which they were written, whatever their
clock says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from postroad.journey.events import Accepted, AnyEvent, Notified, Retrieved
from postroad.lab.page._fates import outcomes
from postroad.lab.page._story import Record, Step, Story

KEY_OCTETS = 6
"""Of a digest of the Message-ID: short enough for an address, and 48 bits do not collide here."""

AT_ONCE = 0.1
"""Seconds within which the same thing said of several recipients counts as said once."""

_ABOUT = re.compile(r"notification about ([0-9a-z]{20})")


def merge(records: Iterable[Record]) -> tuple[Story, ...]:
    """Return the stories that `records` tell, newest first, notifications tied to their causes."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        if record.events:
            groups.setdefault(identity(record), []).append(record)
    stories = [_story(name, group) for name, group in groups.items()]
    stories.sort(key=lambda story: (story.began, story.key), reverse=True)
    return _tied(stories, groups)


def identity(record: Record) -> str:
    """What the records of one message have in common: the Message-ID, else nothing but itself."""
    return record.message_id or record.trace


def cause_of(event: Accepted) -> str:
    """The trace id of the message that an accepted notification is about, or ""."""
    found = _ABOUT.match(event.reason)
    return found[1] if found else ""


def story_key(name: str) -> str:
    """A short form of a Message-ID (or a trace id) that may stand in an address."""
    digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=KEY_OCTETS)
    return digest.hexdigest()


def _story(name: str, records: list[Record]) -> Story:
    records = sorted(records, key=lambda record: (record.began, record.trace))
    steps = tuple(_steps(records))
    transport = [step.event.at for step in steps if not isinstance(step.event, Retrieved)]
    return Story(
        key=story_key(name),
        message_id=records[0].message_id,
        subject=next((record.subject for record in records if record.subject), ""),
        sender=_sender(records),
        outcomes=outcomes(records),
        steps=steps,
        traces=tuple((record.host, record.trace) for record in records),
        began=records[0].began,
        ended=max(transport, default=records[0].began),
    )


def _sender(records: Sequence[Record]) -> str:
    accepted = (e for record in records for e in record.events if isinstance(e, Accepted))
    return next((event.reverse_path for event in accepted), "")


def _steps(records: Sequence[Record]) -> Iterator[Step]:
    """Every event of every record in the order of time; equal ones of one host become one step."""
    before: float | None = None
    pending: list[tuple[Record, AnyEvent]] = []
    for record, event in _in_time(records):
        if pending and not _same(pending[0], (record, event)):
            yield _step(pending, before)
            before, pending = pending[0][1].at, []
        pending.append((record, event))
    if pending:
        yield _step(pending, before)


def _in_time(records: Sequence[Record]) -> list[tuple[Record, AnyEvent]]:
    """Sorted by time; a clock that steps back does not turn one host's own order around."""
    keyed = []
    for place, record in enumerate(records):
        latest = 0.0
        for number, event in enumerate(record.events):
            latest = max(latest, event.at)
            keyed.append(((latest, place, number), (record, event)))
    keyed.sort(key=lambda pair: pair[0])
    return [pair[1] for pair in keyed]


def _same(one: tuple[Record, AnyEvent], other: tuple[Record, AnyEvent]) -> bool:
    """Whether two events say the same of two recipients."""
    if one[0] is not other[0] or type(one[1]) is not type(other[1]):
        return False
    if not one[1].recipient or abs(other[1].at - one[1].at) > AT_ONCE:
        return False
    alike = msgspec.structs.replace(other[1], recipient=one[1].recipient, at=one[1].at)
    return bool(alike == one[1])


def _step(pending: Sequence[tuple[Record, AnyEvent]], before: float | None) -> Step:
    record, event = pending[0]
    named = dict.fromkeys(one.recipient for _, one in pending if one.recipient)
    since = None if before is None else max(0.0, event.at - before)
    return Step(record.host, record.trace, event, tuple(named), since)


def _tied(stories: Sequence[Story], groups: dict[str, list[Record]]) -> tuple[Story, ...]:
    """Tie notifications to the messages they are about."""
    keys = {r.trace: story_key(name) for name, group in groups.items() for r in group}
    about: dict[str, str] = {}
    for story in stories:
        for step in story.steps:
            for notice, cause in _ties(step):
                if notice in keys and cause in keys:
                    about[keys[notice]] = keys[cause]
    notices: dict[str, list[str]] = {}
    for notice_key in (story.key for story in reversed(stories) if story.key in about):
        notices.setdefault(about[notice_key], []).append(notice_key)
    return tuple(
        replace(story, about=about.get(story.key, ""), notices=tuple(notices.get(story.key, ())))
        for story in stories
    )


def _ties(step: Step) -> Iterator[tuple[str, str]]:
    """(trace of a notification, trace of what it is about), as either side wrote it down."""
    if isinstance(step.event, Notified) and step.event.dsn_trace:
        yield step.event.dsn_trace, step.trace
    elif isinstance(step.event, Accepted) and (cause := cause_of(step.event)):
        yield step.trace, cause
