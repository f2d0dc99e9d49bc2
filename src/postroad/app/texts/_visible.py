"""Text from a stranger, made safe to print: it can neither move the cursor nor turn the line."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: line ends, escape sequences
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks and overrides
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # lone surrogates: octets that were not UTF-8
    "\ufeff\ufff9-\ufffb"  # byte order mark, annotations
    "]"
)


def visible(text: str) -> str:
    r"""`text` with control and direction characters written as `\x1b` or `\u202e`."""
    if text.isascii() and text.isprintable():  # the usual case
        return text
    return _UNSAFE.sub(_escape, text)


def visible_json(text: str) -> str:
    r"""JSON with such characters, wherever they stand in its strings, written as `\u009b`.

    Its value is the same. Line ends between its tokens stay; within strings JSON has none.
    """
    return _UNSAFE.sub(_escape_json, text)


def _escape_json(found: re.Match[str]) -> str:
    return found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}"


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
