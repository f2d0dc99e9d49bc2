"""What can go wrong when a message is made or a section is asked for; reading never raises."""

from __future__ import annotations


class MessageError(ValueError):
    """Base of this room's errors: a caller's mistake each, none comes from received bytes."""


class HeaderInjectionError(MessageError):
    """A header value carries CR, LF or NUL and could begin a field or a body of its own."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: a header value cannot hold CR, LF or NUL")
        self.field = field


class FieldNameError(MessageError):
    """A field name is not `1*ftext` (RFC 5322 §3.6.8)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"not a header field name: {name!r}; use printable ASCII without a colon")


class AddressError(MessageError):
    """An address cannot be written as an addr-spec (RFC 5322 §3.4.1)."""


class NeedsUtf8Error(MessageError):
    """A value that is not ASCII, in a field that has no way to encode it (RFC 6532)."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: this value can only be written with SMTPUTF8")
        self.field = field


class SectionError(MessageError):
    """A BODY[…] section text is not of RFC 9051's grammar."""


class UnknownEncodingError(MessageError):
    """A Content-Transfer-Encoding that cannot be undone (RFC 9051 `UNKNOWN-CTE`)."""

    def __init__(self, encoding: str) -> None:
        super().__init__(f"unknown Content-Transfer-Encoding: {encoding!r}")
        self.encoding = encoding
