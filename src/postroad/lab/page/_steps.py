"""One step of a journey as a row: which host and station, when, what was decided, and why.

Every kind of event has its sentence here and nowhere else. Reasons and the remote's words are
quoted as they were written down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from functools import singledispatch

from postroad.journey.events import (
    Accepted,
    Attempted,
    Changed,
    Checked,
    Discarded,
    Event,
    Expanded,
    Filed,
    Notified,
    Queued,
    Received,
    Retrieved,
)
from postroad.lab.page import _steps_texts as t
from postroad.lab.page._format import duration, moment, octets
from postroad.lab.page._html import Content, Html, tag
from postroad.lab.page._phrases import address, addresses, phrase, reason, station, stranger
from postroad.lab.page._story import Step, Story
from postroad.lab.texts import MORE_STEPS, NEXT_TRY, Language, Text

STEPS_SHOWN = 300
"""Steps of one story on the page: a main job has about thirty; the rest is counted."""


NAMES_ITS_RECIPIENT = (Expanded, Filed, Retrieved)
"""Events whose sentence says already whom they are about."""


@dataclass(frozen=True, slots=True)
class Setting:
    """In which language and time zone a page is written, and which lane is whose.

    `lanes` numbers the hosts along the way from 1; `shown` are the keys of the stories on the page
    and `keys` tells the story of a trace id.
    """

    language: Language
    zone: tzinfo | None
    lanes: dict[str, int]
    keys: dict[str, str]

    def say(self, sentence: Text, **values: Content) -> Html:
        """`sentence` in the reader's language."""
        return phrase(self.language, sentence, **values)

    def link(self, trace: str) -> str:
        """Where the story of `trace` is: on this page, or to be looked for."""
        key = self.keys.get(trace)
        if key:
            return f"#j-{key}"
        return f"?lang={self.language}&find={trace}"


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words: its mark for the eye, a sentence, small facts, the reason, a quotation."""

    mark: str
    sentence: Html
    facts: tuple[Content, ...] = ()
    reason: str = ""
    quote: str = ""


def steps(story: Story, setting: Setting) -> Html:
    """All steps of `story` as an ordered list."""
    rows, before = [], ""
    for step in story.steps[:STEPS_SHOWN]:
        rows.append(_row(step, before, setting))
        before = step.host
    hidden = len(story.steps) - STEPS_SHOWN
    rest = tag("p", setting.say(MORE_STEPS, count=str(hidden)), class_="note")
    return Html(tag("ol", rows, class_="steps") + (rest if hidden > 0 else ""))


def _row(step: Step, before: str, setting: Setting) -> Html:
    told = _tell(step.event, step, setting)
    host = "host" if step.host != before else "host same"
    since = "" if step.since is None else f"+{duration(step.since, setting.language)}"
    return tag(
        "li",
        _lanes(step.host, before, setting),
        tag("span", moment(step.event.at, setting.zone), tag("i", since), class_="when"),
        tag(
            "span",
            tag("b", step.host, class_=host),
            " ",
            station(step.event.station, setting.language),
            class_="where",
        ),
        _words(told, step, setting),
        class_=f"step {told.mark}",
    )


def _words(told: Told, step: Step, setting: Setting) -> Html:
    """What happened, to whom, what the remote said, and the small print with the reason."""
    whom = () if isinstance(step.event, NAMES_ITS_RECIPIENT) else step.recipients
    small = [tag("li", fact) for fact in told.facts if fact]
    if told.reason:
        small.append(reason(told.reason, "li", setting.language))
    return tag(
        "div",
        tag("p", told.sentence, class_="what"),
        tag("p", addresses(whom, setting.language), class_="whom") if whom else None,
        tag("p", tag("q", told.quote, translate="no"), class_="reply") if told.quote else None,
        tag("ul", small, class_="facts") if small else None,
        class_="told",
    )


def _lanes(host: str, before: str, setting: Setting) -> Html:
    """The dot on the host's line, and the crossing from the line of the step before."""
    lane, last = setting.lanes.get(host, 0), setting.lanes.get(before, 0)
    crossing = None
    if lane and last and lane != last:
        crossing = tag("b", class_=f"x{min(lane, last)}{max(lane, last)}")
    dot = tag("i", class_=f"l{lane}") if lane else None
    return tag("span", crossing, dot, class_="lanes", aria_hidden="true")


@singledispatch
def _tell(event: Event, step: Step, setting: Setting) -> Told:
    """What a kind of event that this page does not know yet says of itself."""
    return Told("plain", tag("span", type(event).__name__))


@_tell.register
def _(event: Received, step: Step, setting: Setting) -> Told:
    helo = stranger(event.helo or "?")
    peer = tag("code", f"{event.peer}:{event.port}" if event.port else event.peer)
    facts = (
        tag("code", event.protocol),
        tag("code", event.tls) if event.tls else setting.say(t.NO_TLS),
        setting.say(t.SIGNED_IN, user=address(event.user)) if event.user else None,
        setting.say(t.REVERSE_NAME, name=stranger(event.ptr)) if event.ptr else None,
    )
    return Told("arrival", setting.say(t.CONNECTED, helo=helo, peer=peer), facts)


@_tell.register
def _(event: Checked, step: Step, setting: Setting) -> Told:
    check, result = t.CHECKS.get(event.check), t.RESULTS.get(event.result)
    sentence = setting.say(
        t.CHECKED,
        check=setting.say(check) if check else stranger(event.check),
        result=tag("strong", setting.say(result) if result else event.result),
    )
    mark = {"pass": "good", "fail": "bad"}.get(event.result, "plain")
    return Told(mark, sentence, reason=event.reason)


@_tell.register
def _(event: Accepted, step: Step, setting: Setting) -> Told:
    whom = addresses(event.recipients, setting.language)
    facts = (
        Html(setting.say(t.FROM, sender=address(event.reverse_path)) + " → " + whom),
        octets(event.size),
    )
    return Told("taken", setting.say(t.ACCEPTED), facts, event.reason)


@_tell.register
def _(event: Changed, step: Step, setting: Setting) -> Told:
    facts = (
        setting.say(t.ADDED, names=_names(event.added)) if event.added else None,
        setting.say(t.REMOVED, names=_names(event.removed)) if event.removed else None,
    )
    return Told("plain", setting.say(t.CHANGED), facts, event.reason)


@_tell.register
def _(event: Expanded, step: Step, setting: Setting) -> Told:
    whom = address(event.recipient)
    sentence = setting.say(
        t.EXPANDED, recipient=whom, targets=addresses(event.to, setting.language)
    )
    ways = [t.WAYS.get(way) for way in event.by.split(", ")]
    named = [
        setting.say(way) if way else stranger(word)
        for way, word in zip(ways, event.by.split(", "), strict=True)
    ]
    return Told("plain", sentence, tuple(named) if event.by else ())


@_tell.register
def _(event: Filed, step: Step, setting: Setting) -> Told:
    sentence = setting.say(t.FILED, mailbox=stranger(event.mailbox), account=address(event.account))
    return Told("end", sentence, (f"UID {event.uid}",), event.reason)


@_tell.register
def _(event: Queued, step: Step, setting: Setting) -> Told:
    sentence = setting.say(t.QUEUED, route=tag("code", event.route))
    return Told("plain", sentence, reason=event.reason)


_ATTEMPTS: dict[str, tuple[str, Text]] = {
    "relayed": ("good", t.RELAYED),
    "delivered": ("good", t.DELIVERED),
    "deferred": ("wait", t.DEFERRED),
    "failed": ("bad", t.REFUSED),
}


@_tell.register
def _(event: Attempted, step: Step, setting: Setting) -> Told:
    mark, sentence = _ATTEMPTS.get(event.outcome, ("plain", t.TRIED))
    remote = stranger(event.remote) if event.remote else setting.say(t.THIS_HOST)
    words = [str(event.code) if event.code else "", event.enhanced, event.text]
    again = moment(event.next_attempt, setting.zone) if event.next_attempt else None
    facts = (
        tag("code", event.tls) if event.tls else None,
        setting.say(NEXT_TRY, time=again) if again else None,
    )
    said = setting.say(sentence, remote=remote, outcome=stranger(event.outcome))
    return Told(mark, said, facts, quote=" ".join(word for word in words if word))


@_tell.register
def _(event: Notified, step: Step, setting: Setting) -> Told:
    if not event.dsn_trace:
        return Told("plain", setting.say(t.NOT_NOTIFIED), reason=event.reason)
    see = tag("a", setting.say(t.SEE_NOTICE), href=setting.link(event.dsn_trace))
    sentence = setting.say(t.NOTIFIED, address=address(event.to))
    return Told(
        "bad" if event.reason.startswith("failed") else "wait", sentence, (see,), event.reason
    )


@_tell.register
def _(event: Discarded, step: Step, setting: Setting) -> Told:
    return Told("end", setting.say(t.DISCARDED), reason=event.reason)


@_tell.register
def _(event: Retrieved, step: Step, setting: Setting) -> Told:
    sentence = t.TAKEN_AWAY if event.action == "removed" else t.READ
    return Told(
        "end", setting.say(sentence, account=address(event.account), protocol=stranger(event.by))
    )


def _names(names: Iterable[str]) -> Html:
    return Html(", ".join(tag("code", name) for name in names))
