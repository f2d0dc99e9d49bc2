"""Connections are counted by origin, in all, and by the minute."""

from __future__ import annotations

import pytest

from postroad.net import ConnectionLimits, NetConfig
from postroad.net._limits import TRACKED_ADDRESSES, origin_of


def limits(total: int = 100, per_address: int = 100, per_minute: int = 0) -> ConnectionLimits:
    return ConnectionLimits(total=total, per_address=per_address, per_minute=per_minute)


def test_an_address_may_have_so_many_and_gets_room_again() -> None:
    one = limits(per_address=1)
    assert one.admit("192.0.2.1", 0) == ""
    assert one.admit("192.0.2.1", 0) == "too many connections from your address"
    assert one.admit("192.0.2.2", 0) == ""
    one.release("192.0.2.1")
    assert one.admit("192.0.2.1", 0) == ""


def test_there_may_be_so_many_in_all() -> None:
    two = limits(total=2)
    assert [two.admit(f"192.0.2.{n}", 0) for n in range(3)] == ["", "", "too many connections"]
    assert two.connections == 2


def test_new_connections_are_counted_by_the_minute() -> None:
    rate = limits(per_minute=2)
    assert [bool(rate.admit("192.0.2.1", at)) for at in (0, 1, 59.9)] == [False, False, True]
    assert rate.admit("192.0.2.1", 60.0) == ""


def test_a_flood_from_many_addresses_does_not_grow_the_memory() -> None:
    rate = limits(total=0, per_minute=5)
    for number in range(TRACKED_ADDRESSES + 10):
        rate.admit(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0)
    assert len(rate._recent) <= TRACKED_ADDRESSES
    assert not rate._open


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_an_ipv6_customer_is_one_origin(one: str, other: str, same: bool) -> None:
    assert (origin_of(one) == origin_of(other)) is same


def test_the_configuration_gives_limits_and_proxies() -> None:
    config = NetConfig(max_connections=1, proxy_from=["192.0.2.1", "2001:db8::1/32"])
    assert [network.prefixlen for network in config.proxies()] == [32, 32]
    shared = config.limits()
    assert shared.admit("192.0.2.9", 0) == ""
    assert shared.admit("192.0.2.8", 0) == "too many connections"


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match=r"proxy\.example"):
        NetConfig(proxy_from=["proxy.example"])
