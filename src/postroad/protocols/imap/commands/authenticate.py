"""AUTHENTICATE: a SASL exchange begins; its messages travel in base64.

Standards: RFC 9051 §6.2.2, RFC 4959 §3 (initial response), RFC 4648 §4
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.errors import BadSyntax

_MECHANISM = re.compile(r"[A-Z0-9_-]{1,20}")  # RFC 4422 §3.1
_BASE64 = re.compile(rb"[A-Za-z0-9+/]++={0,2}|=")


class Authenticate(msgspec.Struct, frozen=True):
    """`mechanism` in upper case; `initial` is None when no initial response was given."""

    mechanism: str
    initial: bytes | None = None

    def __post_init__(self) -> None:
        if not _MECHANISM.fullmatch(self.mechanism):
            raise ValueError("not the name of a SASL mechanism")

    def __repr__(self) -> str:
        return f"Authenticate({self.mechanism})"  # the response may be a password

    @classmethod
    def parse(cls, reader: Reader) -> Authenticate:
        """`mechanism [initial-response]`."""
        reader.space()
        mechanism = reader.atom().upper()
        initial = None
        if reader.take(b" "):
            text = reader.match(_BASE64, "base64")[0]
            initial = b"" if text == b"=" else decode_base64(text)
        try:
            return cls(mechanism, initial)
        except ValueError:
            raise BadSyntax("That is not the name of a SASL mechanism") from None

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("AUTHENTICATE ", self.mechanism)
        if self.initial is not None:
            out.word(" ", b64encode(self.initial) or b"=")


def decode_base64(text: bytes) -> bytes:
    """Strictly, in its one form. Raises BadSyntax."""
    try:
        octets = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        octets = b""
    if b64encode(octets) != text:  # Python overlooks padding that is too much
        raise BadSyntax("That is not base64")
    return octets
