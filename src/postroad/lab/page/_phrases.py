"""Sentences with markup in their places, and the few shapes that all of the page is written in."""

from __future__ import annotations

from string import Formatter

from postroad.lab.page._html import Content, Html, join, tag, text
from postroad.lab.page._reasons import translated
from postroad.lab.texts import MORE, STATION_NAMES, Language, Text

LISTED = 12
"""Addresses shown in a row before the rest is only counted: a glance, not a directory."""


def phrase(language: Language, sentence: Text, /, **values: Content) -> Html:
    """`sentence` in `language` with `values` in its places; what is not markup is escaped."""
    parts = [
        Html(text(before) + (join(values[place]) if place else ""))
        for before, place, _, _ in Formatter().parse(sentence.of(language))
    ]
    return Html("".join(parts))


def stranger(value: str) -> Html:
    """A word that somebody else chose, kept apart so that its direction stays its own."""
    return tag("bdi", value)


def address(value: str) -> Html:
    """A mail address; `<>` for the null reverse-path."""
    return tag("bdi", value or "<>", class_="address")


def addresses(values: tuple[str, ...] | list[str], language: Language) -> Html:
    """Addresses in a row, the first LISTED of them, then how many more."""
    shown: list[Html] = [address(value) for value in values[:LISTED]]
    if len(values) > LISTED:
        shown.append(phrase(language, MORE, count=str(len(values) - LISTED)))
    return join(shown, ", ")


def reason(why: str, element: str, language: Language) -> Html:
    """A reason in the reader's language if that is known, else quoted and marked as English."""
    said = translated(why, language)
    return tag(element, said or why, class_="reason", lang=None if said else "en")


def station(room: str, language: Language) -> Html:
    """A station by its abbreviation, the long name behind it: `border.inbound` is the border."""
    first, _, rest = room.partition(".")
    known = STATION_NAMES.get(first)
    if known is None:
        return tag("span", room, class_="station")
    name = known[1].of(language)
    if not known[0]:
        return tag("span", name, class_="station")
    short = known[0] + (f" {rest}" if first == "border" and rest else "")
    return tag("abbr", short, class_="station", title=name)
