"""SEARCH keys as functions that judge a message: True, False, or None when more must be read.

The keys of a search are compiled once. A message is judged by its row first; whoever is still
undecided gets its header read, and at last its text. Nothing is ever guessed.

Standards: RFC 9051 §6.4.4, RFC 3501 §6.4.4 (NEW, OLD, RECENT), RFC 5032, RFC 7162 §3.1.5,
RFC 8474 §6, RFC 8514 §4.3
"""

from __future__ import annotations

import datetime
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from postroad import message
from postroad.mra.imap.flags import keyword_of
from postroad.mra.imap.subject import Subject, fold
from postroad.mra.imap.view import Range, View
from postroad.protocols.imap import search_keys as k
from postroad.protocols.imap.errors import CommandError
from postroad.protocols.imap.sequences import SequenceSet

Verdict = bool | None
Judge = Callable[[Subject], Verdict]

DAY = 86_400
"""Seconds; leap seconds are not counted since 1970 (POSIX)."""

ZONES = 14 * 3600
"""Seconds that a sender's clock is at most away from Greenwich (Kiribati)."""


class Compiler:
    """Makes judges for the keys of one search. `now`: seconds since the epoch."""

    def __init__(self, view: View, now: float) -> None:
        self._view = view
        self._now = now

    def judge(self, key: k.Key) -> Judge:
        """The judge of a key."""
        make: Callable[[Any], Judge] = getattr(self, f"_{type(key).__name__.lower()}")
        return make(key)

    # --- of many ---

    def _and(self, key: k.And) -> Judge:
        judges = [self.judge(one) for one in sorted(key.keys, key=cost)]

        def all_of(subject: Subject) -> Verdict:
            verdict: Verdict = True
            for one in judges:
                found = one(subject)
                if found is False:
                    return False
                if found is None:
                    verdict = None
            return verdict

        return all_of

    def _or(self, key: k.Or) -> Judge:
        judges = [self.judge(one) for one in sorted(key.keys, key=cost)]

        def any_of(subject: Subject) -> Verdict:
            verdict: Verdict = False
            for one in judges:
                found = one(subject)
                if found:
                    return True
                if found is None:
                    verdict = None
            return verdict

        return any_of

    def _not(self, key: k.Not) -> Judge:
        inner = self.judge(key.key)

        def negated(subject: Subject) -> Verdict:
            found = inner(subject)
            return None if found is None else not found

        return negated

    # --- of the row ---

    def _all(self, key: k.All) -> Judge:
        return lambda subject: True

    def _savedatesupported(self, key: k.SaveDateSupported) -> Judge:
        return lambda subject: True

    def _hasflag(self, key: k.HasFlag) -> Judge:
        try:
            keyword = keyword_of(key.flag)
        except CommandError:  # a flag that cannot be set is never there
            return lambda subject: not key.present

        @lru_cache(4096)
        def fits(keywords: str) -> bool:
            return (keyword in keywords.split()) is key.present

        return lambda subject: fits(subject.row.keywords)

    def _recency(self, key: k.Recency) -> Judge:
        return lambda subject: key.kind == "OLD"  # no message is ever \Recent here

    def _sized(self, key: k.Sized) -> Judge:
        octets = key.octets
        if key.larger:
            return lambda subject: subject.row.size > octets
        return lambda subject: subject.row.size < octets

    def _aged(self, key: k.Aged) -> Judge:
        border = self._now - key.seconds
        if key.older:
            return lambda subject: subject.row.received < border
        return lambda subject: subject.row.received >= border

    def _modseqsince(self, key: k.ModSeqSince) -> Judge:
        return lambda subject: subject.row.modseq >= key.value

    def _hasemailid(self, key: k.HasEmailId) -> Judge:
        return lambda subject: f"E{subject.row.origin}" == key.object_id

    def _hasthreadid(self, key: k.HasThreadId) -> Judge:
        return lambda subject: f"T{subject.row.thread_id}" == key.object_id

    def _numbered(self, key: k.Numbered) -> Judge:
        if key.messages.saved:
            return self._of_saved()
        fits = within(key.messages.resolve(len(self._view)))
        return lambda subject: fits(subject.number)

    def _hasuid(self, key: k.HasUid) -> Judge:
        if key.uids.saved:
            return self._of_saved()
        fits = within(key.uids.resolve(self._view.uids[-1] if len(self._view) else 0))
        return lambda subject: fits(subject.row.uid)

    def _of_saved(self) -> Judge:
        saved = frozenset(self._view.saved)
        return lambda subject: subject.row.uid in saved

    def _dated(self, key: k.Dated) -> Judge:
        start = datetime.datetime.combine(key.day, datetime.time(), datetime.UTC).timestamp()
        if key.of is k.DateOf.SENT:
            return _sent(key, start)
        fits = _lies(key.when, start)
        if key.of is k.DateOf.SAVED:
            return lambda subject: fits(subject.row.saved)
        return lambda subject: fits(subject.row.received)

    # --- of the header and the text ---

    def _inheader(self, key: k.InHeader) -> Judge:
        name, text = key.name.lower(), fold(key.text)

        def in_header(subject: Subject) -> Verdict:
            return subject.in_header(name, text) if subject.knows(name) else None

        return in_header

    def _inbody(self, key: k.InBody) -> Judge:
        text = fold(key.text)

        def in_body(subject: Subject) -> Verdict:
            return None if subject.data is None else subject.in_body(text)

        return in_body

    def _intext(self, key: k.InText) -> Judge:
        text = fold(key.text)

        def in_text(subject: Subject) -> Verdict:
            if subject.data is None:
                return None
            return subject.in_any_header(text) or subject.in_body(text)

        return in_text


def cost(key: k.Key) -> int:
    """What a key may have to read: 0 the row, 1 the header, 2 the text."""
    match key:
        case k.And() | k.Or():
            return max(map(cost, key.keys))
        case k.Not():
            return cost(key.key)
        case k.InBody() | k.InText():
            return 2
        case k.InHeader() | k.Dated(of=k.DateOf.SENT):
            return 1
    return 0


def asks_modseq(key: k.Key) -> bool:
    """Whether MODSEQ is among the keys (RFC 7162 §3.1.5)."""
    match key:
        case k.And() | k.Or():
            return any(map(asks_modseq, key.keys))
        case k.Not():
            return asks_modseq(key.key)
    return isinstance(key, k.ModSeqSince)


def candidates(view: View, key: k.Key) -> list[Range]:
    """Places outside of which nothing can fit."""
    match key:
        case k.HasUid():
            return _places(view, key.uids, by_uid=True)
        case k.Numbered():
            return _places(view, key.messages, by_uid=False)
        case k.And():
            found = [(0, len(view))]
            for one in key.keys:
                if isinstance(one, k.HasUid | k.Numbered):
                    found = _both(found, candidates(view, one))
            return found
    return [(0, len(view))]


def _places(view: View, wanted: SequenceSet, *, by_uid: bool) -> list[Range]:
    return view.places(wanted, by_uid=by_uid)


def _both(one: Sequence[Range], other: Sequence[Range]) -> list[Range]:
    """What is in both of two sets of rising half-open ranges."""
    found, at = [], 0
    for low, high in one:
        while at < len(other) and other[at][1] <= low:
            at += 1
        place = at
        while place < len(other) and other[place][0] < high:
            found.append((max(low, other[place][0]), min(high, other[place][1])))
            place += 1
    return found


def within(ranges: Sequence[Range]) -> Callable[[int], bool]:
    """What says whether a number lies in rising ranges."""
    starts = array("Q", (low for low, _ in ranges))

    def test(number: int) -> bool:
        at = bisect_right(starts, number) - 1
        return at >= 0 and number <= ranges[at][1]

    return test


def _lies(when: k.When, start: float) -> Callable[[float], bool]:
    """How a moment lies to the day that begins at `start`."""
    if when is k.When.BEFORE:
        return lambda moment: moment < start
    if when is k.When.SINCE:
        return lambda moment: moment >= start
    return lambda moment: start <= moment < start + DAY


def _sent(key: k.Dated, start: float) -> Judge:
    """The day that the sender's clock showed; the moment alone decides unless it is close."""
    fits = _lies(key.when, start)

    def sent(subject: Subject) -> Verdict:
        moment = subject.row.sent
        if moment is None:
            return False
        if fits(moment - ZONES) == fits(moment + ZONES) == fits(moment) and not (
            key.when is k.When.ON and abs(moment - start) < 2 * DAY
        ):
            return fits(moment)
        if not subject.knows("date"):
            return None
        date = message.parse_date(subject.headers.value("date"))
        return date is not None and fits(date.epoch + (date.offset or 0) * 60)

    return sent
