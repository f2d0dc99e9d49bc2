"""PROXY headers of both versions are read whole, or waited for, or refused."""

from __future__ import annotations

import ipaddress
import struct

import pytest

from postroad.net import ProxyHeaderInvalid
from postroad.net._proxy import V1_MAX, V2_MAX, V2_SIGNATURE, parse


def version_2(command: int = 0x21, family: int = 0x11, body: bytes = b"") -> bytes:
    return V2_SIGNATURE + struct.pack("!BBH", command, family, len(body)) + body


def addresses(source: str, destination: str) -> bytes:
    pair = [ipaddress.ip_address(text).packed for text in (source, destination)]
    return b"".join(pair) + struct.pack("!HH", 4711, 25)


IPV4 = version_2(body=addresses("192.0.2.7", "192.0.2.1"))
IPV6 = version_2(family=0x21, body=addresses("2001:db8::7", "2001:db8::1") + b"\x04\x00\x00")


@pytest.mark.parametrize(
    ("data", "peer"),
    [
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n", ("192.0.2.7", 4711)),
        (b"PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n", ("2001:db8::7", 4711)),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", None),
        (IPV4, ("192.0.2.7", 4711)),
        (IPV6, ("2001:db8::7", 4711)),
        (version_2(command=0x20), None),
        (version_2(family=0x31, body=bytes(216)), None),
        (version_2(family=0x12, body=bytes(12)), None),
    ],
)
def test_a_header_is_read_whole_and_waited_for_byte_by_byte(
    data: bytes, peer: tuple[str, int] | None
) -> None:
    header = parse(data + b"EHLO")
    assert header is not None
    assert (header.peer, header.length) == (peer, len(data))
    assert all(parse(data[:cut]) is None for cut in range(len(data)))


@pytest.mark.parametrize(
    "data",
    [
        b"EHLO direct\r\n",
        b"PROXY TCP4 192.0.2.7\r\n",
        b"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 99999\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 -1 25\r\n",
        b"PROXY TCP9 192.0.2.7 192.0.2.1 1 25\r\n",
        b"PROXY TCP4  192.0.2.7 192.0.2.1 1 25\r\n",
        b"PROXY " + b"x" * V1_MAX,
        version_2(command=0x11),
        version_2(command=0x22),
        version_2(body=b"short"),
        V2_SIGNATURE + struct.pack("!BBH", 0x21, 0x11, V2_MAX),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ProxyHeaderInvalid):
        parse(data)
