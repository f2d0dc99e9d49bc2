"""Bodies made safe for a path: base64, quoted-printable, or left alone.

Standards: RFC 2045 §6, RFC 5322 §2.1.1 (lines of at most 998), RFC 6152 (8BITMIME)
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from postroad.message._limits import MAX_LINE

_BASE64_SLICE: Final = 57  # octets that fill one line of 76 characters (RFC 2045 §6.8)
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_LONG_LINE: Final = re.compile(rb"[^\n]{%d}" % (MAX_LINE + 1))
_FROM: Final = re.compile(rb"^(From )", re.MULTILINE)


def canonical(data: bytes) -> bytes:
    """Text with CRLF line ends (RFC 2046 §4.1.1)."""
    return _LINE_END.sub(b"\r\n", data)


def encode_base64(data: bytes) -> bytes:
    """Base64 in lines of 76 characters, each with CRLF."""
    flat = binascii.b2a_base64(data, newline=False)
    return b"".join(flat[at : at + 76] + b"\r\n" for at in range(0, len(flat), 76))


def encode_quoted_printable(data: bytes) -> bytes:
    """Quoted-printable of text in canonical form; `From ` at a line's start is protected too."""
    encoded = binascii.b2a_qp(data, istext=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return _FROM.sub(b"=46rom ", encoded)


def encode_text(text: str, *, eight_bit: bool = False) -> tuple[str, bytes]:
    """A Content-Transfer-Encoding and the encoded text, ending in CRLF; UTF-8 inside.

    7bit when it is ASCII with short lines; 8bit when the path carries it; else what is shorter.
    """
    data = canonical(text.encode("utf-8", "replace"))
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    if b"\0" not in data and not _LONG_LINE.search(data):
        if data.isascii():
            return "7bit", data
        if eight_bit:
            return "8bit", data
    printable = encode_quoted_printable(data)
    packed = encode_base64(data)
    # A text that is mostly ASCII stays readable; the others are smaller in base64.
    if len(printable) <= len(packed):
        return "quoted-printable", printable
    return "base64", packed
