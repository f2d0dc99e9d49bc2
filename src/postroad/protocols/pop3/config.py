"""What a server core is told about itself; everything it announces is computed from this.

Standards: RFC 2449 §6 (capabilities)
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from postroad.protocols.pop3 import limits

_TOKEN = re.compile(r"[\x21-\x7e]{1,64}")


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one listener's server cores."""

    offers_stls: Annotated[bool, Meta(description="Whether a certificate is there.")] = False
    auth_mechanisms: Annotated[
        tuple[str, ...], Meta(description="SASL mechanisms, best first; none: no AUTH.")
    ] = ()
    auth_requires_tls: Annotated[bool, Meta(description="Passwords only inside TLS.")] = True
    login_delay: Annotated[
        int, Meta(ge=0, description="Seconds between logins, announced; 0: none.")
    ] = 0
    implementation: Annotated[str, Meta(description="Our name in CAPA.")] = "Postroad"
    login_timeout: Annotated[float, Meta(gt=0, description="Seconds of patience before login.")] = (
        limits.LOGIN_TIMEOUT
    )
    session_timeout: Annotated[float, Meta(gt=0, description="Seconds of patience after it.")] = (
        limits.SESSION_TIMEOUT
    )

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.implementation):
            raise ValueError("implementation is one word of printable ASCII")
