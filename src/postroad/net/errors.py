"""What can go wrong on a socket, by what the reader of the sentence can do about it."""

from __future__ import annotations


class NetError(Exception):
    """Any failure of this room that is not a lost connection."""


class ListenError(NetError):
    """An address could not be listened on; the text says which, and what to do about it."""


class TlsFilesUnusable(NetError):
    """A certificate or key file cannot be used; the text names the file and the fault."""


class ProxyHeaderInvalid(NetError):
    """A trusted proxy sent something else than a PROXY protocol header."""


class TlsHandshakeFailed(ConnectionError):
    """The peer and we did not agree on TLS; the connection is gone."""


class PeerCertificateRefused(TlsHandshakeFailed):
    """The peer's certificate is not what we were told to insist on."""


class ConnectFailed(ConnectionError):
    """No address of a host could be reached; the text says why for each."""
