"""Message identifiers: Message-ID, In-Reply-To, References, without their angle brackets.

Standards: RFC 5322 §3.6.4 and §4.5.4, RFC 8621 §4.1.2.5
"""

from __future__ import annotations

import re
from typing import Final

from postroad.message._limits import MAX_IDS
from postroad.message._params import strip_comments
from postroad.message._words import decode_raw

_BRACKETED: Final = re.compile(r"<([^<>]++)>?")
_SPACE: Final = re.compile(r"\s+")


def parse_ids(value: bytes | str) -> tuple[str, ...]:
    """The identifiers of an unfolded field, in order, white space inside them removed.

    Quirk: without any bracket, words that hold an at sign are taken.
    """
    text = decode_raw(value) if isinstance(value, bytes) else value
    ids: list[str] = []
    for found in _BRACKETED.finditer(text):
        if identifier := _SPACE.sub("", found[1]):
            ids.append(identifier)
            if len(ids) >= MAX_IDS:
                break
    if ids:
        return tuple(ids)
    words = strip_comments(text).replace(",", " ").split()
    return tuple(word.strip("<>") for word in words[:MAX_IDS] if "@" in word)


def parse_id(value: bytes | str) -> str:
    """A Message-ID field's one identifier; quirk: without brackets its first word; else ""."""
    ids = parse_ids(value)
    if ids:
        return ids[0]
    text = decode_raw(value) if isinstance(value, bytes) else value
    return next(iter(text.split()), "").strip("<>")


def thread_ids(references: bytes, in_reply_to: bytes, message_id: bytes = b"") -> tuple[str, ...]:
    """The identifiers that tie a message to its thread, eldest first, its own last, none twice.

    RFC 5256 §3 (THREAD=REFERENCES): In-Reply-To counts when there are no References.
    """
    own = parse_ids(message_id)[:1] or tuple(filter(None, (parse_id(message_id),)))
    parents = parse_ids(references) or parse_ids(in_reply_to)[:1]
    return tuple(dict.fromkeys((*parents, *own)))
