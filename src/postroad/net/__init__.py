"""The only sockets of the house: listeners, streams, TLS, outgoing connections, look-ups."""

from postroad.net._limits import ConnectionLimits
from postroad.net.config import NetConfig
from postroad.net.errors import (
    ConnectFailed,
    ListenError,
    NetError,
    PeerCertificateRefused,
    ProxyHeaderInvalid,
    TlsFilesUnusable,
    TlsHandshakeFailed,
)
from postroad.net.listener import Listener, Reception, parse_address
from postroad.net.lookups import (
    Answer,
    Lookups,
    MxAnswer,
    MxHost,
    Records,
    Status,
    is_null_mx,
)
from postroad.net.outgoing import connect, interleave
from postroad.net.resolver import Resolver, parse_nameserver, system_nameservers
from postroad.net.stream import Stream
from postroad.net.tls import (
    ClientTls,
    ServerTls,
    TlsInfo,
    opportunistic_context,
    verified_context,
)

__all__ = [
    "Answer",
    "ClientTls",
    "ConnectFailed",
    "ConnectionLimits",
    "ListenError",
    "Listener",
    "Lookups",
    "MxAnswer",
    "MxHost",
    "NetConfig",
    "NetError",
    "PeerCertificateRefused",
    "ProxyHeaderInvalid",
    "Reception",
    "Records",
    "Resolver",
    "ServerTls",
    "Status",
    "Stream",
    "TlsFilesUnusable",
    "TlsHandshakeFailed",
    "TlsInfo",
    "connect",
    "interleave",
    "is_null_mx",
    "opportunistic_context",
    "parse_address",
    "parse_nameserver",
    "system_nameservers",
    "verified_context",
]
