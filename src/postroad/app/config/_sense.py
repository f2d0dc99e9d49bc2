"""Checks what the types cannot: that values mean something, and fit one another."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from postroad.app.config._shape import Config, TlsConfig
from postroad.app.config._walk import Complaint
from postroad.app.texts import Text
from postroad.app.texts import config as texts
from postroad.net import (
    ListenError,
    ServerTls,
    TlsFilesUnusable,
    parse_address,
    parse_nameserver,
)

PASSWORD_SERVICES = ("submission", "submissions", "imap", "imaps", "pop3", "pop3s")
"""Services that take a password, and so are useless, or worse, without TLS."""

# RFC 1123 §2.1 and RFC 5321 §2.3.5: letters, digits and hyphens, 63 octets a label, 253 in all.
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")


def complaints(config: Config) -> Iterator[Complaint]:
    """Everything in a well-typed configuration that cannot work."""
    if not _HOST.fullmatch(config.hostname) or not _fails(ipaddress.ip_address, config.hostname):
        yield Complaint(("hostname",), texts.BAD_HOSTNAME, {"value": config.hostname})
    yield from _listen(config)
    yield from _tls(config.tls)
    inbound = ("border", "inbound")
    yield from _each(
        (*inbound, "relay_from"), config.border.inbound.relay_from, _network, texts.BAD_NETWORK
    )
    yield from _each(
        (*inbound, "relay_domains"), config.border.inbound.relay_domains, _domain, texts.BAD_DOMAIN
    )
    yield from _each(
        ("net", "nameservers"), config.net.nameservers, parse_nameserver, texts.BAD_NAMESERVER
    )
    for domain, route in config.mta.routes.items():
        if domain != "*" and _fails(_domain, domain):
            yield Complaint(("mta", "routes", domain), texts.BAD_DOMAIN, {"value": domain})
        if _fails(_route, route):
            yield Complaint(("mta", "routes", domain), texts.BAD_ROUTE, {"value": route})


def _listen(config: Config) -> Iterator[Complaint]:
    taken: dict[tuple[str, int], str] = {}
    for service, addresses in msgspec.structs.asdict(config.listen).items():
        path = ("listen", service)
        yield from _each(path, addresses, parse_address, texts.BAD_ENDPOINT)
        for index, text in enumerate(addresses):
            if _fails(parse_address, text):
                continue
            other = taken.setdefault(parse_address(text), service)
            if other != service or addresses.index(text) != index:
                yield Complaint(
                    (*path, index), texts.SAME_ENDPOINT, {"value": text, "other": other}
                )
        if addresses and service in PASSWORD_SERVICES and not config.tls.certificate:
            yield Complaint(path, texts.NEEDS_TLS, {"key": service})
    if not any(msgspec.structs.astuple(config.listen)):
        yield Complaint(("listen",), texts.NOBODY_LISTENS)


def _tls(tls: TlsConfig) -> Iterator[Complaint]:
    if bool(tls.certificate) != bool(tls.key):
        given, missing = ("certificate", "key") if tls.certificate else ("key", "certificate")
        yield Complaint(("tls", given), texts.TLS_HALF, {"given": given, "missing": missing})
        return
    if not tls.certificate:
        return
    try:
        ServerTls(Path(tls.certificate), Path(tls.key))
    except TlsFilesUnusable as failure:
        yield Complaint(("tls", "certificate"), texts.TLS_UNUSABLE, {"reason": str(failure)})


def _each(
    path: tuple[str, ...], values: Sequence[str], parse: Callable[[str], object], text: Text
) -> Iterator[Complaint]:
    for index, value in enumerate(values):
        if _fails(parse, value):
            yield Complaint((*path, index), text, {"value": value})


def _fails(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except (ValueError, ListenError):
        return True
    return False


def _network(text: str) -> object:
    return ipaddress.ip_network(text, strict=False)


def _domain(text: str) -> None:
    if not _DOMAIN.fullmatch(text):
        raise ValueError(text)


def _route(text: str) -> None:
    """`host:port`, the host a name or an address."""
    host, _, port = text.rpartition(":")
    if _fails(parse_address, text) and _fails(_domain, host):
        raise ValueError(text)
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(text)
