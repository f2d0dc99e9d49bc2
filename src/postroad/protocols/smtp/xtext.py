"""xtext: how parameters of MAIL and RCPT carry blanks, `=` and `+`.

Standards: RFC 3461 §4 (xtext), §4.2 (ORCPT), RFC 6533 §3 (utf-8 addresses in ORCPT)
"""

from __future__ import annotations

import re

_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_HEXCHAR = re.compile(r"\+([0-9A-F]{2})")
_NOT_XCHAR = re.compile(r"[^!-*,-<>-~]")


def decode_xtext(text: str) -> str:
    """The printable ASCII that `text` stands for. Raises ValueError for anything else."""
    if not _XTEXT.fullmatch(text):
        raise ValueError("not xtext (RFC 3461 §4)")
    if "+" not in text:
        return text
    plain = _HEXCHAR.sub(lambda found: chr(int(found[1], 16)), text)
    if not (plain.isascii() and plain.isprintable()):
        raise ValueError("xtext of characters that are not printable ASCII")
    return plain


def encode_xtext(text: str) -> str:
    """The opposite. Raises ValueError for text that is not printable ASCII."""
    if not (text.isascii() and text.isprintable()):
        raise ValueError("only printable ASCII can be sent as xtext")
    return _NOT_XCHAR.sub(lambda found: f"+{ord(found[0]):02X}", text)


def embed_unicode(text: str) -> str:
    """Characters beyond ASCII as `\\x{HEX}`, which is ASCII everywhere (RFC 6533 §3)."""
    return "".join(c if c.isascii() else f"\\x{{{ord(c):X}}}" for c in text)
