"""LOGIN: a name and a password, as two strings.

Standards: RFC 9051 §6.2.3
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap import quirks
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.errors import BadSyntax


class Login(msgspec.Struct, frozen=True):
    """Who, and the proof."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user!r})"

    @classmethod
    def parse(cls, reader: Reader) -> Login:
        """`user password`."""
        reader.space()
        user = _text(reader)
        reader.space()
        return cls(user, _text(reader))

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("LOGIN ").astring(self.user).word(" ").astring(self.password)


def _text(reader: Reader) -> str:
    text = reader.text_string()
    if not (quirks.UTF8_LOGIN or text.isascii()):
        raise BadSyntax("LOGIN is in ASCII; AUTHENTICATE takes UTF-8")
    return text
