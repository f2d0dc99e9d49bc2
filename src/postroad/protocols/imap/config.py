"""What a server core is told about itself; everything it announces is computed from this.

Standards: RFC 9051 §6.1.1, §7.2.2, RFC 7889 §3 (APPENDLIMIT), RFC 2971 §3.3
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from postroad.protocols.imap import limits

_NAME = re.compile(r"[\x20-\x7e]{1,64}")


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one listener's server cores."""

    offers_starttls: Annotated[bool, Meta(description="Whether a certificate is there.")] = False
    auth_mechanisms: Annotated[
        tuple[str, ...], Meta(description="SASL mechanisms, best first; none: only LOGIN.")
    ] = ()
    auth_requires_tls: Annotated[bool, Meta(description="Passwords only inside TLS.")] = True
    max_message_size: Annotated[
        int, Meta(ge=1, description="Octets of the largest message that APPEND takes.")
    ] = limits.MESSAGE
    offers_compression: Annotated[
        bool, Meta(description="Whether a client may compress after its login.")
    ] = True
    implementation: Annotated[str, Meta(description="Our name in the greeting and in ID.")] = (
        "Postroad"
    )
    login_timeout: Annotated[float, Meta(gt=0, description="Seconds from greeting to login.")] = (
        limits.LOGIN_TIMEOUT
    )
    session_timeout: Annotated[float, Meta(gt=0, description="Seconds of patience after it.")] = (
        limits.SESSION_TIMEOUT
    )

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.implementation):
            raise ValueError("implementation is a line of printable ASCII")
