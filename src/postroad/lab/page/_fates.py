"""What became of each recipient, from what the hosts wrote down.

Every host knows only its own part: "relayed" is the end for the one that handed on and the
beginning for the next. So each record is read for itself, and the one that began last speaks for
the recipient.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import singledispatch

from postroad.journey.events import (
    Accepted,
    Attempted,
    Discarded,
    Event,
    Expanded,
    Filed,
    Notified,
    Queued,
    Retrieved,
)
from postroad.lab.page._story import Fate, Outcome, Record, State

Fates = dict[str, list[Fate]]
"""Fates by recipient, its address in lower case."""

_OPEN = (State.ON_ITS_WAY, State.WAITING)
"""States that a later event of the same host replaces."""

_GOOD_NEWS = ("delayed", "delivered", "relayed", "expanded")
"""Notifications that tell of no failure, as the first word of their reason (RFC 3464 §2.3.3)."""


def outcomes(records: Sequence[Record]) -> tuple[Outcome, ...]:
    """Return one outcome for each recipient of the message, as its sender wrote them.

    `records` are those of one message, in the order in which they began.
    """
    told = [_told_by(record) for record in records]
    expansions = _expansions(records)
    found = []
    roots = list(_roots(records, expansions))
    for address in roots:
        seen = {_key(root) for root in roots} - {_key(address)}
        found.append(Outcome(address, tuple(_follow(address, told, expansions, seen))))
    return tuple(found)


def _follow(
    address: str, told: Sequence[Fates], expansions: dict[str, list[str]], seen: set[str]
) -> Iterator[Fate]:
    """The fates of `address` and of what it was expanded to, each address once."""
    own = _latest(_key(address), told)
    onward = [
        target
        for target in expansions.get(_key(address), [])
        if _key(target) not in seen | {_key(address)} | {_key(fate.account) for fate in own}
    ]
    followed = seen | {_key(address)}
    further = [fate for target in onward for fate in _follow(target, told, expansions, followed)]
    if further:
        own = [fate for fate in own if fate.state is not State.ON_ITS_WAY]
    yield from own
    yield from further


def _latest(key: str, told: Sequence[Fates]) -> list[Fate]:
    """What the last host that got somewhere with this recipient says."""
    known = [fates[key] for fates in told if key in fates]
    telling = [one for one in known if any(f.state is not State.ON_ITS_WAY for f in one)]
    return (telling or known or [[]])[-1]


def _roots(records: Sequence[Record], expansions: dict[str, list[str]]) -> Iterator[str]:
    """The recipients of the envelope, without those that only an expansion brought in."""
    derived = {_key(target) for targets in expansions.values() for target in targets}
    seen: set[str] = set()
    for place, record in enumerate(records):
        for address in _recipients(record.events):
            if _key(address) in seen or (place and _key(address) in derived):
                continue
            seen.add(_key(address))
            yield address


def _recipients(events: Iterable[Event]) -> Iterator[str]:
    """Who was accepted; without an Accepted event, whom the events are about."""
    events = list(events)
    accepted = [event for event in events if isinstance(event, Accepted)]
    if accepted:
        for event in accepted:
            yield from event.recipients
    else:
        yield from (event.recipient for event in events if event.recipient)


def _expansions(records: Sequence[Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        for event in record.events:
            if isinstance(event, Expanded):
                targets = found.setdefault(_key(event.recipient), [])
                targets.extend(target for target in event.to if target not in targets)
    return found


def _key(address: str) -> str:
    return address.lower()


def _told_by(record: Record) -> Fates:
    """What one host knows of each recipient when its last event has happened."""
    fates: Fates = {}
    for event in record.events:
        _tell(event, record.host, fates)
    return fates


@singledispatch
def _tell(event: Event, host: str, fates: Fates) -> None:
    """Other events say nothing about where a recipient's copy is."""


@_tell.register
def _(event: Accepted, host: str, fates: Fates) -> None:
    for recipient in event.recipients:
        fates.setdefault(_key(recipient), [Fate(State.ON_ITS_WAY, host, event.at)])


@_tell.register
def _(event: Queued, host: str, fates: Fates) -> None:
    fate = Fate(State.WAITING, host, event.at, place=event.route, reason=event.reason)
    _settle(event, fates, fate)


@_tell.register
def _(event: Filed, host: str, fates: Fates) -> None:
    fate = Fate(State.FILED, host, event.at, place=event.mailbox, account=event.account)
    _settle(event, fates, fate)


@_tell.register
def _(event: Discarded, host: str, fates: Fates) -> None:
    _settle(event, fates, Fate(State.DISCARDED, host, event.at, reason=event.reason))


_BY_OUTCOME = {
    "relayed": State.HANDED_ON,
    "delivered": State.FILED,
    "deferred": State.WAITING,
    "failed": State.FAILED,
}


@_tell.register
def _(event: Attempted, host: str, fates: Fates) -> None:
    state = _BY_OUTCOME.get(event.outcome)
    if state is None:
        return
    before = fates.get(_key(event.recipient), [])
    if state is State.FILED and any(fate.state is State.FILED for fate in before):
        return  # the attempt was the filing that stands there already
    reason = " ".join(word for word in (str(event.code), event.enhanced, event.text) if word)
    place = "" if state is State.FILED else event.remote
    fate = Fate(state, host, event.at, place, reason=reason, next_attempt=event.next_attempt)
    _settle(event, fates, fate)


@_tell.register
def _(event: Notified, host: str, fates: Fates) -> None:
    known = fates.setdefault(_key(event.recipient), [])
    if all(fate.state is State.ON_ITS_WAY for fate in known):
        # A recipient refused where it was accepted has no attempt: the notice alone tells of it.
        if event.reason.startswith(_GOOD_NEWS):
            return
        reason = event.reason.removeprefix("failed: ")
        known[:] = [Fate(State.FAILED, host, event.at, reason=reason)]
    if event.dsn_trace:
        known[:] = [replace(fate, told=event.to, notice=event.dsn_trace) for fate in known]


@_tell.register
def _(event: Retrieved, host: str, fates: Fates) -> None:
    for known in fates.values():
        for place, fate in enumerate(known):
            if _key(fate.account) == _key(event.account) and not fate.read_by:
                known[place] = replace(fate, read_by=event.by)


def _settle(event: Event, fates: Fates, fate: Fate) -> None:
    """Put `fate` in place of what was open; finished copies of the same recipient stay."""
    known = fates.get(_key(event.recipient), [])
    kept = [one for one in known if one.state not in _OPEN]
    if fate.state is State.DISCARDED and kept:
        return
    told = next((one for one in known if one.told), None)
    if told and fate.state is State.WAITING:
        fate = replace(fate, told=told.told, notice=told.notice)
    fates[_key(event.recipient)] = [*kept, fate]
