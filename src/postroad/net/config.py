"""The settings of the network: limits on connections, certificate, proxies, name servers."""

from __future__ import annotations

import ipaddress
from typing import Annotated

import msgspec

from postroad.net._limits import ConnectionLimits
from postroad.net.listener import Network


class NetConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all listeners and look-ups of one process share."""

    certificate: Annotated[
        str, msgspec.Meta(description="PEM file with the certificate chain; empty: no TLS")
    ] = ""
    key: Annotated[str, msgspec.Meta(description="PEM file with the certificate's key")] = ""
    max_connections: Annotated[
        int, msgspec.Meta(ge=1, description="connections in all; more are refused with 421 or -ERR")
    ] = 2000
    max_connections_per_address: Annotated[
        int, msgspec.Meta(ge=1, description="connections from one IPv4 address or IPv6 /64")
    ] = 50
    max_new_per_minute: Annotated[
        int,
        msgspec.Meta(ge=0, description="new connections a minute from one address; 0: no limit"),
    ] = 6000
    proxy_from: Annotated[
        list[str],
        msgspec.Meta(
            description="addresses or networks of load balancers; they must begin every "
            "connection with a PROXY protocol header. Empty: the protocol is off"
        ),
    ] = []
    nameservers: Annotated[
        list[str],
        msgspec.Meta(
            description="name servers as 127.0.0.1:53 or [::1]:53; empty: those of /etc/resolv.conf"
        ),
    ] = []
    dns_timeout: Annotated[
        float, msgspec.Meta(gt=0, description="seconds for one look-up with all its retries")
    ] = 10.0
    ca_file: Annotated[
        str,
        msgspec.Meta(description="PEM file of the authorities we believe; empty: the system's"),
    ] = ""
    source_address: Annotated[
        str, msgspec.Meta(description="our address for outgoing connections; empty: the system's")
    ] = ""

    def __post_init__(self) -> None:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key go together; give both, or neither")
        self.proxies()
        if self.source_address:
            ipaddress.ip_address(self.source_address)

    def proxies(self) -> tuple[Network, ...]:
        """`proxy_from` as networks. Raises ValueError."""
        return tuple(ipaddress.ip_network(text) for text in self.proxy_from)

    def limits(self) -> ConnectionLimits:
        """A fresh count for one process."""
        return ConnectionLimits(
            total=self.max_connections,
            per_address=self.max_connections_per_address,
            per_minute=self.max_new_per_minute,
        )
