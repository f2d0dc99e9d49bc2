"""Which hosts are tried for a route, in which order, and what it means when there are none."""

from __future__ import annotations

import random

import pytest

from postroad.border.outbound import BorderOutboundConfig, Finder
from postroad.border.outbound.targets import (
    DNS_TROUBLE,
    LOOPS_TO_US,
    NO_DOMAIN,
    NULL_MX,
    Target,
    exchangers,
    parse_route,
)
from postroad.handoff import Reply
from postroad.net import Answer, MxAnswer, MxHost, Status
from postroad.testing.resolver import ZoneResolver
from postroad.testing.station import at_once

ZONE = """
alpha.test      MX   10 mx1.alpha.test
alpha.test      MX   20 mx2.alpha.test
bare.test       A    192.0.2.9
null.test       MX   0 .
dead.test       FAIL
loop.test       MX   10 MX.Ours.test
behind.test     MX   10 mx1.alpha.test
behind.test     MX   20 mx.ours.test
behind.test     MX   20 mx2.alpha.test
behind.test     MX   30 mx3.alpha.test
many.test       MX   1 m1.test
many.test       MX   2 m2.test
many.test       MX   3 m3.test
alias.test      CNAME alpha.test
empty.test      TXT  "nothing for mail"
"""


def answer(*hosts: tuple[int, str]) -> MxAnswer:
    return Answer(Status.FOUND, tuple(MxHost(*host) for host in hosts))


def find(route: str, **config: int) -> list[str] | Reply:
    settings = BorderOutboundConfig(**config)
    finder = Finder(settings, "mx.ours.test", ZoneResolver(ZONE), random.Random(1))
    found = at_once(finder.find(route))
    return found if isinstance(found, Reply) else [f"{t.host}:{t.port}" for t in found]


@pytest.mark.parametrize(
    ("route", "found"),
    [
        ("alpha.test", ["mx1.alpha.test:25", "mx2.alpha.test:25"]),
        ("alias.test", ["mx1.alpha.test:25", "mx2.alpha.test:25"]),
        ("bare.test", ["bare.test:25"]),
        ("empty.test", ["empty.test:25"]),
        ("null.test", NULL_MX),
        ("nowhere.test", NO_DOMAIN),
        ("dead.test", DNS_TROUBLE),
        ("loop.test", LOOPS_TO_US),
        ("behind.test", ["mx1.alpha.test:25"]),
        ("gw.test:2525", ["gw.test:2525"]),
        ("[192.0.2.1]", ["192.0.2.1:25"]),
    ],
)
def test_the_dns_decides_unless_the_route_is_a_host(route, found) -> None:
    assert find(route) == found


def test_no_more_than_so_many_hosts_are_tried() -> None:
    assert find("many.test", max_hosts=2, port=2525) == ["m1.test:2525", "m2.test:2525"]


@pytest.mark.parametrize(
    ("route", "target"),
    [
        ("mail.test:25", Target("mail.test", 25)),
        ("192.0.2.1:2525", Target("192.0.2.1", 2525)),
        ("[::1]:2525", Target("::1", 2525)),
        ("[192.0.2.1]", Target("192.0.2.1", 25)),
        ("[ipv6:2001:db8::1]", Target("2001:db8::1", 25)),
        ("[IPv6:2001:db8::25]", Target("2001:db8::25", 25)),
        ("alpha.test", None),
        ("xn--r8jz45g.test", None),
    ],
)
def test_a_route_is_a_host_with_its_port_or_a_domain(route: str, target: Target | None) -> None:
    assert parse_route(route, 25) == target


def test_hosts_come_by_preference_and_equals_in_any_order() -> None:
    found = answer((10, "a"), (10, "b"), (10, "c"), (20, "d"))
    orders = {tuple(exchangers(found, "ours", random.Random(seed))) for seed in range(50)}
    assert {order[3] for order in orders} == {"d"} and len({order[0] for order in orders}) == 3


@pytest.mark.parametrize(
    ("hosts", "left"),
    [
        ([(10, "a"), (20, "ours"), (30, "c")], ["a"]),
        ([(10, "ours"), (20, "b")], LOOPS_TO_US),
        ([(10, "ours"), (10, "b")], LOOPS_TO_US),
        ([(10, "a"), (20, "b"), (20, "ours")], ["a"]),
    ],
)
def test_who_is_not_better_than_we_are_is_left_out(hosts, left) -> None:
    assert exchangers(answer(*hosts), "OURS", random.Random(1)) == left


@pytest.mark.parametrize("reply", [NULL_MX, NO_DOMAIN, LOOPS_TO_US])
def test_what_is_final_is_told_as_final(reply: Reply) -> None:
    assert reply.code >= 550 and reply.enhanced.startswith("5.")
