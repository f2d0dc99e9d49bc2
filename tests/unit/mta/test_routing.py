"""Where a recipient goes next."""

from __future__ import annotations

import pytest

from postroad.handoff import Recipient
from postroad.mta.routing import LOCAL, by_route, route_for
from postroad.protocols.smtp.paths import is_domain

INNER = {"inner.test": "10.0.0.1:25"}
GATEWAY = {**INNER, "*": "gateway.test:2525"}


@pytest.mark.parametrize(
    ("domain", "routes", "route"),
    [
        ("beta.test", {}, "beta.test"),
        ("beta.test", INNER, "beta.test"),
        ("inner.test", INNER, "10.0.0.1:25"),
        ("INNER.test", INNER, "10.0.0.1:25"),
        ("beta.test", GATEWAY, "gateway.test:2525"),
        ("inner.test", GATEWAY, "10.0.0.1:25"),
        ("例え.test", {"xn--r8jz45g.test": "h:25"}, "h:25"),
        ("例え.test", {}, "xn--r8jz45g.test"),
        ("[192.0.2.1]", {}, "[192.0.2.1]"),
    ],
)
def test_a_domain_has_its_own_route_or_the_gateway_or_its_mx(domain, routes, route) -> None:
    assert route_for(domain, routes) == route


def test_recipients_of_one_route_travel_together_in_their_order() -> None:
    names = ["a@x.test", "b@inner.test", "c@X.test", "d@x.test"]
    groups = by_route(map(Recipient, names), INNER)
    found = {route: [r.address for r in each] for route, each in groups.items()}
    assert found == {
        "x.test": ["a@x.test", "c@X.test", "d@x.test"],
        "10.0.0.1:25": ["b@inner.test"],
    }


def test_the_local_route_cannot_be_the_name_of_a_domain_or_a_host() -> None:
    assert not is_domain(LOCAL) and ":" not in LOCAL and not LOCAL.startswith("[")
