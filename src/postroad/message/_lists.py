"""Mailing-list fields and the fields that say a machine wrote a message.

Standards: RFC 2369 (List-*), RFC 2919 (List-Id), RFC 8058 (List-Unsubscribe-Post), RFC 3834
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from postroad.message._fields import Headers
from postroad.message._params import strip_comments
from postroad.message._words import decode_header, decode_raw

_URL: Final = re.compile(r"<([^<>]++)>")
_SPACE: Final = re.compile(r"\s+")
_ROBOT_PRECEDENCE: Final = frozenset(("bulk", "junk", "list", "auto_reply"))


class ListId(NamedTuple):
    """A list's identifier and its description, "" when there is none."""

    id: str
    description: str


class Unsubscribe(NamedTuple):
    """How to leave a list: addresses as given; `one_click` when RFC 8058 allows a single POST."""

    urls: tuple[str, ...]
    one_click: bool


def parse_urls(value: bytes | str) -> tuple[str, ...]:
    """The URLs of a List-* field, comments and white space removed; quirk: bare ones are taken."""
    text = strip_comments(decode_raw(value) if isinstance(value, bytes) else value)
    urls = tuple(_SPACE.sub("", url) for url in _URL.findall(text))
    if urls:
        return urls
    words = text.replace(",", " ").split()
    return tuple(word for word in words if ":" in word and not word.startswith(":"))


def parse_list_id(value: bytes) -> ListId:
    """A List-Id field (RFC 2919 §2)."""
    text = decode_header(value)
    found = _URL.search(text)
    if found:
        return ListId(found[1].strip(), text[: found.start()].strip().strip('"').strip())
    return ListId(text.strip(), "")


def unsubscribe(headers: Headers) -> Unsubscribe:
    """List-Unsubscribe, and whether one click is promised over https (RFC 8058 §3.1)."""
    urls = parse_urls(headers.value("list-unsubscribe"))
    post = headers.text("list-unsubscribe-post").replace(" ", "").lower()
    https = any(url.lower().startswith("https:") for url in urls)
    return Unsubscribe(urls, https and post == "list-unsubscribe=one-click")


def auto_submitted(headers: Headers) -> str:
    """The Auto-Submitted keyword in lower case, "no" when a person wrote it (RFC 3834 §5)."""
    value = strip_comments(headers.text("auto-submitted"))
    return value.partition(";")[0].strip().lower() or "no"


def is_automatic(headers: Headers) -> bool:
    """Whether no automatic reply must be sent: RFC 3834 §2 and the fields robots used before it."""
    if auto_submitted(headers) != "no" or "list-id" in headers:
        return True
    if headers.text("precedence").strip().lower() in _ROBOT_PRECEDENCE:
        return True
    field = headers.last("return-path")
    return (field is not None and field.value == b"<>") or "x-autoreply" in headers
