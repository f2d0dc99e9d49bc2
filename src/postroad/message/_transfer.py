"""Transfer encodings undone: base64 and quoted-printable as they come, uuencode, yEnc.

Tolerances (docs/quirks.md): base64 with a footer behind it, without padding, with foreign
characters, in pieces that are padded one by one; text that only claims to be base64;
quoted-printable with white space after a soft break and with escapes that are none.

Invariants: linear; never raises; what cannot be decoded is returned as it is and not `ok`.

Standards: RFC 2045 §6, POSIX uuencode, yEnc 1.3
"""

from __future__ import annotations

import binascii
import re
from typing import Final, NamedTuple

_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_BASE64_AND_SPACE: Final = _BASE64 + b" \t\r\n"
_NOT_BASE64: Final = bytes(set(range(256)) - set(_BASE64[:-1]))
_FOREIGN: Final = re.compile(rb"[^A-Za-z0-9+/= \t\r\n]")
_EMPTY_LINE: Final = re.compile(rb"\n[ \t]*+\r?\n")
_SOFT_BREAK_SPACE: Final = re.compile(rb"=[ \t]++(?=\r?\n|\Z)")
_BAD_ESCAPE: Final = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")
_UU_BEGIN: Final = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END: Final = re.compile(rb"^end[ \t]*+\r?$", re.MULTILINE)
_YENC_BEGIN: Final = re.compile(rb"^=ybegin ([^\r\n]{1,500})\r?\n", re.MULTILINE)
_YENC_END: Final = re.compile(rb"^=yend[^\r\n]*+", re.MULTILINE)
_YENC_PART: Final = re.compile(rb"=ypart [^\r\n]*+\r?\n")
_YENC_TABLE: Final = bytes((octet - 42) % 256 for octet in range(256))
_YENC_ESCAPE: Final = re.compile(rb"=(.)", re.DOTALL)

IDENTITY: Final = frozenset(("7bit", "8bit", "binary", ""))
_UUENCODE: Final = frozenset(("x-uuencode", "uuencode", "x-uue", "uue"))
_MAX_PIECES: Final = 1_000
"""Padded pieces of one base64 body; the rest is read to its first padding."""
_MAX_INLINE: Final = 100
"""Files found inside one text: more are left as text."""


class Decoded(NamedTuple):
    """Octets after decoding, and whether the encoding was known and clean."""

    data: bytes
    ok: bool


class InlineFile(NamedTuple):
    """A file written into a text by uuencode or yEnc: `kind`, its name, and where it stands."""

    kind: str
    name: str
    start: int
    end: int
    data: bytes


def decode_transfer(data: bytes, encoding: str) -> Decoded:
    """Undo a Content-Transfer-Encoding, given in lower case."""
    if encoding in IDENTITY:
        return Decoded(data, True)
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return decode_quoted_printable(data)
    if encoding in _UUENCODE:
        found = _next_uuencoded(data, 0)
        return Decoded(found.data, True) if found else Decoded(data, False)
    # Quirks: misspelt labels that real mailers write.
    plain = encoding.replace("-", "").replace("_", "")
    if plain in ("quotedprintable", "qp"):
        return decode_quoted_printable(data)
    return Decoded(data, plain in ("7bits", "8bits", "7", "8", "none", "usascii"))


def decode_base64(data: bytes) -> Decoded:
    """Base64 up to its padding or its footer; foreign characters are skipped (RFC 2045 §6.8)."""
    foreign = data.translate(None, _BASE64_AND_SPACE)
    if foreign:
        kept = _without_footer(data)
        if not kept.strip():
            return Decoded(data, False)
        data = kept
    padding = data.find(b"=")
    if padding >= 0 and data[padding : padding + 1000].strip(b"= \t\r\n"):
        return Decoded(_in_pieces(data), False)
    try:
        return Decoded(binascii.a2b_base64(data), not foreign)
    except binascii.Error:
        return Decoded(_unpadded(data), False)


def decode_quoted_printable(data: bytes) -> Decoded:
    """Quoted-printable; an `=` that is no escape stays as it is."""
    if b"= " in data or b"=\t" in data:
        data = _SOFT_BREAK_SPACE.sub(b"=", data)
    return Decoded(binascii.a2b_qp(data), _BAD_ESCAPE.search(data) is None)


def find_inline_files(data: bytes) -> list[InlineFile]:
    """Uuencoded and yEnc files in a text body, in order of position."""
    files: list[InlineFile] = []
    pos = 0
    while len(files) < _MAX_INLINE and (found := _next_uuencoded(data, pos)):
        files.append(found)
        pos = found.end
    pos = 0
    while len(files) < _MAX_INLINE and (found := _next_yenc(data, pos)):
        files.append(found)
        pos = found.end
    return sorted(files, key=lambda file: file.start)


def _without_footer(data: bytes) -> bytes:
    """Quirk: a list or a scanner put plain text behind the base64, or there is none at all.

    The text begins after an empty line, or where a line looks like words or like a rule.
    """
    first = _FOREIGN.search(data)
    if first is None:
        return data
    gap = _EMPTY_LINE.search(data, 1)
    if gap and gap.start() < first.start() and data[: gap.start()].strip():
        return data[: gap.start()]
    start = data.rfind(b"\n", 0, first.start()) + 1
    end = data.find(b"\n", start)
    line = data[start : end if end >= 0 else len(data)].strip()
    strange = len(line.translate(None, _BASE64_AND_SPACE))
    return data[:start] if b" " in line or strange * 4 > len(line) else data


def _in_pieces(data: bytes) -> bytes:
    """Quirk: pieces of base64 that were encoded, and padded, one by one."""
    *pieces, rest = data.split(b"=", _MAX_PIECES)
    return b"".join(map(_unpadded, pieces)) + _unpadded(rest)


def _unpadded(data: bytes) -> bytes:
    clean = data.partition(b"=")[0].translate(None, _NOT_BASE64)
    spare = len(clean) % 4
    if spare == 1:  # six bits are no octet
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"==" if spare in (2, 3) else clean)


def _next_uuencoded(data: bytes, pos: int) -> InlineFile | None:
    begin = _UU_BEGIN.search(data, pos)
    if begin is None:
        return None
    end = _UU_END.search(data, begin.end())
    stop = end.start() if end else len(data)
    name = begin[1].strip().decode("utf-8", "replace")
    body = data[begin.end() : stop]
    if begin[0].startswith(b"begin-base64"):
        content = decode_base64(body.partition(b"====")[0]).data
    else:
        content = b"".join(map(_uu_line, body.splitlines()))
    return InlineFile("uuencode", name, begin.start(), end.end() if end else stop, content)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Quirk: mailers that pad short lines wrongly; RFC-less, but Python's own `uu` knew it.
        size = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[:size])
        except binascii.Error:
            return b""


def _next_yenc(data: bytes, pos: int) -> InlineFile | None:
    begin = _YENC_BEGIN.search(data, pos)
    if begin is None:
        return None
    end = _YENC_END.search(data, begin.end())
    stop = end.start() if end else len(data)
    part = _YENC_PART.match(data, begin.end())
    body = data[part.end() if part else begin.end() : stop].replace(b"\r", b"").replace(b"\n", b"")
    content = _YENC_ESCAPE.sub(lambda found: bytes(((found[1][0] - 64) % 256,)), body)
    name = begin[1].partition(b"name=")[2].strip().decode("utf-8", "replace")
    return InlineFile(
        "yenc", name, begin.start(), end.end() if end else stop, content.translate(_YENC_TABLE)
    )
