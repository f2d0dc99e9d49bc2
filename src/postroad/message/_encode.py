"""Header fields made from values: folded, encoded, and impossible to inject into.

Every way to make a field passes `_checked`, which refuses CR, LF and NUL; folding adds the only
line ends there are. With `utf8` the value stays raw UTF-8 (SMTPUTF8 paths), without it everything
is ASCII.

Invariants: the result is one field ending in CRLF; unfolding and decoding it gives the value
again; no encoded-word splits a character; lines fold at 78 columns where white space allows it.

Standards: RFC 5322 §2.1.1 and §2.2.3, RFC 2047 §2 and §5, RFC 2231, RFC 6532
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote_from_bytes

from postroad.message._addresses import AddressItem, Group, Mailbox, quote
from postroad.message.errors import (
    AddressError,
    FieldNameError,
    HeaderInjectionError,
    NeedsUtf8Error,
)

FOLD_AT: Final = 78
"""Columns after which a line is folded (RFC 5322 §2.1.1)."""
_FOLD_WORDS_AT: Final = 76
"""The same where encoded-words stand in the field (RFC 2047 §2)."""
WORD_SIZE: Final = 75
"""Characters of an encoded-word at most (RFC 2047 §2)."""
_LONGEST_TOKEN: Final = 900
"""A longer run without white space is written as encoded-words, so that no line passes 998."""

_NAME: Final = re.compile(r"[!-9;-~]+")
_FORBIDDEN: Final = re.compile(r"[\r\n\0]")
_PLAIN: Final = re.compile(r"[!-~]*")
_PHRASE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
# Words that need no encoding and can be folded, one space between them.
_SIMPLE: Final = re.compile(r"[!-~]{1,70}(?: [!-~]{1,70})*+")
_SPACES: Final = re.compile(r"([ \t]+)")
_DOMAIN: Final = re.compile(
    r"[^\s\"\\<>()\[\]@,:;\x00-\x1f\x7f]*+|\[[^\s\[\]\\<>\x00-\x1f\x7f]*+\]"
)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`{|}~A-Za-z0-9-]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# RFC 2047 §5 (3): the octets that stand for themselves in a phrase, the strictest place.
_Q_SAFE: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_Q_TABLE: Final = tuple(
    "_" if octet == 32 else chr(octet) if octet in _Q_SAFE else f"={octet:02X}"
    for octet in range(256)
)
_Q_PLAIN: Final = bytes((*_Q_SAFE, 32))
_HEAD: Final = len("=?utf-8?q??=")
_ATTRIBUTE_ROOM: Final = 54
"""Characters of one RFC 2231 section's value; ` filename*10*=utf-8'';` stands around it."""
_LONG_SPACE: Final = re.compile(r"[ \t]{70}")


def format_field(name: str, text: str, *, utf8: bool = False) -> bytes:
    """An unstructured field such as Subject. Raises HeaderInjectionError, FieldNameError."""
    text = _checked(name, text).strip()
    if _SIMPLE.fullmatch(text) and "=?" not in text:
        return _fold_simple(name, text)
    if _LONG_SPACE.search(text):  # cannot be folded, and would pass 998 columns
        return _fold(name, _encoded_tokens(text, " ", name), utf8)
    tokens: list[tuple[str, str]] = []
    run = ""  # words that have to be encoded, with the spaces between them
    space = " "
    for piece in _SPACES.split(text):
        if not piece or piece.isspace():
            space = piece or space
        elif _needs_encoding(piece, utf8):
            run = f"{run}{space}{piece}" if run else piece
            if len(run) == len(piece):
                lead = space
        else:
            tokens += _encoded_tokens(run, lead, name) if run else []
            run = ""
            tokens.append((space, piece))
    tokens += _encoded_tokens(run, lead, name) if run else []
    return _fold(name, tokens, utf8)


def format_structured(name: str, value: str, *, utf8: bool = False) -> bytes:
    """A field whose value is already grammar (Received, References): folded, never encoded.

    Raises HeaderInjectionError; NeedsUtf8Error for what is not ASCII where `utf8` is false.
    """
    pieces = _SPACES.split(_checked(name, value).strip())
    tokens = [(" ", pieces[0])]
    tokens += [(pieces[i], pieces[i + 1]) for i in range(1, len(pieces) - 1, 2)]
    return _fold(name, tokens, utf8)


def format_addresses(name: str, items: Iterable[AddressItem], *, utf8: bool = False) -> bytes:
    """An address field. Raises AddressError when an address needs `utf8` or cannot be written."""
    tokens: list[tuple[str, str]] = []
    for item in items:
        if tokens:
            tokens[-1] = (tokens[-1][0], tokens[-1][1] + ",")
        tokens += (
            _group(name, item, utf8) if isinstance(item, Group) else _mailbox(name, item, utf8)
        )
    return _fold(name, tokens, utf8)


def format_parameters(
    name: str, value: str, params: Mapping[str, str], *, utf8: bool = False
) -> bytes:
    """Content-Type or Content-Disposition: tokens as they are, the rest quoted or by RFC 2231."""
    tokens = [(" ", _checked(name, value))]
    for key, text in params.items():
        if not _TOKEN.fullmatch(key):
            raise FieldNameError(key)
        for piece in _parameter(key, _checked(name, text), utf8):
            tokens[-1] = (tokens[-1][0], tokens[-1][1] + ";")
            tokens.append((" ", piece))
    return _fold(name, tokens, utf8)


def encode_words(text: str, first_room: int = WORD_SIZE) -> list[str]:
    """The text as UTF-8 encoded-words of at most 75 characters, the first one of `first_room`.

    B or Q, whichever is shorter; a character is never split over two words (RFC 2047 §5).
    """
    data = text.encode("utf-8", "replace")
    escaped = len(data.translate(None, _Q_PLAIN))
    use_q = len(data) + 2 * escaped <= (len(data) + 2) // 3 * 4
    words: list[str] = []
    start, room = 0, max(first_room, 24) - _HEAD
    while start < len(data):
        end = start + (_q_fit(data, start, room) if use_q else room // 4 * 3)
        while end < len(data) and data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        words.append(_word(data[start:end], use_q))
        start, room = end, WORD_SIZE - _HEAD
    return words


def _q_fit(data: bytes, start: int, room: int) -> int:
    """How many octets from `start` on fill `room` characters of Q."""
    count = 0
    for octet in data[start : start + room]:
        room -= len(_Q_TABLE[octet])
        if room < 0:
            break
        count += 1
    return count


def one_line(text: str) -> str:
    """The text with every control character as a space: for words of others that we quote."""
    return _CONTROL.sub(" ", text)


def _checked(name: str, value: str) -> str:
    if not _NAME.fullmatch(name):
        raise FieldNameError(name)
    if _FORBIDDEN.search(value):
        raise HeaderInjectionError(name)
    return value


def _needs_encoding(piece: str, utf8: bool) -> bool:
    if "=?" in piece or _is_long(piece):
        return True
    if utf8:
        return bool(_CONTROL.search(piece))
    return not _PLAIN.fullmatch(piece)


def _is_long(text: str) -> bool:
    """Whether the text alone could pass the 998 octets of a line (RFC 6532 §3.4)."""
    return len(text) * 4 > _LONGEST_TOKEN and len(text.encode("utf-8", "replace")) > _LONGEST_TOKEN


def _encoded_tokens(run: str, lead: str, name: str) -> list[tuple[str, str]]:
    words = encode_words(run, WORD_SIZE - len(name) - 2)
    return [(lead if i == 0 else " ", word) for i, word in enumerate(words)]


def _word(data: bytes, use_q: bool) -> str:
    if use_q:
        return f"=?utf-8?q?{''.join(_Q_TABLE[octet] for octet in data)}?="
    return f"=?utf-8?b?{base64.b64encode(data).decode('ascii')}?="


def _fold(name: str, tokens: Iterable[tuple[str, str]], utf8: bool) -> bytes:
    tokens = list(tokens)
    limit = _FOLD_WORDS_AT if any(word[:2] == "=?" for _, word in tokens) else FOLD_AT
    lines: list[str] = []
    line = f"{name}:"
    width = len(line)
    for space, token in tokens:
        if width + len(space) + len(token) > limit and width > len(name) + 1:
            lines.append(line)
            line, width = "", 0
        line += space + token
        width += len(space) + len(token)
    lines.append(line)
    try:
        return ("\r\n".join(lines) + "\r\n").encode("utf-8" if utf8 else "ascii")
    except UnicodeEncodeError:  # lone surrogates too
        raise NeedsUtf8Error(name) from None


def _fold_simple(name: str, text: str) -> bytes:
    lines: list[str] = []
    line, at = f"{name}:", 0
    while len(text) - at > FOLD_AT - len(line) - 1:
        cut = text.rfind(" ", at, at + FOLD_AT - len(line))
        if cut < 0:
            if not lines and len(line) > len(name):  # the first word does not fit behind the name
                cut = text.find(" ", at)
            if cut < 0:
                break
        lines.append(f"{line} {text[at:cut]}")
        line, at = "", cut + 1
    lines.append(f"{line} {text[at:]}")
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _mailbox(name: str, mailbox: Mailbox, utf8: bool) -> list[tuple[str, str]]:
    spec = mailbox.addr_spec
    if not mailbox.local:
        raise AddressError(f"{name}: an address needs a local part")
    if _CONTROL.search(spec) or _CONTROL.search(mailbox.raw_name):
        raise HeaderInjectionError(name)
    if not _DOMAIN.fullmatch(mailbox.domain):  # a comma in it would add a recipient
        raise AddressError(f"{name}: not a domain: {mailbox.domain!r}")
    if not utf8 and not spec.isascii():
        raise AddressError(f"{name}: {spec!r} can only be written with SMTPUTF8 (RFC 6532)")
    phrase = _phrase(name, mailbox.name, utf8)
    return [*phrase, (" ", f"<{spec}>")] if phrase else [(" ", spec)]


def _group(name: str, group: Group, utf8: bool) -> list[tuple[str, str]]:
    _checked(name, group.raw_name)
    tokens = _phrase(name, group.name, utf8) or [(" ", '""')]
    tokens[-1] = (tokens[-1][0], tokens[-1][1] + ":")
    for index, member in enumerate(group.members):
        if index:
            tokens[-1] = (tokens[-1][0], tokens[-1][1] + ",")
        tokens += _mailbox(name, member, utf8)
    tokens[-1] = (tokens[-1][0], tokens[-1][1] + ";")
    return tokens


def _phrase(name: str, text: str, utf8: bool) -> list[tuple[str, str]]:
    text = " ".join(one_line(text).split())  # an encoded-word may have hidden controls
    if not text:
        return []
    if "=?" in text or (not text.isascii() and not utf8) or _is_long(text):
        return _encoded_tokens(text, " ", name)
    if _PHRASE.fullmatch(text):
        return [(" ", word) for word in text.split()]
    return [(" ", quote(text))]


def _parameter(key: str, text: str, utf8: bool) -> list[str]:
    """One parameter as it is, quoted, or in RFC 2231 sections."""
    plain = (utf8 or text.isascii()) and not _CONTROL.search(text) and "=?" not in text
    if plain and len(key) + len(text) < FOLD_AT - 6:
        return [f"{key}={text if _TOKEN.fullmatch(text) else quote(text)}"]
    escaped = quote_from_bytes(text.encode("utf-8", "replace"), safe="!#$&+-.^_`{|}~")
    if len(key) + len(escaped) < FOLD_AT - 12:
        return [f"{key}*=utf-8''{escaped}"]
    pieces: list[str] = []
    start = 0
    while start < len(escaped):
        end = start + _ATTRIBUTE_ROOM
        while escaped[end - 2 : end].find("%") >= 0 and end < len(escaped):
            end -= 1  # a %XX stays whole
        charset = "utf-8''" if not pieces else ""
        pieces.append(f"{key}*{len(pieces)}*={charset}{escaped[start:end]}")
        start = end
    return pieces
