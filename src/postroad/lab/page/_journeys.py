"""The list of journeys: one line for each message, its steps behind it.

A journey is a `details` element, so it opens without scripts.
"""

from __future__ import annotations

from postroad.lab import texts as t
from postroad.lab.page._format import duration, moment
from postroad.lab.page._html import Content, Html, join, tag
from postroad.lab.page._phrases import address, stranger
from postroad.lab.page._reasons import translated
from postroad.lab.page._steps import Setting, steps
from postroad.lab.page._story import Fate, Outcome, State, Story

OUTCOMES_SHOWN = 6
"""Recipients with their fates in a summary; a mailing to many is counted beyond."""

_MARKS = {
    State.FILED: "✓",
    State.DISCARDED: "∅",
    State.HANDED_ON: "↗",
    State.ON_ITS_WAY: "→",
    State.WAITING: "…",
    State.FAILED: "✕",
}
"""A shape for each state, so that colour is never the only sign."""


def journeys(stories: tuple[Story, ...], setting: Setting, *, opened: bool) -> Html:
    """All stories in order; `opened` shows their steps at once."""
    titles = {story.key: story for story in stories}
    return tag(
        "ol",
        [tag("li", _journey(story, titles, setting, opened)) for story in stories],
        class_="journeys",
        id="list",
    )


def _journey(story: Story, titles: dict[str, Story], setting: Setting, opened: bool) -> Html:
    return tag(
        "details",
        _summary(story, setting),
        tag("div", _ties(story, titles, setting), steps(story, setting), _foot(story, setting)),
        id=f"j-{story.key}",
        class_=f"journey s-{story.state.name.lower().replace('_', '-')}",
        open=opened,
    )


def _summary(story: Story, setting: Setting) -> Html:
    took = t.SO_FAR if story.state in (State.WAITING, State.ON_ITS_WAY) else t.TOOK
    shown = story.outcomes[:OUTCOMES_SHOWN]
    hidden = len(story.outcomes) - len(shown)
    more = setting.say(t.MORE, count=str(hidden))
    whom = join([address(outcome.recipient) for outcome in shown], ", ")
    return tag(
        "summary",
        _badge(story.state, setting),
        tag("h3", _subject(story, setting)),
        tag("span", moment(story.began, setting.zone, millis=False), class_="began"),
        tag(
            "span",
            address(story.sender),
            tag("span", "→", class_="arrow", aria_hidden="true"),
            tag("span", setting.say(t.FROM_TO), class_="unseen"),
            whom,
            [", ", more] if hidden > 0 else None,
            class_="route",
        ),
        tag(
            "span", setting.say(took, time=duration(story.seconds, setting.language)), class_="took"
        ),
        tag("span", [_outcome(one, setting) for one in shown], class_="outcomes"),
    )


def _badge(state: State, setting: Setting) -> Html:
    return tag(
        "span",
        tag("i", _MARKS[state], aria_hidden="true"),
        setting.say(t.STATES[state]),
        class_="badge",
    )


def _subject(story: Story, setting: Setting) -> Html:
    if story.subject.strip():
        return stranger(story.subject)
    return tag("em", setting.say(t.NO_SUBJECT))


def _outcome(outcome: Outcome, setting: Setting) -> Html:
    fates = outcome.fates or (Fate(State.ON_ITS_WAY, "", 0.0),)
    return tag(
        "span",
        address(outcome.recipient),
        [_fate(fate, outcome.recipient, setting) for fate in fates],
        class_="outcome",
    )


def _fate(fate: Fate, recipient: str, setting: Setting) -> Html:
    """A state and its circumstances, such as `delivered · in INBOX · read over POP3`."""
    state = tag("b", _MARKS[fate.state], " ", setting.say(t.STATES[fate.state]))
    parts: list[Content] = [state, *_circumstances(fate, recipient, setting)]
    name = fate.state.name.lower().replace("_", "-")
    return tag("span", join([part for part in parts if part], " · "), class_=f"fate s-{name}")


def _circumstances(fate: Fate, recipient: str, setting: Setting) -> list[Content]:
    if fate.state is State.FILED:
        return [_mailbox(fate, recipient, setting), _reader(fate, setting)]
    if fate.state is State.WAITING:
        return [
            _where(fate, setting),
            _reason(fate, setting),
            _next(fate, setting),
            _told(fate, setting),
        ]
    if fate.state is State.FAILED:
        told = _told(fate, setting) or setting.say(t.NOBODY_TOLD)
        return [_where(fate, setting), _reason(fate, setting), told]
    if fate.state is State.HANDED_ON:
        return [setting.say(t.TO_HOST, host=stranger(fate.place)), _reason(fate, setting)]
    return [_where(fate, setting), _reason(fate, setting)]


def _mailbox(fate: Fate, recipient: str, setting: Setting) -> Content:
    if not fate.place:
        return None
    if fate.account.lower() == recipient.lower():
        return stranger(fate.place)
    return setting.say(t.IN_MAILBOX, mailbox=stranger(fate.place), account=address(fate.account))


def _reader(fate: Fate, setting: Setting) -> Content:
    return setting.say(t.READ_BY, protocol=stranger(fate.read_by)) if fate.read_by else None


def _where(fate: Fate, setting: Setting) -> Content:
    return setting.say(t.AT_HOST, host=fate.host) if fate.host else None


def _reason(fate: Fate, setting: Setting) -> Content:
    """Our own reason in the reader's language, a remote's words as they came."""
    said = translated(fate.reason, setting.language)
    if said or not fate.reason:
        return said
    return tag("bdi", fate.reason, class_="why", lang="en")


def _next(fate: Fate, setting: Setting) -> Content:
    if not fate.next_attempt:
        return None
    when = moment(fate.next_attempt, setting.zone, millis=False)
    return setting.say(t.NEXT_TRY, time=when)


def _told(fate: Fate, setting: Setting) -> Content:
    return setting.say(t.WAS_TOLD, address=address(fate.told)) if fate.told else None


def _ties(story: Story, titles: dict[str, Story], setting: Setting) -> Content:
    """Links to the notifications about this message, or to the message it is about."""
    lines = []
    if story.about in titles:
        lines.append(setting.say(t.ABOUT, link=_link(titles[story.about], setting)))
    lines += [
        setting.say(t.NOTICE, link=_link(titles[key], setting))
        for key in story.notices
        if key in titles
    ]
    return [tag("p", line, class_="tie") for line in lines]


def _link(story: Story, setting: Setting) -> Html:
    return tag("a", _subject(story, setting), href=f"#j-{story.key}")


def _foot(story: Story, setting: Setting) -> Html:
    ids = [tag("li", tag("b", host), " ", tag("code", trace)) for host, trace in story.traces]
    here = f"?lang={setting.language}&find={story.traces[0][1]}"
    message_id = (
        tag("p", "Message-ID ", tag("code", f"<{story.message_id}>")) if story.message_id else None
    )
    return tag(
        "footer",
        message_id,
        tag("p", setting.say(t.TRACES)),
        tag("ul", ids),
        tag("p", tag("a", setting.say(t.LINK), href=here)),
    )
