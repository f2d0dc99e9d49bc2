"""Where a recipient's domain goes next: its own route, the gateway, or the MX records.

Standards: RFC 5321 §5.1 (locating the target host)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from postroad.directory import fold_domain
from postroad.handoff import Recipient, domain_of

GATEWAY = "*"
"""The key in `mta.routes` that stands for every domain without a route of its own."""

LOCAL = "(local)"
"""The route of a recipient whose mailbox is here but could not take the message yet. In brackets,
as `local` may be the name of somebody's domain."""


def route_for(domain: str, routes: Mapping[str, str]) -> str:
    """Return `host:port` when a route is configured, else the domain itself for an MX look-up.

    The keys of `routes` are folded names (`directory.fold_domain`).
    """
    name = fold_domain(domain)
    return routes.get(name) or routes.get(GATEWAY) or name


def by_route(
    recipients: Iterable[Recipient], routes: Mapping[str, str]
) -> dict[str, list[Recipient]]:
    """Group recipients that travel together, in the order in which they came."""
    groups: dict[str, list[Recipient]] = {}
    for recipient in recipients:
        groups.setdefault(route_for(domain_of(recipient.address), routes), []).append(recipient)
    return groups
