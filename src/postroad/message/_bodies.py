"""A part's content: decoded octets, text, the text a person is shown, and a preview of it.

Invariants: never raises; a preview looks at a bounded piece of the message; text has LF line ends.

Standards: RFC 2045 §6, RFC 2046 §4.1, RFC 8621 §4.1.4 (EmailBodyValue, preview)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from postroad.message._charsets import codec_of, decode
from postroad.message._flowed import unflow_text
from postroad.message._html import html_to_text
from postroad.message._part import Part
from postroad.message._select import Selection, select
from postroad.message._transfer import Decoded, decode_transfer

PREVIEW_SIZE: Final = 256
"""Characters of a preview at most (RFC 8621 §4.1.4, RFC 8970 §3.1)."""
_PLAIN_PIECE: Final = 4 * 1024
"""Octets of a text/plain body that a preview looks at, still transfer-encoded."""
_HTML_PIECE: Final = 96 * 1024
"""The same for HTML, whose style sheets come before its first word."""

_PREVIEW_PARTS: Final = 20
"""Parts looked at until one has something to preview."""
_PREVIEW_LINES: Final = 400
"""Lines of HTML made into text for a preview."""

# Newsletters pad their preheader with characters that show nothing.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00a0\\s]+"
)
_META_CHARSET: Final = re.compile(
    rb"<meta\s[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_ATTRIBUTIONS: Final = (
    "wrote", "écrit", "schrieb", "escribió", "ha scritto", "escreveu", "schreef", "skrev",
    "написал", "写道", "寫道", "书写", "のメール", "さんは書きました",
)  # fmt: skip
"""Words before the colon of a line that introduces a quotation."""
_SIGNATURE: Final = "-- "  # RFC 3676 §4.3
_RULE: Final = re.compile(r"^[\s\W_]*$")
_ORIGINAL: Final = re.compile(r"\s*+-{3,}+\s?\w[^-]{3,60}+-{3,}+\s*+\Z")
"""`-----Original Message-----` in any language: what follows is an older message."""
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class TextBody:
    """A text part's characters; `problem` as RFC 8621's isEncodingProblem."""

    value: str
    problem: bool


def decoded(part: Part) -> Decoded:
    """The part's body with its transfer encoding undone."""
    return decode_transfer(part.body, part.encoding)


def decoded_size(part: Part) -> int:
    """Octets of the body after decoding, as JMAP's `size` and BINARY.SIZE count them."""
    if part.encoding in ("7bit", "8bit", "binary"):
        return part.size
    return len(decoded(part).data)


def text_body(part: Part) -> TextBody:
    """A text part as characters with LF line ends (RFC 8621 §4.1.4)."""
    data, clean = decoded(part)
    text, known = _characters(part, data)
    return TextBody(text, not (clean and known and "\ufffd" not in text))


def shown_text(part: Part) -> str:
    """A text part as a person reads it: flowed lines joined, HTML as text."""
    return _readable(part, text_body(part).value)


def message_text(selection: Selection, limit: int = 0) -> str:
    """The text of a message as a person reads it, part after part.

    With `limit`, each part is read as far as so many octets of it, still transfer-encoded.
    """
    parts = (part for part in selection.text if part.size and part.shown_type.startswith("text/"))
    texts = (
        _beginning(part, limit) if 0 < limit < part.size else shown_text(part) for part in parts
    )
    return "\n".join(text for text in texts if text)


def preview(message: Part, selection: Selection | None = None) -> str:
    """At most 256 characters of what a person would read first; quotes and rules are skipped."""
    shown = selection or select(message)
    for part in shown.text[:_PREVIEW_PARTS]:
        if part.size and part.shown_type[:5] == "text/" and (text := _preview_of(part)):
            return text
    return ""


def _preview_of(part: Part) -> str:
    limit = _HTML_PIECE if part.shown_type == "text/html" else _PLAIN_PIECE
    text = _beginning(part, limit, lines=_PREVIEW_LINES)
    # Where there is nothing but quotes, better those than nothing.
    chosen = _chosen(text.split("\n")) or [_words(text[: PREVIEW_SIZE * 8])]
    return " ".join(chosen)[:PREVIEW_SIZE].rstrip()


def _chosen(lines: list[str]) -> list[str]:
    """The lines that somebody wrote for this message, until there are enough for a preview."""
    chosen: list[str] = []
    size, before = 0, ""
    for line in lines:
        if chosen and (line == _SIGNATURE or _ORIGINAL.match(line)):
            break
        if _is_attribution(line):
            # `On Monday, Bob <b@x.test>` was folded before its `wrote:`, which has no date.
            if chosen and before.strip() and not _DIGIT.search(line):
                chosen.pop()
        elif line[:1] != ">" and not _RULE.match(line) and (words := _words(line)):
            chosen.append(words)
            size += len(words) + 1
            if size > PREVIEW_SIZE:
                break
        before = line
    return chosen


def _beginning(part: Part, limit: int, lines: int = 0) -> str:
    """The text of the part's first `limit` octets, cut at a line so that no escape is split."""
    piece = part.data[part.body_start : min(part.end, part.body_start + limit)]
    if part.body_start + limit < part.end:
        piece = piece[: piece.rfind(b"\n") + 1] or piece
    data = decode_transfer(piece, part.encoding).data
    return _readable(part, _characters(part, data)[0], lines=lines)


def _words(text: str) -> str:
    """The text on one line, without what shows nothing."""
    return " ".join(text.split()) if text.isascii() else _INVISIBLE.sub(" ", text).strip()


def _is_attribution(line: str) -> bool:
    end = line[-40:].rstrip()
    return end.endswith((":", "\uff1a")) and end[:-1].rstrip().lower().endswith(_ATTRIBUTIONS)


def _characters(part: Part, data: bytes) -> tuple[str, bool]:
    label = part.content_type.charset
    if not label and part.shown_type == "text/html" and (meta := _META_CHARSET.search(data[:4096])):
        label = meta[1].decode("ascii")
    text = decode(data, label or None).removeprefix("\ufeff")  # a byte order mark is no text
    known = codec_of(label) is not None if label else True
    return text.replace("\r\n", "\n").replace("\r", "\n"), known


def _readable(part: Part, text: str, lines: int = 0) -> str:
    if part.shown_type == "text/html":
        return html_to_text(text, lines=lines)
    content_type = part.content_type
    if content_type.get("format").lower() == "flowed":
        return unflow_text(text, delsp=content_type.get("delsp").lower() == "yes")
    return text
