"""Encoded-words: how a header written in ASCII holds any language, and how raw 8-bit ones are read.

Tolerances (docs/quirks.md): words inside other words, spaces and question marks inside a word,
characters split over adjacent words, bad base64 padding, unknown charsets (detected).

Invariants: linear in the length; never raises; text without `=?` is returned as it is.

Standards: RFC 2047, RFC 2231 §5 (language suffix), RFC 6532 (raw UTF-8)
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from postroad.message._charsets import codec_of, decode, decode_unlabelled
from postroad.message._limits import MAX_DETECTIONS, MAX_WORDS

# RFC 2047 §2. The text may hold neither `=?` nor `?=`, so a scan that fails stops at the next
# possible word, which keeps the whole linear.
_WORD: Final = re.compile(
    r"=\?([^?\s*]++)(?:\*[^?\s]*+)?\?([bBqQ])\?((?:[^?=]++|=(?!\?(?!=))|\?(?!=))*+)\?="
)
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_CONTROL: Final = re.compile(r"[\r\n\0]+")


def decode_raw(value: bytes, charset: str = "") -> str:
    """Header bytes as text: ASCII, else UTF-8 (RFC 6532), else `charset`, else by detection."""
    if value.isascii() and b"\x1b$" not in value:
        return value.decode("ascii")
    if charset and not value.isascii():
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return decode(value, charset)
    return decode_unlabelled(value)


def decode_words(text: str) -> str:
    """The text with its encoded-words decoded; white space between adjacent words is dropped."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[tuple[str, bytes]] = []
    at = unknown = 0
    for count, word in enumerate(_WORD.finditer(text)):
        if count >= MAX_WORDS:
            break
        between = text[at : word.start()]
        # RFC 2047 §6.2: linear white space between two encoded-words is not shown.
        if not pending or (between and not between.isspace()):
            _flush(pending, out)
            out.append(between)
        charset = word[1].lower()
        if codec_of(charset) is None:
            unknown += 1
            charset = charset if unknown <= MAX_DETECTIONS else "windows-1252"
        pending.append((charset, _word_bytes(word[2], word[3])))
        at = word.end()
    _flush(pending, out)
    out.append(text[at:])
    return "".join(out)


def decode_header(value: bytes, charset: str = "") -> str:
    """An unstructured header value as a person reads it: unfolded, decoded, no CR, LF or NUL."""
    text = decode_words(decode_raw(value, charset))
    return _CONTROL.sub(" ", text) if _CONTROL.search(text) else text


def undecodable_words(text: str) -> list[str]:
    """The charsets of encoded-words in `text` that we cannot read."""
    return [word[1] for word in _WORD.finditer(text) if codec_of(word[1]) is None]


def _flush(pending: list[tuple[str, bytes]], out: list[str]) -> None:
    """Decode adjacent words of one charset together: a character may be split over two."""
    run: list[bytes] = []
    for index, (charset, data) in enumerate(pending):
        run.append(data)
        if index + 1 == len(pending) or pending[index + 1][0] != charset:
            out.append(decode(b"".join(run), charset))
            run = []
    pending.clear()


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return lenient_base64(data)


def lenient_base64(data: bytes) -> bytes:
    """Base64 without its foreign characters, up to the last whole octet; padding is not needed."""
    clean = _NOT_BASE64.sub(b"", data)
    spare = len(clean) % 4
    if spare == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"==" if spare in (2, 3) else clean)
