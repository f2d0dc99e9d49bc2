"""Finds the hosts of a route: a fixed one, or what the DNS says of a domain.

Standards: RFC 5321 §5.1, RFC 7505
"""

from __future__ import annotations

import random

from postroad.border.outbound.config import BorderOutboundConfig
from postroad.border.outbound.targets import (
    DNS_TROUBLE,
    NO_DOMAIN,
    Target,
    exchangers,
    parse_route,
)
from postroad.handoff import Reply
from postroad.net import Lookups, Status


class Finder:
    """Asks the DNS; decides nothing that `targets` has not decided."""

    def __init__(
        self, config: BorderOutboundConfig, hostname: str, lookups: Lookups, rng: random.Random
    ) -> None:
        self._config = config
        self._hostname = hostname
        self._lookups = lookups
        self._rng = rng

    async def find(self, route: str) -> list[Target] | Reply:
        """Return the hosts of a route, best first, or the reply that ends the search."""
        fixed = parse_route(route, self._config.port)
        if fixed is not None:
            return [fixed]
        answer = await self._lookups.mx(route)
        if answer.temporary:
            return DNS_TROUBLE
        if answer.status is Status.NX_DOMAIN:
            return NO_DOMAIN
        if not answer.found:  # RFC 5321 §5.1: the domain itself is the host
            return [Target(route, self._config.port)]
        names = exchangers(answer, self._hostname, self._rng)
        if isinstance(names, Reply):
            return names
        return [Target(name, self._config.port) for name in names[: self._config.max_hosts]]
