"""The map: who stands where on the way from one person to another, and whether they are up."""

from __future__ import annotations

from collections.abc import Callable

from postroad.lab import texts as t
from postroad.lab.page._html import Content, Html, tag
from postroad.lab.page._phrases import phrase, station
from postroad.lab.plan import (
    IMAP,
    IMAPS,
    PEOPLE,
    POP3,
    POP3S,
    SMTP,
    SUBMISSION,
    SUBMISSIONS,
    Host,
    Plan,
)
from postroad.lab.texts import Language

Status = Callable[[str], bool]
"""Whether the host of that name is up."""

_BORDER_PORTS = ((SMTP, "smtp"),)
_INNER_PORTS = (
    (SMTP, "smtp"),
    (SUBMISSION, "submission"),
    (SUBMISSIONS, "submissions"),
    (IMAP, "imap"),
    (IMAPS, "imaps"),
    (POP3, "pop3"),
    (POP3S, "pop3s"),
)
"""Ports and their names as registered (RFC 6335)."""

_BORDER_STATIONS = ("border", "mta")
_INNER_STATIONS = ("msa", "mta", "mda", "mailbox", "mra")
_SENDING = frozenset({"border", "msa", "mta"})
_RECEIVING = frozenset({"border", "mta", "mda", "mailbox", "mra"})


def way(plan: Plan) -> tuple[Host, ...]:
    """The hosts in the order in which a message from the first organisation meets them."""
    first, second = _domains(plan)
    return (*_towards_border(plan, first), *reversed(_towards_border(plan, second)))


def draw(plan: Plan, up: Status, language: Language) -> Html:
    """The map as an ordered list: person, organisation, organisation, person."""
    first, second = _domains(plan)
    return tag(
        "ol",
        _person(first, None, language),
        _organisation(plan, first, up, language),
        _organisation(plan, second, up, language),
        _person(second, phrase(language, t.RETRIEVES), language),
        class_="way",
    )


def legend(language: Language) -> Html:
    """What the stations' abbreviations stand for."""
    spelled = ((short, name) for short, name in t.STATION_NAMES.values() if short.isupper())
    items = [tag("li", tag("b", short), " ", phrase(language, name)) for short, name in spelled]
    return tag("ul", items, class_="note legend")


def _domains(plan: Plan) -> tuple[str, str]:
    first, second = dict.fromkeys(host.domain for host in plan.hosts)
    return first, second


def _towards_border(plan: Plan, domain: str) -> list[Host]:
    return sorted((h for h in plan.hosts if h.domain == domain), key=lambda host: host.border)


def _person(domain: str, arrow: Content, language: Language) -> Html:
    names = [tag("li", person.name) for person in PEOPLE if person.domain == domain]
    return tag(
        "li",
        tag("span", arrow, class_="arrow") if arrow else None,
        tag(
            "div",
            tag("h3", tag("abbr", "MUA", title="mail user agent")),
            tag("p", phrase(language, t.MAIL_PROGRAM)),
            tag("ul", names, class_="names"),
            class_="card person",
        ),
        class_="place",
    )


def _organisation(plan: Plan, domain: str, up: Status, language: Language) -> Html:
    sending = domain == _domains(plan)[0]
    hosts = _towards_border(plan, domain)
    arrows = (phrase(language, t.SUBMITS), Html("SMTP"))
    if not sending:
        hosts.reverse()
        arrows = (phrase(language, t.FINDS_MX), Html("SMTP"))
    active = _SENDING if sending else _RECEIVING
    places = [
        tag(
            "li",
            tag("span", arrow, class_="arrow"),
            _card(host, up(host.name), active, language),
            class_="place",
        )
        for host, arrow in zip(hosts, arrows, strict=True)
    ]
    name = tag("p", domain, class_="domain")
    return tag("li", name, tag("ol", places), class_="organisation")


def _card(host: Host, up: bool, active: frozenset[str], language: Language) -> Html:
    role = t.BORDER_HOST if host.border else t.INNER_HOST
    rooms = _BORDER_STATIONS if host.border else _INNER_STATIONS
    ports = _BORDER_PORTS if host.border else _INNER_PORTS
    return tag(
        "div",
        tag("h3", host.name),
        tag(
            "p",
            tag("span", phrase(language, t.UP if up else t.DOWN), class_="up" if up else "down"),
            tag("span", phrase(language, role)),
            class_="role",
        ),
        tag(
            "ul",
            [tag("li", station(r, language), class_="on" if r in active else None) for r in rooms],
            class_="stations",
        ),
        tag("p", tag("code", host.address), class_="ip"),
        tag(
            "ul",
            [tag("li", tag("code", f":{port}"), " ", name) for port, name in ports],
            class_="ports",
        ),
        class_=f"card {'border' if host.border else 'inner'}" + ("" if up else " off"),
    )
