"""Reads the four servers' journals and gathers what belongs together.

Every host's database is read on a snapshot of its own. A host whose database is not there yet is
left out; one that cannot be read is named with the reason, and the others are shown all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from postroad import journey
from postroad.db import DatabaseError, Transaction, Unit
from postroad.journey.events import Accepted, Notified
from postroad.lab.page._merge import cause_of, identity, merge
from postroad.lab.page._story import Record, Story

T = TypeVar("T")

SHOWN = 40
"""Stories on the page: two screens of main jobs, and the page stays below half a megabyte."""


class Readable(Protocol):
    """The part of a `postroad.db.Database` that the page needs."""

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on a snapshot."""
        ...


@dataclass(slots=True)
class Gathered:
    """Stories, newest first; why hosts could not be read; whether there are older stories."""

    stories: tuple[Story, ...] = ()
    troubles: dict[str, str] = field(default_factory=dict)
    more: bool = False


class Journals:
    """The journals of all hosts by the host's name; `sources` may gain hosts later."""

    def __init__(self, sources: Mapping[str, Readable]) -> None:
        self._sources = sources

    async def marks(self) -> tuple[tuple[str, int], ...]:
        """Return what changes whenever a host writes something down; -1 for an unreadable one."""
        troubles: dict[str, str] = {}
        marks = await self._ask_all(journey.last_cursor, troubles)
        return (*marks.items(), *((host, -1) for host in troubles))

    async def newest(self, limit: int = SHOWN) -> Gathered:
        """Gather the newest `limit` messages, each with the records of every host."""
        troubles: dict[str, str] = {}
        found = await self._ask_all(lambda tx: journey.recent(tx, limit + 1), troubles)
        records = [_record(host, one) for host, known in found.items() for one in known]
        began: dict[str, float] = {}
        for record in records:
            name = identity(record)
            began[name] = min(record.began, began.get(name, record.began))
        newest = sorted(began, key=began.__getitem__, reverse=True)
        chosen = set(newest[:limit])
        kept = [record for record in records if identity(record) in chosen]
        kept += await self._missing(chosen, kept, troubles)
        return Gathered(merge(kept), troubles, more=len(newest) > limit)

    async def sought(self, key: str) -> Gathered:
        """Gather the message with the trace id or Message-ID `key`, and what is tied to it."""
        troubles: dict[str, str] = {}
        records = await self._find([key], troubles)
        records += await self._find({r.message_id for r in records} - {"", key}, troubles)
        tied = {trace for record in records for trace in _ties(record)}
        further = await self._find(tied, troubles)
        names = {record.message_id for record in further} - {r.message_id for r in records}
        further += await self._find(names - {""}, troubles)
        unique = {(record.host, record.trace): record for record in (*records, *further)}
        return Gathered(merge(unique.values()), troubles)

    async def _missing(
        self, names: Iterable[str], have: Sequence[Record], troubles: dict[str, str]
    ) -> list[Record]:
        """What hosts know of `names` beyond their newest journeys: a busy one forgets sooner."""
        found: list[Record] = []
        for host in list(self._sources):
            told = {identity(record) for record in have if record.host == host}
            unit = partial(_find_all, keys=sorted(set(names) - told))
            found += await self._records(host, unit, troubles)
        return found

    async def _find(self, keys: Iterable[str], troubles: dict[str, str]) -> list[Record]:
        unit = partial(_find_all, keys=list(keys))
        return [
            r for host in list(self._sources) for r in await self._records(host, unit, troubles)
        ]

    async def _records(
        self, host: str, unit: Unit[list[journey.Journey]], troubles: dict[str, str]
    ) -> list[Record]:
        known = await self._ask(host, unit, troubles)
        return [_record(host, one) for one in known or ()]

    async def _ask_all(self, unit: Unit[T], troubles: dict[str, str]) -> dict[str, T]:
        answers = {host: await self._ask(host, unit, troubles) for host in list(self._sources)}
        return {host: answer for host, answer in answers.items() if answer is not None}

    async def _ask(self, host: str, unit: Unit[T], troubles: dict[str, str]) -> T | None:
        """Read at one host; None, and a line in `troubles`, when that cannot be done."""
        if host not in self._sources or host in troubles:
            return None
        try:
            return await self._sources[host].read(unit)
        except DatabaseError as error:
            troubles[host] = str(error)
            return None


def _find_all(tx: Transaction, keys: Sequence[str]) -> list[journey.Journey]:
    return [found for key in keys for found in journey.find(tx, key)]


def _record(host: str, one: journey.Journey) -> Record:
    return Record(host, one.trace, one.message_id.strip("<> "), one.subject, one.events)


def _ties(record: Record) -> Iterable[str]:
    """The trace ids of notifications about this message, and of what it is a notification about."""
    for event in record.events:
        if isinstance(event, Notified) and event.dsn_trace:
            yield event.dsn_trace
        elif isinstance(event, Accepted) and (cause := cause_of(event)):
            yield cause
