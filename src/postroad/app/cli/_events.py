"""Each event of a journey as what happened and why, in the person's language."""

from __future__ import annotations

from postroad.app.cli._table import octets, when
from postroad.app.texts import Text
from postroad.app.texts import journey as texts
from postroad.journey import AnyEvent, events


def told(event: AnyEvent) -> tuple[str, str]:
    """What happened, and the reason that was written down with it ("" when it needs none)."""
    match event:
        case events.Received():
            return _received(event)
        case events.Attempted():
            return _attempted(event)
        case events.Notified(to=to, dsn_trace=trace, reason=reason):
            what = texts.NOTIFIED(to=to, trace=trace) if to else texts.NOT_NOTIFIED()
            return what, reason
        case events.Checked(check=check, result=result, reason=reason):
            return texts.CHECKED(check=check, result=result), reason
        case events.Accepted(size=size, recipients=recipients, reason=reason):
            return texts.ACCEPTED(size=octets(size), recipients=", ".join(recipients)), reason
        case events.Changed(added=added, removed=removed, reason=reason):
            names = {"added": ", ".join(added) or "–", "removed": ", ".join(removed) or "–"}
            return texts.CHANGED(**names), reason
    return _ending(event)


def _ending(event: AnyEvent) -> tuple[str, str]:
    """The events around a message's visible ends."""
    match event:
        case events.Expanded(by=by, to=to):
            return texts.EXPANDED(to=", ".join(to), by=by), ""
        case events.Filed(account=account, mailbox=mailbox, uid=uid, reason=reason):
            return texts.FILED(account=account, mailbox=mailbox, uid=uid), reason
        case events.Queued(route=route, reason=reason):
            return texts.QUEUED(route=route), reason
        case events.Discarded(reason=reason):
            return texts.DISCARDED(), reason
        case events.Retrieved(account=account, by=by, action=action):
            return texts.RETRIEVED(action=_word(texts.ACTIONS, action), account=account, by=by), ""
    return type(event).__name__, ""


def _received(event: events.Received) -> tuple[str, str]:
    peer = f"{event.ptr} [{event.peer}]" if event.ptr else event.peer
    how = ", ".join(part for part in (event.protocol, event.tls, event.user) if part)
    return texts.RECEIVED(peer=peer, helo=event.helo or "–", how=how), ""


def _attempted(event: events.Attempted) -> tuple[str, str]:
    reply = " ".join(part for part in (str(event.code), event.enhanced, event.text) if part)
    outcome = _word(texts.OUTCOMES, event.outcome)
    what = texts.ATTEMPTED(outcome=outcome, remote=event.remote or "–", reply=reply)
    later = texts.NEXT_ATTEMPT(when=when(event.next_attempt)) if event.next_attempt else ""
    return what, ", ".join(part for part in (event.tls, later) if part)


def _word(words: dict[str, Text], word: str) -> str:
    return words[word]() if word in words else word
