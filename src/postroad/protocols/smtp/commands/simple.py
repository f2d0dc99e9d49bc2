"""The commands that are one word, or one word and a text.

Standards: RFC 5321 §4.1.1.4 to §4.1.1.10, RFC 3207 §4
"""

from __future__ import annotations

import msgspec


class DataStart(msgspec.Struct, frozen=True):
    """DATA, or the first BDAT of a message (`chunked`): the body is about to come."""

    chunked: bool = False

    def encode(self) -> bytes:
        """The command line."""
        return b"DATA\r\n"


class Reset(msgspec.Struct, frozen=True):
    """RSET: forget the transaction."""

    def encode(self) -> bytes:
        """The command line."""
        return b"RSET\r\n"


class Quit(msgspec.Struct, frozen=True):
    """QUIT: the last command."""

    def encode(self) -> bytes:
        """The command line."""
        return b"QUIT\r\n"


class StartTls(msgspec.Struct, frozen=True):
    """STARTTLS: what follows the reply is TLS."""

    def encode(self) -> bytes:
        """The command line."""
        return b"STARTTLS\r\n"


class Noop(msgspec.Struct, frozen=True):
    """NOOP: are you there?"""

    def encode(self) -> bytes:
        """The command line."""
        return b"NOOP\r\n"


class Help(msgspec.Struct, frozen=True):
    """HELP."""

    def encode(self) -> bytes:
        """The command line."""
        return b"HELP\r\n"


class Verify(msgspec.Struct, frozen=True):
    """VRFY with a user name or an address."""

    text: str

    def __post_init__(self) -> None:
        if not (self.text and self.text.isascii() and self.text.isprintable()):
            raise ValueError("VRFY needs printable ASCII")

    def encode(self) -> bytes:
        """The command line."""
        return f"VRFY {self.text}\r\n".encode()
