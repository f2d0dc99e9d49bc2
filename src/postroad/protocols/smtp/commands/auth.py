"""AUTH: a SASL exchange begins; its messages travel in base64.

Standards: RFC 4954 §4, RFC 4648 §4
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

import msgspec

from postroad.protocols.smtp import limits
from postroad.protocols.smtp.errors import CommandError
from postroad.protocols.smtp.replies import Reply

_MECHANISM = re.compile(r"[A-Z0-9_-]{1,20}")  # RFC 4422 §3.1
NOT_BASE64 = Reply(501, "5.5.2", ("That is not base64",))


class AuthStart(msgspec.Struct, frozen=True):
    """`mechanism` in upper case; `initial` is None when no initial response was given."""

    mechanism: str
    initial: bytes | None = None

    def __post_init__(self) -> None:
        if not _MECHANISM.fullmatch(self.mechanism):
            raise ValueError("not the name of a SASL mechanism")

    def __repr__(self) -> str:
        return f"AuthStart({self.mechanism})"  # the response may be a password

    def encode(self) -> bytes:
        """The command line. A response too long for it must wait for the server (RFC 4954 §4)."""
        if self.initial is None:
            return b"AUTH %b\r\n" % self.mechanism.encode()
        return b"AUTH %b %b\r\n" % (self.mechanism.encode(), b64encode(self.initial) or b"=")

    @property
    def fits(self) -> bool:
        """Whether the line with its initial response is short enough for any server."""
        return len(self.encode()) <= limits.REPLY_LINE


class AuthResponse(msgspec.Struct, frozen=True):
    """The client's answer to a challenge."""

    data: bytes

    def __repr__(self) -> str:
        return "AuthResponse(…)"

    def encode(self) -> bytes:
        """The line."""
        return b64encode(self.data) + b"\r\n"


def parse_auth(argument: str) -> AuthStart:
    """Raises CommandError."""
    mechanism, _, rest = argument.partition(" ")
    initial: bytes | None = None
    if rest:
        initial = b"" if rest == "=" else decode_base64(rest)
    try:
        return AuthStart(mechanism.upper(), initial)
    except ValueError:
        raise CommandError(Reply(501, "5.5.4", ("Write AUTH and a mechanism",))) from None


def decode_base64(text: str) -> bytes:
    """Strictly, as RFC 4954 §4 demands. Raises CommandError."""
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise CommandError(NOT_BASE64) from None
