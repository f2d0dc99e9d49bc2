"""Which parts a person is shown, and which are attachments.

Invariant: every leaf is in at least one of the three lists.

Standards: RFC 8621 §4.1.4
"""

from __future__ import annotations

from typing import Final, NamedTuple

from postroad.message._names import filename
from postroad.message._part import Part

_TEXTS: Final = frozenset(("text/plain", "text/html"))


class Selection(NamedTuple):
    """RFC 8621's textBody, htmlBody and attachments."""

    text: list[Part]
    html: list[Part]
    attachments: list[Part]


def select(message: Part) -> Selection:
    """Sort the leaves of a message into what to show as text, what as HTML, and the rest."""
    text: list[Part] = []
    html: list[Part] = []
    attachments: list[Part] = []
    _sort([message], "mixed", False, text, html, attachments)
    return Selection(text, html, attachments)


def has_attachment(selection: Selection) -> bool:
    """RFC 8621 §4.1.4: whether there is something to download, embedded images not counted."""
    return any(
        part.disposition.value != "inline" and not (_is_media(part.type) and part.content_id)
        for part in selection.attachments
    )


def _is_media(kind: str) -> bool:
    return kind.startswith(("image/", "audio/", "video/"))


def _is_inline(part: Part, first: bool, multipart: str) -> bool:
    """Whether the part is body rather than attachment."""
    kind = part.shown_type
    if kind not in _TEXTS and not _is_media(kind):
        return False
    if part.disposition.value == "attachment":
        return False
    return first or (multipart != "related" and (_is_media(kind) or not filename(part)))


def _sort(
    parts: list[Part],
    multipart: str,
    alternative: bool,
    text: list[Part] | None,
    html: list[Part] | None,
    attachments: list[Part],
) -> None:
    """One multipart's children; a list that is None is not collected on this branch."""
    text_before, html_before = len(text or ()), len(html or ())
    for index, part in enumerate(parts):
        if part.is_multipart:
            kind = part.type.partition("/")[2]
            inner = alternative or kind == "alternative"
            _sort(part.children, kind, inner, text, html, attachments)
        elif not _is_inline(part, index == 0, multipart):
            attachments.append(part)
        elif multipart == "alternative":
            chosen = {"text/plain": text, "text/html": html}.get(part.shown_type)
            (attachments if chosen is None else chosen).append(part)
        else:
            if alternative:  # one version of an alternative may be a multipart of its own
                html = None if part.shown_type == "text/plain" else html
                text = None if part.shown_type == "text/html" else text
            _show(part, text, html, attachments)
    if multipart == "alternative" and text is not None and html is not None:
        _balance(text, text_before, html, html_before)


def _show(
    part: Part, text: list[Part] | None, html: list[Part] | None, attachments: list[Part]
) -> None:
    if text is not None:
        text.append(part)
    if html is not None:
        html.append(part)
    if (text is None or html is None) and _is_media(part.type):
        attachments.append(part)


def _balance(text: list[Part], text_before: int, html: list[Part], html_before: int) -> None:
    """An alternative with one version only shows it in both bodies."""
    if len(text) == text_before:
        text += html[html_before:]
    elif len(html) == html_before:
        html += text[text_before:]
