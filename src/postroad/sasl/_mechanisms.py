"""The mechanisms by name, and which of them to use.

Standards: RFC 4422 §3.1 (names), RFC 5802 §6 (when to offer -PLUS)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from postroad.sasl._base import ChannelBinding, ClientMechanism, Login, ServerMechanism
from postroad.sasl._password import LoginClient, LoginServer, PlainClient, PlainServer
from postroad.sasl._scram import PLAIN_NAME, PLUS_NAME, ScramClient, ScramServer

CLIENT_PREFERENCE = (PLUS_NAME, PLAIN_NAME, "PLAIN", "LOGIN")
"""Best first: SCRAM shows no password, and -PLUS notices a man in the middle."""


def usable(names: Iterable[str], *, bound: bool) -> tuple[str, ...]:
    """Those of `names` that a server can offer now: -PLUS needs a channel binding (`bound`)."""
    return tuple(name for name in names if bound or not name.endswith("-PLUS"))


def server_mechanism(
    name: str, nonce: str, binding: ChannelBinding | None = None
) -> ServerMechanism:
    """A new exchange of the mechanism `name` (any case). Raises LookupError when there is none.

    `nonce` is used by SCRAM alone: printable ASCII without comma, at least 18 random octets' worth.
    """
    match name.upper():
        case "PLAIN":
            return PlainServer()
        case "LOGIN":
            return LoginServer()
        case "SCRAM-SHA-256":
            return ScramServer(nonce, binding, plus=False)
        case "SCRAM-SHA-256-PLUS" if binding is not None:
            return ScramServer(nonce, binding, plus=True)
    raise LookupError(f"no such mechanism: {name!r}")


def preferred(offered: Collection[str], *, bound: bool = False) -> str | None:
    """The best mechanism that both sides know, None when there is none."""
    names = {name.upper() for name in offered}
    return next((name for name in usable(CLIENT_PREFERENCE, bound=bound) if name in names), None)


def client_mechanism(
    offered: Collection[str],
    user: str,
    password: str,
    nonce: str,
    binding: ChannelBinding | None = None,
) -> ClientMechanism | None:
    """The client's side of the best mechanism in `offered`; None when no one is known."""
    login = Login(user, password)
    match preferred(offered, bound=binding is not None):
        case "SCRAM-SHA-256-PLUS":
            return ScramClient(login, nonce, binding, server_has_plus=True)
        case "SCRAM-SHA-256":
            return ScramClient(login, nonce, binding, server_has_plus=False)
        case "PLAIN":
            return PlainClient(login)
        case "LOGIN":
            return LoginClient(login)
    return None
