"""A message made from values: text, HTML with inline images, attachments, a calendar reply.

The builder decides the tree (RFC 2046: alternative inside related inside mixed), the transfer
encodings by what the path carries, and boundaries that occur in no part.

Invariants: reading the result gives the values again; a value with CR, LF or NUL cannot become a
header; the same values give the same bytes (no clock, no randomness).

Standards: RFC 5322 §3.6, RFC 2045–2047, RFC 2231, RFC 2387 (related), RFC 3676, RFC 6047 §2.4
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from postroad.message._addresses import AddressItem, Mailbox
from postroad.message._dates import format_date
from postroad.message._encode import (
    format_addresses,
    format_field,
    format_parameters,
    format_structured,
)
from postroad.message._flowed import flow
from postroad.message._transfer_encode import canonical, encode_base64, encode_text
from postroad.message.errors import MessageError

_BOUNDARY: Final = re.compile(r"[A-Za-z0-9'()+_,./:=?-]{1,60}")
_ID: Final = re.compile(r"[^\s<>()\x00-\x1f\x7f]+@[^\s<>()\x00-\x1f\x7f]+")
_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the message; with a `content_id` it is shown inside the HTML."""

    filename: str
    content_type: str
    data: bytes
    content_id: str = ""

    def __post_init__(self) -> None:
        if not _TYPE.fullmatch(self.content_type):
            raise MessageError(f"not a media type: {self.content_type!r}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """An iTIP answer that travels beside the text (RFC 6047): its method and the iCalendar text."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message should say. Identifiers are without angle brackets, `date` is epoch seconds.

    `utf8` and `eight_bit` say what the whole path carries: SMTPUTF8 and 8BITMIME. Bcc is written
    only for a draft that is kept; a submission leaves it empty (RFC 5322 §3.6.3).
    """

    from_: tuple[Mailbox, ...]
    date: float
    message_id: str
    boundary: str
    to: tuple[AddressItem, ...] = ()
    cc: tuple[AddressItem, ...] = ()
    bcc: tuple[AddressItem, ...] = ()
    sender: Mailbox | None = None
    reply_to: tuple[AddressItem, ...] = ()
    subject: str = ""
    offset: int = 0
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    calendar: Calendar | None = None
    extra: tuple[tuple[str, str], ...] = ()
    flowed: bool = True
    utf8: bool = False
    eight_bit: bool = False

    def __post_init__(self) -> None:
        if not self.from_:
            raise MessageError("a message needs an author (RFC 5322 §3.6.2)")
        if len(self.from_) > 1 and self.sender is None:
            raise MessageError("several authors need a Sender (RFC 5322 §3.6.2)")
        if not _BOUNDARY.fullmatch(self.boundary):
            raise MessageError("not a boundary of RFC 2046 §5.1.1")
        for identifier in (self.message_id, *self.in_reply_to, *self.references):
            if not _ID.fullmatch(identifier):
                raise MessageError(f"not a message identifier: {identifier!r}")


@dataclass(frozen=True, slots=True)
class _Node:
    """A part: its MIME fields and its encoded body."""

    fields: bytes
    body: bytes
    eight_bit: bool = False


def build_message(draft: Draft) -> bytes:
    """The message with CRLF line ends. Raises MessageError for what cannot be written."""
    node = _Tree(draft).build()
    return _header(draft) + b"MIME-Version: 1.0\r\n" + node.fields + b"\r\n" + node.body


def _header(draft: Draft) -> bytes:
    utf8 = draft.utf8
    lines = [format_addresses("From", draft.from_, utf8=utf8)]
    if draft.sender:
        lines.append(format_addresses("Sender", [draft.sender], utf8=utf8))
    lists = (("Reply-To", draft.reply_to), ("To", draft.to), ("Cc", draft.cc), ("Bcc", draft.bcc))
    lines += [format_addresses(name, items, utf8=utf8) for name, items in lists if items]
    lines.append(format_field("Subject", draft.subject, utf8=utf8))
    lines.append(format_structured("Date", format_date(draft.date, draft.offset)))
    lines.append(_ids("Message-ID", (draft.message_id,), utf8))
    lines += [
        _ids(name, ids, utf8)
        for name, ids in (("In-Reply-To", draft.in_reply_to), ("References", draft.references))
        if ids
    ]
    lines += [format_field(name, value, utf8=utf8) for name, value in draft.extra]
    return b"".join(lines)


def _ids(name: str, ids: Sequence[str], utf8: bool) -> bytes:
    return format_structured(name, " ".join(f"<{i}>" for i in ids), utf8=utf8)


class _Tree:
    """Builds the parts from the inside out and counts boundaries."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.count = 0

    def build(self) -> _Node:
        """The outermost part."""
        draft = self.draft
        inline = [item for item in draft.attachments if item.content_id and draft.html]
        rest = [item for item in draft.attachments if item not in inline]
        node = self._versions(inline)
        if rest:
            node = self._multipart("mixed", [node, *map(self._attachment, rest)])
        return node

    def _versions(self, inline: list[Attachment]) -> _Node:
        """The text, the HTML and the calendar answer as alternatives, the plainest first."""
        draft = self.draft
        versions = [self._plain()] if draft.text or not draft.html else []
        if draft.html:
            page = self._text("text/html", draft.html, {})
            if inline:
                page = self._multipart("related", [page, *map(self._attachment, inline)])
            versions.append(page)
        if draft.calendar:
            parameters = {"method": draft.calendar.method}
            versions.append(self._text("text/calendar", draft.calendar.text, parameters))
        return versions[0] if len(versions) == 1 else self._multipart("alternative", versions)

    def _plain(self) -> _Node:
        text = self.draft.text
        if not self.draft.flowed:
            return self._text("text/plain", text, {})
        flowed = flow(text.replace("\r\n", "\n"))
        return self._text("text/plain", flowed, {"format": "flowed"})

    def _text(self, kind: str, text: str, parameters: dict[str, str]) -> _Node:
        encoding, body = encode_text(text, eight_bit=self.draft.eight_bit)
        fields = format_parameters("Content-Type", kind, {"charset": "utf-8", **parameters})
        return _Node(fields + _encoding(encoding), body, encoding == "8bit")

    def _attachment(self, item: Attachment) -> _Node:
        kind = item.content_type.lower()
        name = {"name": item.filename} if item.filename else {}
        fields = format_parameters("Content-Type", kind, name, utf8=self.draft.utf8)
        filename = {"filename": item.filename} if item.filename else {}
        disposition = "inline" if item.content_id else "attachment"
        fields += format_parameters(
            "Content-Disposition", disposition, filename, utf8=self.draft.utf8
        )
        if item.content_id:
            fields += format_structured("Content-ID", f"<{item.content_id}>")
        if kind == "message/rfc822":  # RFC 2046 §5.2.1: never base64 or quoted-printable
            eight = not item.data.isascii()
            fields += _encoding("8bit" if eight else "7bit")
            return _Node(fields, _ended(canonical(item.data)), eight)
        return _Node(fields + _encoding("base64"), encode_base64(item.data) or b"\r\n")

    def _multipart(self, subtype: str, nodes: list[_Node]) -> _Node:
        boundary = self._boundary(nodes)
        eight = any(node.eight_bit for node in nodes)
        parameters = {"boundary": boundary}
        if subtype == "related":
            parameters["type"] = "text/html"  # RFC 2387 §3.1
        fields = format_parameters("Content-Type", f"multipart/{subtype}", parameters)
        line = f"--{boundary}".encode()
        body = b"".join(
            line + b"\r\n" + node.fields + b"\r\n" + node.body + b"\r\n" for node in nodes
        )
        return _Node(fields + (_encoding("8bit") if eight else b""), body + line + b"--\r\n", eight)

    def _boundary(self, nodes: list[_Node]) -> str:
        """One that begins no line of any part."""
        while True:
            self.count += 1
            boundary = f"{self.draft.boundary}.{self.count}"
            needle = b"--" + boundary.encode()
            if not any(needle in node.body for node in nodes):
                return boundary


def _encoding(encoding: str) -> bytes:
    return f"Content-Transfer-Encoding: {encoding}\r\n".encode()


def _ended(data: bytes) -> bytes:
    return data if data.endswith(b"\r\n") else data + b"\r\n"
