"""The whole page as HTML, from a plan, the hosts' state and the stories; pure.

What may change while somebody looks on is inside `#map` and `#stories`; the script fetches the page
again and replaces what is new there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from urllib.parse import quote

from postroad.lab import texts as t
from postroad.lab.page._commands import BETWEEN_LINES, Command, commands
from postroad.lab.page._html import Content, Html, join, plain, tag
from postroad.lab.page._journals import SHOWN, Gathered
from postroad.lab.page._journeys import journeys
from postroad.lab.page._map import Status, draw, legend, way
from postroad.lab.page._phrases import address, phrase, stranger
from postroad.lab.page._steps import Setting
from postroad.lab.plan import PASSWORD, PEOPLE, Plan
from postroad.lab.texts import LANGUAGES, NAMES, TAGS, Language, Text

KEY_LENGTH = 998
"""Characters of a key that is looked for: a Message-ID fits one line (RFC 5322 §2.1.1)."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything that one page shows. `sought` is the key looked for, "" for the newest.

    `program` is how Postroad is called in a terminal.
    """

    language: Language
    gathered: Gathered
    sought: str = ""
    zone: tzinfo | None = None
    program: str = "postroad"


def document(plan: Plan, up: Status, view: View) -> str:
    """Return the page, from the doctype on."""
    say = partial(phrase, view.language)
    body = tag(
        "body",
        tag("a", say(t.SKIP), class_="skip", href="#journeys"),
        _header(view),
        tag(
            "main",
            _map(plan, up, view),
            tag("div", _commands(plan, view), _facts(plan, view.language), class_="side"),
            _journeys(plan, view),
        ),
        data_copied=t.COPIED.of(view.language),
    )
    return f"<!doctype html>\n{tag('html', _head(view), body, lang=TAGS[view.language])}\n"


def _head(view: View) -> Html:
    title = t.TITLE.of(view.language)
    if view.sought:
        title = f"{plain(view.sought)} – {title}"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("title", title),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="stylesheet", href="page.css"),
        tag("link", rel="icon", href="icon.svg", type="image/svg+xml"),
        tag("script", Html(""), src="page.js", defer=True),
    )


def _header(view: View) -> Html:
    say = partial(phrase, view.language)
    links = [_language(language, view) for language in LANGUAGES]
    return tag(
        "header",
        tag("div", tag("h1", say(t.TITLE)), tag("p", say(t.LEAD)), class_="title"),
        tag("nav", tag("ul", links), class_="languages", aria_label=t.LANGUAGE.of(view.language)),
    )


def _language(language: Language, view: View) -> Html:
    find = f"&find={quote(view.sought, safe='')}" if view.sought else ""
    here = "true" if language == view.language else None
    link = tag(
        "a",
        NAMES[language],
        href=f"?lang={language}{find}",
        hreflang=TAGS[language],
        lang=TAGS[language],
        aria_current=here,
    )
    return tag("li", link)


def _map(plan: Plan, up: Status, view: View) -> Html:
    say = partial(phrase, view.language)
    return tag(
        "section",
        tag("h2", say(t.MAP), id="map-title"),
        tag("div", draw(plan, up, view.language), id="map"),
        legend(view.language),
        tag("p", say(t.MAP_NOTE), class_="note"),
        aria_labelledby="map-title",
    )


def _commands(plan: Plan, view: View) -> Html:
    say = partial(phrase, view.language)
    items = [
        tag(
            "li",
            tag(
                "div",
                tag("p", say(command.purpose)),
                tag("button", say(t.COPY), type="button", hidden=True, data_copy=True),
                class_="command",
            ),
            tag("pre", tag("code", _shell(command)), tabindex="0"),
        )
        for command in commands(plan, view.program)
    ]
    return tag(
        "section",
        tag("h2", say(t.COMMANDS), id="commands-title"),
        tag("p", say(t.COMMANDS_NOTE), class_="note"),
        tag("ol", items, class_="commands"),
        aria_labelledby="commands-title",
    )


def _shell(command: Command) -> Html:
    return join(command.lines, Html(BETWEEN_LINES))


def _facts(plan: Plan, language: Language) -> Html:
    say = partial(phrase, language)
    pairs: list[tuple[Text, Content]] = [
        (t.PEOPLE, tag("ul", [tag("li", address(person.address)) for person in PEOPLE])),
        (t.PASSWORD, tag("code", PASSWORD)),
        (t.DNS, tag("code", f"{plan.dns[0]}:{plan.dns[1]}")),
        (t.STRANGER, ["evil.test ", tag("code", plan.stranger)]),
        (t.AUTHORITY, tag("code", str(plan.authority.absolute()), class_="path")),
    ]
    rows = [tag("div", tag("dt", say(name)), tag("dd", value)) for name, value in pairs]
    return tag(
        "section",
        tag("h2", say(t.FACTS), id="facts-title"),
        tag("dl", rows, class_="facts-list"),
        aria_labelledby="facts-title",
    )


def _journeys(plan: Plan, view: View) -> Html:
    say = partial(phrase, view.language)
    return tag(
        "section",
        tag("div", tag("h2", say(t.JOURNEYS), id="journeys-title"), _live(view), class_="bar"),
        _search(view),
        tag("noscript", tag("p", say(t.NO_SCRIPT), class_="note")),
        tag("p", say(t.LOST), id="lost", class_="trouble", role="status", hidden=True),
        tag("p", id="news", class_="unseen", role="status", data_news=t.NEWS.of(view.language)),
        tag("div", _stories(plan, view), id="stories"),
        id="journeys",
        aria_labelledby="journeys-title",
        tabindex="-1",
    )


def _live(view: View) -> Html:
    """The switch of the refreshing; shown by the script, which alone can refresh."""
    return tag(
        "button",
        tag("i", aria_hidden="true"),
        phrase(view.language, t.LIVE),
        id="live",
        type="button",
        aria_pressed="true",
        hidden=True,
    )


def _search(view: View) -> Html:
    say = partial(phrase, view.language)
    return tag(
        "form",
        tag("input", type="hidden", name="lang", value=view.language),
        tag("label", say(t.FIND), for_="find"),
        tag(
            "input",
            id="find",
            name="find",
            type="search",
            value=view.sought,
            maxlength=str(KEY_LENGTH),
            autocomplete="off",
            spellcheck="false",
        ),
        tag("button", say(t.FIND_BUTTON)),
        tag("a", say(t.SHOW_ALL), href=f"?lang={view.language}") if view.sought else None,
        role="search",
        class_="find",
    )


def _stories(plan: Plan, view: View) -> list[Content]:
    say = partial(phrase, view.language)
    gathered = view.gathered
    lanes = {host.name: number for number, host in enumerate(way(plan), 1)}
    keys = {trace: story.key for story in gathered.stories for _, trace in story.traces}
    setting = Setting(view.language, view.zone, lanes, keys)
    troubles = [
        tag("p", say(t.UNREADABLE, host=host, reason=stranger(reason)), class_="trouble")
        for host, reason in gathered.troubles.items()
    ]
    if gathered.stories:
        shown: Content = journeys(gathered.stories, setting, opened=bool(view.sought))
    elif view.sought:
        shown = tag("p", say(t.NOT_FOUND, sought=stranger(view.sought)), class_="empty")
    else:
        shown = tag("p", say(t.EMPTY), class_="empty")
    older = tag("p", say(t.ONLY_NEWEST, count=str(SHOWN)), class_="note")
    return [troubles, shown, older if gathered.more else None]
