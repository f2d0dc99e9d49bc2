"""The settings of the network: limits on connections, proxies, name servers."""

from __future__ import annotations

import ipaddress
from typing import Annotated

import msgspec

from postroad.net._limits import ConnectionLimits
from postroad.net.listener import Network


class NetConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all listeners and look-ups of one process share."""

    max_connections: Annotated[
        int, msgspec.Meta(ge=1, description="Connections in all; more are refused with 421 or -ERR")
    ] = 2000
    max_connections_per_address: Annotated[
        int, msgspec.Meta(ge=1, description="Connections from one IPv4 address or IPv6 /64")
    ] = 50
    max_new_per_minute: Annotated[
        int,
        msgspec.Meta(ge=0, description="New connections a minute from one address; 0: no limit"),
    ] = 6000
    proxy_from: Annotated[
        list[str],
        msgspec.Meta(
            description="Addresses or networks of load balancers; they must begin every "
            "connection with a PROXY protocol header. Empty: the protocol is off"
        ),
    ] = []
    nameservers: Annotated[
        list[str],
        msgspec.Meta(
            description="Name servers as 127.0.0.1:53 or [::1]:53; empty: those of /etc/resolv.conf"
        ),
    ] = []
    dns_timeout: Annotated[
        float, msgspec.Meta(gt=0, description="Seconds for one look-up with all its retries")
    ] = 10.0

    def __post_init__(self) -> None:
        self.proxies()

    def proxies(self) -> tuple[Network, ...]:
        """`proxy_from` as networks. Raises ValueError."""
        return tuple(ipaddress.ip_network(text, strict=False) for text in self.proxy_from)

    def limits(self) -> ConnectionLimits:
        """A fresh count for one process."""
        return ConnectionLimits(
            total=self.max_connections,
            per_address=self.max_connections_per_address,
            per_minute=self.max_new_per_minute,
        )
