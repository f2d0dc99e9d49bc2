"""What a command needs of the network: look-ups, and an address as it is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import probe as texts

if TYPE_CHECKING:
    from postroad.net import Resolver

R = TypeVar("R")


def nameserver_option(function: Callable[..., R]) -> Callable[..., R]:
    """`--nameserver ADDRESS[:PORT]`, once or more."""
    return click.option(
        "--nameserver",
        "nameservers",
        multiple=True,
        metavar="ADDRESS[:PORT]",
        help="Ask this name server instead of the system's.",
    )(function)


@asynccontextmanager
async def resolver(nameservers: tuple[str, ...]) -> AsyncIterator[Resolver]:
    """Look-ups at `nameservers`, or at the system's. Raises Refusal for what is none."""
    from postroad.net import Resolver, parse_nameserver, system_nameservers

    try:
        servers = [parse_nameserver(text) for text in nameservers] or system_nameservers()
    except ValueError as failure:
        raise Refusal(texts.BAD_NAMESERVER, Exit.USAGE, reason=failure) from None
    made = Resolver(servers)
    try:
        yield made
    finally:
        await made.close()


def mailbox(text: str) -> str:
    """An address in the one form in which it is sent, its domain in A-labels.

    Raises Refusal for what is no address.
    """
    from postroad.directory import fold_domain
    from postroad.protocols.smtp import AddressError, canonical

    local, _, domain = text.strip().removeprefix("<").removesuffix(">").rpartition("@")
    try:
        return canonical(f"{local}@{domain if domain.startswith('[') else fold_domain(domain)}")
    except AddressError as failure:
        raise Refusal(texts.BAD_ADDRESS, Exit.USAGE, address=text, reason=failure) from None


def host_and_port(text: str, default: int) -> tuple[str, int]:
    """`mail.example.org:587` or `[2001:db8::1]:25` as host and port. Raises Refusal."""
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        host, port = text, str(default)
    valid = port.isascii() and port.isdigit() and 0 < int(port) < 65536
    if not valid or not host.strip("[]"):
        raise Refusal(texts.BAD_HOST, Exit.USAGE, host=text)
    return host.strip("[]"), int(port)


def is_ip(host: str) -> bool:
    """Whether `host` is an address and no name."""
    return ":" in host or host.replace(".", "").isdigit()


def literal(address: str) -> str:
    """An address as a name, for a host that has no other (RFC 5321 §4.1.3)."""
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
