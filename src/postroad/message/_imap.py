"""ENVELOPE, BODYSTRUCTURE and BODY as the bytes that IMAP sends, made once for the store.

Strings that are plain ASCII are quoted; all others are literals, which both IMAP4rev1 and rev2
clients read. Nothing is decoded: encoded-words are the client's to read (RFC 9051 §7.5.2).

Invariants: the result is of RFC 9051's grammar whatever the message; linear; no NUL is sent.

Standards: RFC 9051 §7.5.2 and §9, RFC 3501 §7.4.2, RFC 2231, RFC 5322 §3.4
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote_from_bytes

from postroad.message._addresses import AddressItem, Mailbox
from postroad.message._fields import Field, Headers
from postroad.message._params import Parameterized
from postroad.message._part import Part

_QUOTABLE: Final = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7e]*")
_QUOTABLE_TEXT: Final = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")
_EMPTY_PART: Final = b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" %d %d'
_NO_EXTENSION: Final = b" NIL NIL NIL NIL)"
_ENCODING: Final = "content-transfer-encoding"
_COMMON: Final = frozenset(("content-type", _ENCODING, "content-id", "content-description"))
_ADDRESS_FIELDS: Final = ("from", "sender", "reply-to", "to", "cc", "bcc")


def envelope(headers: Headers) -> bytes:
    """The ENVELOPE of a header block."""
    index = headers.index
    lists = {name: _address_list(headers, index.get(name)) for name in _ADDRESS_FIELDS}
    if lists["sender"] == b"NIL":  # RFC 9051 §7.5.2: the server fills these two in
        lists["sender"] = lists["from"]
    if lists["reply-to"] == b"NIL":
        lists["reply-to"] = lists["from"]
    return b"(%s %s %s %s %s)" % (
        _field(index.get("date")),
        _field(index.get("subject")),
        b" ".join(lists[name] for name in _ADDRESS_FIELDS),
        _field(index.get("in-reply-to")),
        _field(index.get("message-id")),
    )


def body_structure(part: Part) -> bytes:
    """BODYSTRUCTURE: the tree of parts with their extension data."""
    return _structure(part, True)


def body(part: Part) -> bytes:
    """BODY: the same without extension data."""
    return _structure(part, False)


def imap_string(value: bytes) -> bytes:
    """A quoted string where the octets allow it, else a literal; NULs are left out."""
    if _QUOTABLE.fullmatch(value) and len(value) < 1000:
        return b'"%s"' % value
    if b"\0" in value:
        value = value.replace(b"\0", b"")
    if value.isascii() and b"\n" not in value and b"\r" not in value and len(value) < 1000:
        return b'"%s"' % value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b"{%d}\r\n%s" % (len(value), value)


def _text(value: str) -> bytes:
    if _QUOTABLE_TEXT.fullmatch(value) and len(value) < 1000:
        return b'"%s"' % value.encode("ascii")
    return imap_string(value.encode("utf-8", "replace"))


def _nstring(value: str) -> bytes:
    return _text(value) if value else b"NIL"


def _field(found: list[Field] | None) -> bytes:
    """A field's unfolded octets; raw 8-bit ones that are not UTF-8 are sent as UTF-8."""
    if not found:
        return b"NIL"
    value = found[-1].value
    if not value.isascii() or b"\x1b$" in value:
        value = found[-1].unfolded.encode("utf-8", "replace")
    return imap_string(value)


def _address_list(headers: Headers, found: list[Field] | None) -> bytes:
    if not found:
        return b"NIL"
    items = b"".join(map(_address_item, headers.addresses(found[-1])))
    return b"(%s)" % items if items else b"NIL"


def _address_item(item: AddressItem) -> bytes:
    if isinstance(item, Mailbox):
        return _address(item)
    members = b"".join(map(_address, item.members))
    return b"(NIL NIL %s NIL)%s(NIL NIL NIL NIL)" % (_text(item.raw_name), members)


def _address(mailbox: Mailbox) -> bytes:
    """Quirk: NIL for a host would mean a group, so an address without a domain has an empty one."""
    return b"(%s NIL %s %s)" % (
        _nstring(mailbox.raw_name),
        _text(mailbox.local),
        _text(mailbox.domain),
    )


def _structure(part: Part, extended: bool) -> bytes:
    if part.is_multipart:
        return _multipart(part, extended)
    named = [field.key for field in part.headers.fields if field.key[:8] == "content-"]
    if not named and part.type == "text/plain" and not part.children:
        basic = _EMPTY_PART % (part.size, part.lines())
        return basic + (_NO_EXTENSION if extended else b")")
    kind, _, sub = part.shown_type.upper().partition("/")
    params = part.content_type if part.shown_type == part.type or kind == "TEXT" else None
    pieces = [
        _text(kind),
        _text(sub),
        _parameters(params.params) if params else b"NIL",
        _header(part, "content-id") if "content-id" in named else b"NIL",
        _header(part, "content-description") if "content-description" in named else b"NIL",
        _text(part.encoding.upper()) if _ENCODING in named else b'"7BIT"',
        b"%d" % part.size,
    ]
    if part.is_message:
        child = part.children[0]
        pieces += [envelope(child.headers), _structure(child, extended), b"%d" % part.lines()]
    elif kind == "TEXT":
        pieces.append(b"%d" % part.lines())
    if extended and set(named) - _COMMON:
        pieces += [_header(part, "content-md5"), *_extension(part)]
    elif extended:
        pieces += [b"NIL"] * 4
    return b"(%s)" % b" ".join(pieces)


def _multipart(part: Part, extended: bool) -> bytes:
    children = [_structure(child, extended) for child in part.children]
    head = b"".join(children) + b" " + _text(part.content_type.sub.upper())
    if not extended:
        return b"(%s)" % head
    return b"(%s %s)" % (
        head,
        b" ".join((_parameters(part.content_type.params), *_extension(part))),
    )


def _extension(part: Part) -> tuple[bytes, bytes, bytes]:
    """Disposition, language, location."""
    if not part.headers.fields:
        return b"NIL", b"NIL", b"NIL"
    return (
        _disposition(part.disposition),
        _language(part.headers.first("content-language")),
        _header(part, "content-location"),
    )


def _disposition(disposition: Parameterized) -> bytes:
    if not disposition.value:
        return b"NIL"
    return b"(%s %s)" % (_text(disposition.value.upper()), _parameters(disposition.params))


def _language(field: Field | None) -> bytes:
    tags = [tag.strip() for tag in field.unfolded.split(",")] if field else []
    tags = [tag for tag in tags if tag]
    if not tags:
        return b"NIL"
    return _text(tags[0]) if len(tags) == 1 else b"(%s)" % b" ".join(map(_text, tags))


def _parameters(params: dict[str, str]) -> bytes:
    """Pairs; a value that is not ASCII is sent by RFC 2231, which every client can read."""
    if not params:
        return b"NIL"
    pieces: list[bytes] = []
    for name, value in params.items():
        if value.isascii():
            pieces += (_text(name.upper()), _text(value))
        else:
            extended = "utf-8''" + quote_from_bytes(value.encode("utf-8", "replace"), safe="")
            pieces += (_text(name.upper() + "*"), _text(extended))
    return b"(%s)" % b" ".join(pieces)


def _header(part: Part, name: str) -> bytes:
    field = part.headers.first(name)
    return _field([field]) if field else b"NIL"
