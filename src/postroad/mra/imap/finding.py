"""Runs a search over the open mailbox: rows first, then headers, then texts of what is undecided.

The event loop goes on meanwhile: texts are judged in a thread, a megabyte at a time, and a client
that waits long is told how far it is.

Standards: RFC 9051 §6.4.4, RFC 9585 (INPROGRESS)
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap import reading
from postroad.mra.imap.judge import Compiler, Judge, candidates
from postroad.mra.imap.reading import Loaded
from postroad.mra.imap.session import ImapSession, Out
from postroad.mra.imap.subject import Subject
from postroad.mra.imap.view import Range
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.search_keys import Key
from postroad.protocols.imap.status import Code, in_progress, no, ok
from postroad.store import Row

SLICE = 4_000
"""Messages judged by their rows in one go."""

PATIENCE = 5.0
"""Seconds after which a client is told how far a search is (RFC 9585 §4 suggests 10)."""

SEARCH_SECONDS = 300.0
"""Ours: the longest search; after that the client hears NO (attack 36)."""

_TOO_LONG = no("The search takes too long; ask for less", Code.LIMIT)


class Search:
    """One search of a session."""

    def __init__(self, session: ImapSession, out: Out) -> None:
        self._session = session
        self._out = out
        self._now = asyncio.get_running_loop().time
        self._began = self._told = self._now()
        self._done = self._goal = 0

    async def find(self, key: Key) -> list[Row]:
        """The rows of the messages that fit, rising. Raises Refused, CommandError."""
        session = self._session
        view = session.selected
        places = candidates(view, key)
        self._goal = sum(high - low for low, high in places)
        judge = Compiler(view, session.service.clock()).judge(key)
        found: list[Row] = []
        for some in reading.slices(places, SLICE):
            found += await self._slice(judge, some)
            self._done += sum(high - low for low, high in some)
        return found

    async def _slice(self, judge: Judge, places: Sequence[Range]) -> list[Row]:
        """Judge the messages of some places."""
        session = self._session
        view = session.selected
        ranges = view.uid_ranges(places)
        rows = await session.read(
            partial(
                store.rows, account_id=view.account_id, mailbox_id=view.mailbox_id, ranges=ranges
            )
        )
        subjects = [Subject(row, view.place(row.uid) + 1) for row in rows]
        fit, undecided = _sift(judge, subjects)
        if undecided:
            for some in _hundreds(undecided):
                hits, undecided_still = await self._by_headers(judge, some)
                fit += hits
                fit += await self._by_texts(judge, undecided_still)
            fit.sort(key=lambda row: row.uid)
        return fit

    async def _by_headers(
        self, judge: Judge, subjects: list[Subject]
    ) -> tuple[list[Row], list[Subject]]:
        """Read the kept header fields and judge again."""
        await self._pace(0)
        emails = [subject.row.email_id for subject in subjects]
        account = self._session.account_id
        found = await self._session.service.viewer.fetch(account, emails, {"fields"})
        for subject in subjects:
            views = found.get(subject.row.email_id)
            subject.fields = views.fields if views is not None else None
        return _sift(judge, subjects)

    async def _by_texts(self, judge: Judge, subjects: list[Subject]) -> list[Row]:
        """Read the whole messages and judge for good."""
        fit: list[Row] = []
        by_row = {subject.row.uid: subject for subject in subjects}
        for group in reading.batches([subject.row for subject in subjects], contents=True):
            await self._pace(len(group))
            some = [by_row[row.uid] for row in group]
            await self._read(some)
            hits, _ = await asyncio.to_thread(_sift, judge, some)
            for subject in some:
                subject.data = None
            fit += hits
        return fit

    async def _read(self, subjects: Sequence[Subject]) -> None:
        """Give each its octets; one that was expunged meanwhile is an empty one."""
        session = self._session
        loaded = [Loaded(subject.row) for subject in subjects]
        account = session.account_id

        def load(tx: Transaction) -> None:
            reading.load_contents(tx, account, loaded)

        await session.read(load)
        service = session.service
        for subject, one in zip(subjects, loaded, strict=True):
            if one.data is None and one.content is not None:
                rest = await service.blobs.read(service.db, one.content.blob)
                one.data = one.content.prefix + rest
            subject.has_read(one.data or b"")

    async def _pace(self, more: int) -> None:
        """Let others come in between, tell how far it is, and end what takes too long."""
        now = self._now()
        if now - self._began > SEARCH_SECONDS:
            raise Refused(_TOO_LONG)
        if now - self._told > PATIENCE:
            self._told = now
            code = in_progress(self._session.tag, self._done, max(self._goal, 1))
            await self._out.write(ok("Still searching", code).encode())
        await asyncio.sleep(0)


def _sift(judge: Judge, subjects: list[Subject]) -> tuple[list[Row], list[Subject]]:
    """Those that fit, and those of which more must be read."""
    fit: list[Row] = []
    undecided: list[Subject] = []
    for subject in subjects:
        verdict = judge(subject)
        if verdict:
            fit.append(subject.row)
        elif verdict is None:
            undecided.append(subject)
    return fit, undecided


def _hundreds(subjects: list[Subject]) -> list[list[Subject]]:
    return [subjects[at : at + reading.ROWS] for at in range(0, len(subjects), reading.ROWS)]
