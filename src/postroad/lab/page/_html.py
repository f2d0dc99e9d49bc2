"""HTML that cannot be written wrongly: what is not `Html` already is escaped on its way in.

Text of strangers (subjects, host names, replies) is shown and never obeyed: markup is escaped, and
control and direction characters stand there by their code point.

Standards: WHATWG HTML §13.3 (serialising), UAX #9 (direction formatting characters)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape


class Html(str):
    """Markup that may be put into a page as it is."""

    __slots__ = ()


Content = str | Html | None | Iterable["Content"]
"""What may stand inside an element: text, markup, several of both; None leaves nothing."""

REMEMBERED = 4096
"""Escaped texts and attributes kept: a page says the same few hundred again and again."""

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

_HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # invisible letters
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # direction marks, zero-width space
    "\u2028\u2029\ufeff\ufff0-\ufffb"  # separators, byte order mark, annotations
    "\ud800-\udfff"  # lone surrogates: octets that were not UTF-8
    "\U000e0000-\U000e007f"  # tag characters
    "]"
)


@lru_cache(REMEMBERED)
def text(value: str) -> Html:
    """`value` as escaped text, with every character that cannot be seen written as U+202E."""
    if value.isascii() and value.isprintable():  # the usual case
        return Html(escape(value))
    parts, at = [], 0
    for found in _HIDDEN.finditer(value):
        parts += [escape(value[at : found.start()]), _code_point(found[0])]
        at = found.end()
    return Html("".join(parts) + escape(value[at:]))


def plain(value: str) -> str:
    """The same for places that take no elements (a title): hidden characters as ‹U+202E›."""
    return _HIDDEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", value)


def tag(name: str, /, *content: Content, **attributes: str | bool | None) -> Html:
    """An element. `class_` means class, `data_x` means data-x; True alone, None not at all."""
    start = name
    for key, value in attributes.items():
        start += _attribute(key, value)
    if name in _VOID:
        return Html(f"<{start}>")
    return Html(f"<{start}>{''.join([_inside(part) for part in content])}</{name}>")


def join(content: Content, between: Content = None) -> Html:
    """All of `content` in a row, with `between` after each part but the last."""
    if content is None or isinstance(content, str):
        return Html(_inside(content))
    parts = [_inside(part) for part in content]
    return Html(_inside(between).join([part for part in parts if part]))


def _inside(content: Content) -> str:
    if type(content) is Html:
        return content
    if content is None:
        return ""
    if isinstance(content, str):
        return text(content)
    return "".join([_inside(part) for part in content])


@lru_cache(REMEMBERED)
def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(plain(value))}"'


def _code_point(character: str) -> str:
    return f'<span class="hidden-char">U+{ord(character):04X}</span>'
