"""Which hosts to try for a route, in which order, and what it means when there are none.

Pure: the answers of the DNS come in, a list of names or a final reply goes out.

Standards: RFC 5321 §5.1 (MX, fall-back to A/AAAA), RFC 7505 (null MX)
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import groupby

from postroad.handoff import Reply
from postroad.net import MxAnswer, MxHost, is_null_mx

NULL_MX = Reply(556, "5.1.10", "Domain does not accept mail (null MX, RFC 7505)")
NO_DOMAIN = Reply(550, "5.1.2", "Domain does not exist")
NO_HOST = Reply(550, "5.1.2", "Domain has neither MX nor address records")
LOOPS_TO_US = Reply(554, "5.4.6", "The best mail exchanger of the domain is this host, without a "
                    "route for it: mail would loop")  # fmt: skip
DNS_TROUBLE = Reply(451, "4.4.3", "DNS gives no answer now")


@dataclass(frozen=True, slots=True)
class Target:
    """A host to try: a name to look up, or an address; `port` to connect to."""

    host: str
    port: int


def parse_route(route: str, default_port: int) -> Target | None:
    """Return the fixed next host of a `host:port` route; None for a domain, which needs its MX.

    An IPv6 address stands in brackets, with or without a port; `[host]` means: no MX look-up.
    """
    host, colon, port = route.rpartition(":")
    if colon and port.isdigit() and not (host.count(":") and not host.startswith("[")):
        return Target(host.strip("[]"), int(port))
    if route.startswith("[") and route.endswith("]"):
        literal = route[1:-1]
        return Target(literal[5:] if literal[:5].lower() == "ipv6:" else literal, default_port)
    return None


def exchangers(answer: MxAnswer, hostname: str, rng: random.Random) -> list[str] | Reply:
    """Return the hosts to try for a domain with MX records, best first, or the final reply.

    Equal preferences are shuffled; this host and all that are not better than it are left out, so
    that mail does not loop (RFC 5321 §5.1).
    """
    if is_null_mx(answer):
        return NULL_MX
    ordered: list[MxHost] = []
    for _, equals in groupby(answer.records, key=lambda record: record.preference):
        group = list(equals)
        rng.shuffle(group)
        ordered.extend(group)
    ours = [host.preference for host in ordered if host.exchange == hostname.lower()]
    limit = min(ours, default=None)
    names = [h.exchange for h in ordered if limit is None or h.preference < limit]
    return names or LOOPS_TO_US
