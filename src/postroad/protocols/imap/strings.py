"""Strings as IMAP sends them: quoted where the octets allow it, else a literal.

Quoted strings are ASCII until the client has enabled UTF-8 (UTF8=ACCEPT or IMAP4rev2). Literals
carry everything but NUL, and literal8 that too.

Invariants: what is made here reads back as the same octets; nothing made here ends a line early.

Standards: RFC 9051 §4.3, §9; RFC 6855 §3; RFC 3516 §4.4 (literal8)
"""

from __future__ import annotations

import re

from postroad.protocols.imap import quirks
from postroad.protocols.imap._utf7 import decode_utf7, encode_utf7

_PLAIN = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]*+")
_QUOTABLE = re.compile(rb"[^\x00\r\n\x80-\xff]*+")
_ASTRING = re.compile(rb"[^\x00-\x20(){%*\"\\\x7f-\xff]++")
_SPECIAL = re.compile(rb'(["\\])')
_ESCAPED = re.compile(rb'\\(["\\])')
_LONGEST_QUOTED = 1_024


def quoted(value: bytes) -> bytes:
    """A quoted string. Raises ValueError for a line end or NUL, which it cannot hold."""
    if _PLAIN.fullmatch(value):
        return b'"%b"' % value
    if b"\r" in value or b"\n" in value or b"\0" in value:
        raise ValueError("not for a quoted string")
    return b'"%b"' % _SPECIAL.sub(rb"\\\1", value)


def unquoted(inside: bytes) -> bytes:
    """What stands between the quotes, without its backslashes."""
    return _ESCAPED.sub(rb"\1", inside) if b"\\" in inside else inside


def literal(value: bytes) -> bytes:
    """A literal as a server sends it; literal8 when there is a NUL."""
    return b"%b{%d}\r\n%b" % (b"~" if b"\0" in value else b"", len(value), value)


def literal8(value: bytes) -> bytes:
    """A literal for octets of all kinds (RFC 3516 §4.4)."""
    return b"~{%d}\r\n%b" % (len(value), value)


def string(value: bytes, *, utf8: bool = False) -> bytes:
    """Quoted or literal. `utf8`: the client takes UTF-8 in quoted strings."""
    if len(value) <= _LONGEST_QUOTED:
        if _PLAIN.fullmatch(value):
            return b'"%b"' % value
        if _QUOTABLE.fullmatch(value) or (utf8 and _is_utf8_line(value)):
            return quoted(value)
    return literal(value)


def nstring(value: bytes | None, *, utf8: bool = False) -> bytes:
    """A string, or NIL for None."""
    return b"NIL" if value is None else string(value, utf8=utf8)


def astring(value: bytes, *, utf8: bool = False) -> bytes:
    """An atom where it can be one, else a string."""
    if _ASTRING.fullmatch(value) and value.upper() != b"NIL":
        return value
    return string(value, utf8=utf8)


def mailbox(name: str, *, utf8: bool = False) -> bytes:
    """A mailbox's name: in UTF-8 for who has enabled it, else in modified UTF-7."""
    return astring(name.encode() if utf8 else encode_utf7(name), utf8=utf8)


def read_mailbox(octets: bytes, *, utf8: bool) -> str:
    """The name that a client means; any case of INBOX is INBOX. Raises ValueError.

    With modified UTF-7, octets beyond ASCII are read as UTF-8 (quirks.RAW_UTF8_NAMES).
    """
    if octets.upper() == b"INBOX":
        return "INBOX"
    if utf8 or (quirks.RAW_UTF8_NAMES and not octets.isascii()):
        return octets.decode()
    return decode_utf7(octets)


def _is_utf8_line(value: bytes) -> bool:
    if b"\r" in value or b"\n" in value or b"\0" in value:
        return False
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
