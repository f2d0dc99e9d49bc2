"""A message as one dictionary for people and programs: fields, parts, shown text, IMAP, defects.

Invariants: holds only what JSON can hold; never raises; text is cut at MAX_TEXT.

Standards: none of its own
"""

from __future__ import annotations

from typing import Any, Final

from postroad.message._addresses import Group, mailboxes
from postroad.message._bodies import decoded_size, message_text, preview
from postroad.message._check import defects
from postroad.message._dates import parse_date
from postroad.message._fields import Field, Headers
from postroad.message._ids import parse_ids
from postroad.message._imap import body_structure, envelope
from postroad.message._names import filename, safe_filename
from postroad.message._part import Message, Part
from postroad.message._received import parse_received
from postroad.message._select import select
from postroad.message._subject import base_subject
from postroad.message._tnef import is_tnef, open_tnef
from postroad.message._transfer import decode_transfer, find_inline_files

MAX_TEXT: Final = 20_000
"""Characters of the shown text in a description."""
_TEXT_OCTETS: Final = 1024 * 1024
"""Octets of each text part that are read for it; HTML has far more octets than text."""
_MAX_SEARCHED: Final = 16 * 1024 * 1024
"""Octets of a text in which files are looked for: uuencode was for small ones."""
_MAX_FIELDS: Final = 1_000
"""Fields described."""
_MAX_PARTS: Final = 500
"""Parts described; a person reads the first few."""

_ADDRESSES: Final = frozenset(
    ("from", "sender", "reply-to", "to", "cc", "bcc", "return-path", "delivered-to", "resent-from",
     "resent-to", "disposition-notification-to")
)  # fmt: skip
_IDS: Final = frozenset(("message-id", "in-reply-to", "references", "resent-message-id"))
_DATES: Final = frozenset(("date", "resent-date", "delivery-date"))


def describe(message: Message) -> dict[str, Any]:
    """Everything this room can say about a message."""
    selection = select(message)
    ids = {id(part): number for number, part in numbered(message)}
    text = message_text(selection, _TEXT_OCTETS)
    return {
        "size": len(message.data),
        "fields": [_field(message.headers, f) for f in message.headers.fields[:_MAX_FIELDS]],
        "parts": [_part(number, part) for number, part in numbered(message)[:_MAX_PARTS]],
        "subject": message.headers.text("subject"),
        "baseSubject": base_subject(message.headers.text("subject")),
        "textBody": [ids[id(part)] for part in selection.text],
        "htmlBody": [ids[id(part)] for part in selection.html],
        "attachments": [ids[id(part)] for part in selection.attachments],
        "preview": preview(message, selection),
        "text": text[:MAX_TEXT],
        "textIsCut": len(text) > MAX_TEXT
        or any(part.size > _TEXT_OCTETS for part in selection.text),
        "envelope": envelope(message.headers).decode("utf-8", "replace"),
        "bodyStructure": body_structure(message).decode("utf-8", "replace"),
        "defects": [
            {"kind": defect.kind.name.lower(), "text": defect.kind.value, "offset": defect.offset,
             "detail": defect.detail}
            for defect in defects(message)
        ],
    }  # fmt: skip


def numbered(message: Part) -> list[tuple[str, Part]]:
    """Every part with the number that IMAP gives it; "" is the message itself when it has parts.

    A message inside a part shares that part's number with `.TEXT` behind it (RFC 9051 §6.4.5.1).
    """
    out: list[tuple[str, Part]] = []
    top = message.is_multipart
    stack: list[tuple[str, Part]] = [("" if top else "1", message)]
    while stack:
        number, part = stack.pop()
        out.append((number, part))
        prefix = f"{number}." if number else ""
        if part.is_message:
            child = part.children[0]
            if child.is_multipart:
                out.append((f"{number}.TEXT", child))
                part = child
            else:
                stack.append((f"{prefix}1", child))
                continue
        children = [(f"{prefix}{i}", child) for i, child in enumerate(part.children, 1)]
        stack.extend(reversed(children))
    return out


def _field(headers: Headers, field: Field) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": field.name,
        "offset": field.start,
        "size": field.end - field.start,
        "raw": field.raw_value.decode("utf-8", "replace"),
        "value": field.text,
    }
    if field.key in _ADDRESSES:
        items = headers.addresses(field)
        out["addresses"] = [
            {"name": box.name, "address": box.addr_spec} for box in mailboxes(items)
        ]
        groups = [item.name for item in items if isinstance(item, Group)]
        out |= {"groups": groups} if groups else {}
    elif field.key in _IDS:
        out["ids"] = list(parse_ids(field.value))
    elif field.key in _DATES:
        date = parse_date(field.value)
        out["date"] = date.iso if date else None
        out["epoch"] = date.epoch if date else None
    elif field.key == "received":
        out["received"] = _received(field)
    return out


def _received(field: Field) -> dict[str, str]:
    hop = parse_received(field.unfolded)
    names = (
        "helo", "reverse_name", "address", "by", "via", "protocol", "id", "recipient",
        "tls_version", "tls_cipher",
    )  # fmt: skip
    out = {name: getattr(hop, name) for name in names if getattr(hop, name)}
    return out | ({"date": hop.date.iso} if hop.date else {})


def _part(number: str, part: Part) -> dict[str, Any]:
    name = filename(part)
    out: dict[str, Any] = {
        "number": number,
        "type": part.type,
        "parameters": part.content_type.params,
        "disposition": part.disposition.value,
        "encoding": part.encoding,
        "offset": part.start,
        "bodyOffset": part.body_start,
        "end": part.end,
        "size": part.size,
        "lines": part.lines(),
    }
    if name:
        out |= {"filename": name, "safeFilename": safe_filename(name)}
    if not part.children:
        out["decodedSize"] = decoded_size(part)
        out["files"] = _inside(part, name)
    return out


def _inside(part: Part, name: str) -> list[dict[str, Any]]:
    """Files that are written inside a part: uuencode and yEnc in texts, winmail.dat."""
    if part.shown_type == "text/plain" and part.size <= _MAX_SEARCHED:
        found = find_inline_files(decode_transfer(part.body, part.encoding).data)
        return [{"kind": f.kind, "name": f.name, "size": len(f.data)} for f in found]
    if is_tnef(part.type, name):
        tnef = open_tnef(decode_transfer(part.body, part.encoding).data)
        files = tnef.files if tnef else []
        return [{"kind": "tnef", "name": f.name, "size": len(f.data)} for f in files]
    return []
