"""What a server core is told about itself; everything it offers is computed from this.

Standards: RFC 5321 §4.1.1.1, RFC 6409 (submission), RFC 2033 (LMTP), RFC 9422 (LIMITS)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from postroad.protocols.smtp import limits
from postroad.protocols.smtp.paths import is_domain, is_literal


class Mode(StrEnum):
    """Which of the three protocols of one grammar is spoken."""

    SMTP = "smtp"
    SUBMISSION = "submission"  # RFC 6409: nobody sends mail without authentication
    LMTP = "lmtp"  # RFC 2033: LHLO, and one reply for each recipient


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one listener's server cores."""

    hostname: Annotated[str, Meta(description="Name in the greeting and the EHLO reply.")]
    mode: Annotated[Mode, Meta(description="smtp, submission or lmtp.")] = Mode.SMTP
    max_message_size: Annotated[int, Meta(description="Octets of the largest message taken.")] = (
        50 * 1024 * 1024
    )
    max_recipients: Annotated[int, Meta(description="Recipients of one message, at least 100.")] = (
        1_000
    )
    max_messages: Annotated[int, Meta(description="Messages on one connection, then 421.")] = 1_000
    max_errors: Annotated[int, Meta(description="Errors on one connection, then 421.")] = (
        limits.ERRORS
    )
    offers_starttls: Annotated[bool, Meta(description="Whether a certificate is there.")] = False
    auth_mechanisms: Annotated[
        tuple[str, ...], Meta(description="SASL mechanisms, best first; none: no AUTH.")
    ] = ()
    auth_requires_tls: Annotated[bool, Meta(description="AUTH only inside TLS.")] = True
    command_timeout: Annotated[float, Meta(description="Seconds to wait for a command.")] = (
        limits.SERVER_TIMEOUT
    )
    data_timeout: Annotated[float, Meta(description="Seconds for each 16 KiB of a body.")] = (
        limits.DATA_BLOCK_TIMEOUT
    )

    def __post_init__(self) -> None:
        if not (is_domain(self.hostname) or is_literal(self.hostname)):
            raise ValueError(f"hostname is not a domain name: {self.hostname!r}")
        if self.max_message_size < limits.MIN_MAX_MESSAGE:
            raise ValueError(f"max_message_size must be at least {limits.MIN_MAX_MESSAGE}")
        if self.max_recipients < limits.MIN_RECIPIENTS:
            raise ValueError(f"max_recipients must be at least {limits.MIN_RECIPIENTS}")
        if min(self.max_messages, self.max_errors) < 1:
            raise ValueError("max_messages and max_errors must be at least 1")
        if min(self.command_timeout, self.data_timeout) <= 0:
            raise ValueError("timeouts must be positive")
