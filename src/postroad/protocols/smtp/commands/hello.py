"""EHLO, HELO, LHLO: the client names itself; to all but HELO the server answers what it can do.

Standards: RFC 5321 §4.1.1.1, RFC 2033 §4.1
"""

from __future__ import annotations

import msgspec

from postroad.protocols.smtp.errors import AddressError, CommandError
from postroad.protocols.smtp.paths import hello_name
from postroad.protocols.smtp.replies import Reply

VERBS = frozenset({"EHLO", "HELO", "LHLO"})


class Hello(msgspec.Struct, frozen=True):
    """`verb` is EHLO, HELO or LHLO; `name` a host name or an address in brackets, as written."""

    verb: str
    name: str

    def __post_init__(self) -> None:
        if self.verb not in VERBS:
            raise ValueError(f"not a greeting: {self.verb!r}")
        hello_name(self.name)

    @property
    def extended(self) -> bool:
        """Whether extensions were asked for."""
        return self.verb != "HELO"

    def encode(self) -> bytes:
        """The command line."""
        return f"{self.verb} {self.name}\r\n".encode()


def parse_hello(verb: str, argument: str) -> Hello:
    """Raises CommandError."""
    try:
        return Hello(verb, argument)
    except AddressError as fault:
        raise CommandError(Reply.of(501, "5.5.4", f"{verb}: {fault}")) from None
