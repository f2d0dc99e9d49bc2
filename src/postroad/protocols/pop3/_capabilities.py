"""What CAPA says: computed from what is there, never configured.

Standards: RFC 2449 §5, §6; RFC 2595 §4; RFC 5034 §3; RFC 3206 §6; RFC 6856 §2, §3
"""

from __future__ import annotations

from postroad.protocols.pop3._states import State
from postroad.protocols.pop3.config import ServerConfig


def capabilities(
    config: ServerConfig, state: State, mechanisms: tuple[str, ...], *, tls: bool
) -> list[str]:
    """The lines of CAPA. `mechanisms` are those that may be used on this connection.

    What AUTHORIZATION announces is announced in TRANSACTION as well (RFC 2449 §5); only STLS is
    not, for it stands for "permitted now" (RFC 2595 §4).
    """
    lines = ["TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"]
    lines += ["EXPIRE NEVER", "UTF8 USER", "LANG", f"IMPLEMENTATION {config.implementation}"]
    if tls or not config.auth_requires_tls:
        lines.append("USER")
    if mechanisms:
        lines.append("SASL " + " ".join(mechanisms))
    if config.login_delay:
        lines.append(f"LOGIN-DELAY {config.login_delay}")
    if config.offers_stls and not tls and state is not State.TRANSACTION:
        lines.append("STLS")
    return lines
