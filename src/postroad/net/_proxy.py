"""The PROXY protocol, versions 1 and 2: a load balancer in front says whose connection this is.

Only trusted peers are listened to, only at the very start, never beyond a fixed length. The parser
takes bytes and says "more" (None), a header with its length, or ProxyHeaderInvalid.

Standards: "The PROXY protocol, versions 1 & 2" (haproxy.org, 2020), cited below as PROXY §n
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

from postroad.net.errors import ProxyHeaderInvalid

V1_MAX = 107
"""PROXY §2.1: the longest version 1 line with its CRLF."""

V2_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
V2_FIXED = 16
V2_MAX = 2048
"""Octets of a version 2 header we read; addresses take 52, the rest are TLVs nobody here reads."""

_FAMILY_OCTETS = {1: 4, 2: 16}  # PROXY §2.2: AF_INET, AF_INET6; AF_UNIX says nothing of use


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """Where the client is and what it connected to; None when the proxy speaks for itself."""

    peer: tuple[str, int] | None
    local: tuple[str, int] | None
    length: int  # octets of the header


def parse(data: bytes) -> ProxyHeader | None:
    """Read the header at the start of `data`; None when more bytes are needed.

    Raises ProxyHeaderInvalid.
    """
    if data.startswith(V2_SIGNATURE[: len(data)]):
        return _version_2(data) if len(data) >= V2_FIXED else None
    if data.startswith(b"PROXY "[: len(data)]):
        return _version_1(data)
    raise ProxyHeaderInvalid("no PROXY protocol header from a trusted proxy")


def _version_1(data: bytes) -> ProxyHeader | None:
    """PROXY §2.1: `PROXY TCP4|TCP6|UNKNOWN source destination port port CRLF`."""
    end = data.find(b"\r\n", 0, V1_MAX)
    if end < 0:
        if len(data) >= V1_MAX:
            raise ProxyHeaderInvalid("the PROXY line does not end")
        return None
    words = data[:end].decode("latin-1").split(" ")
    if words[1:2] == ["UNKNOWN"]:
        return ProxyHeader(None, None, end + 2)
    try:
        _, family, source, destination, port, local_port = words
        version = {"TCP4": 4, "TCP6": 6}[family]
        peer = _endpoint(source, port, version)
        local = _endpoint(destination, local_port, version)
    except (ValueError, KeyError):
        raise ProxyHeaderInvalid("the PROXY line is malformed") from None
    return ProxyHeader(peer, local, end + 2)


def _endpoint(address: str, port: str, version: int) -> tuple[str, int]:
    parsed = ipaddress.ip_address(address)
    if parsed.version != version or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(address)
    return (str(parsed), int(port))


def _version_2(data: bytes) -> ProxyHeader | None:
    """PROXY §2.2: signature, version and command, family, length, addresses, TLVs."""
    command, family, length = struct.unpack_from("!BBH", data, len(V2_SIGNATURE))
    total = V2_FIXED + length
    if total > V2_MAX:
        raise ProxyHeaderInvalid(f"the PROXY header is longer than {V2_MAX} octets")
    if command not in (0x20, 0x21):  # version 2; LOCAL or PROXY
        raise ProxyHeaderInvalid("neither LOCAL nor PROXY of version 2")
    if len(data) < total:
        return None
    octets = _FAMILY_OCTETS.get(family >> 4)
    if command == 0x20 or octets is None or family & 0x0F != 1:  # not a forwarded TCP connection
        return ProxyHeader(None, None, total)
    if length < 2 * octets + 4:
        raise ProxyHeaderInvalid("the PROXY header is too short for its addresses")
    source, destination, port, local_port = struct.unpack_from(
        f"!{octets}s{octets}sHH", data, V2_FIXED
    )
    return ProxyHeader(
        (str(ipaddress.ip_address(source)), port),
        (str(ipaddress.ip_address(destination)), local_port),
        total,
    )
