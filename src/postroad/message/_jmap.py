"""A message's headers and parts in the shapes of JMAP: plain strings, lists and dictionaries.

Tolerances (docs/quirks.md): encoded-words that touch other text are decoded, though RFC 8621
§4.1.2.2 forbids it: mail that writes them so is common, and nobody wants to read it raw.

Invariants: the results hold only what JSON can hold; never raises for what a message contains.

Standards: RFC 8621 §4.1.2 (header forms), §4.1.4 (body parts)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from postroad.message._addresses import Group, Mailbox, mailboxes, parse_addresses
from postroad.message._bodies import decoded_size, text_body
from postroad.message._dates import parse_date
from postroad.message._fields import Field
from postroad.message._ids import parse_ids
from postroad.message._lists import parse_urls
from postroad.message._names import filename
from postroad.message._part import Part
from postroad.message._sections import find_part

_PART_ID: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})*+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ADDRESS_FIELDS: Final = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "resent-")
    for name in ("from", "sender", "reply-to", "to", "cc", "bcc")
)
_ID_FIELDS: Final = frozenset(("message-id", "in-reply-to", "references", "resent-message-id"))
_DATE_FIELDS: Final = frozenset(("date", "resent-date"))
_URL_FIELDS: Final = frozenset(
    f"list-{name}" for name in ("help", "unsubscribe", "subscribe", "post", "owner", "archive")
)
_TEXT_FIELDS: Final = frozenset(("subject", "comments", "keywords", "list-id"))
_OTHER_FIELDS: Final = frozenset(("return-path", "received"))


class HeaderForm(StrEnum):
    """RFC 8621 §4.1.2, with the suffixes that clients write."""

    RAW = "asRaw"
    TEXT = "asText"
    ADDRESSES = "asAddresses"
    GROUPED_ADDRESSES = "asGroupedAddresses"
    MESSAGE_IDS = "asMessageIds"
    DATE = "asDate"
    URLS = "asURLs"


def form_allowed(name: str, form: HeaderForm) -> bool:
    """Whether RFC 8621 lets a client ask for this field in this form; unknown fields take all."""
    name = name.lower()
    groups = {
        HeaderForm.TEXT: _TEXT_FIELDS,
        HeaderForm.ADDRESSES: _ADDRESS_FIELDS,
        HeaderForm.GROUPED_ADDRESSES: _ADDRESS_FIELDS,
        HeaderForm.MESSAGE_IDS: _ID_FIELDS,
        HeaderForm.DATE: _DATE_FIELDS,
        HeaderForm.URLS: _URL_FIELDS,
    }
    if form is HeaderForm.RAW or name in groups[form]:
        return True
    return not (name in _OTHER_FIELDS or any(name in group for group in groups.values()))


def header_form(field: Field, form: HeaderForm) -> Any:
    """A field in one form: str, list, or None when it cannot be read that way."""
    return _FORMS[form](field)


def body_part(part: Part, part_id: str) -> dict[str, Any]:
    """The EmailBodyPart of RFC 8621 §4.1.4, without blobId and subParts."""
    kind = part.shown_type
    charset: str | None = None
    if kind.startswith("text/"):
        charset = part.content_type.charset or "us-ascii"
    languages = part.headers.text("content-language").replace(",", " ").split()
    multipart = part.is_multipart
    return {
        "partId": None if multipart else part_id,
        "size": 0 if multipart else decoded_size(part),
        "headers": [{"name": f.name, "value": _raw(f)} for f in part.headers],
        "name": filename(part) or None,
        "type": kind,
        "charset": charset,
        "disposition": part.disposition.value or None,
        "cid": part.content_id or None,
        "language": languages or None,
        "location": part.headers.text("content-location") or None,
    }


def body_value(message: Part, part_id: str, max_bytes: int = 0) -> dict[str, Any] | None:
    """The EmailBodyValue of a text part, at most `max_bytes` of UTF-8 (0: all); None if no part.

    A cut never splits a character, and not an HTML tag either (RFC 8621 §4.2).
    """
    if not _PART_ID.fullmatch(part_id):
        return None
    part = find_part(message, tuple(map(int, part_id.split("."))))
    if part is None:
        return None
    content = text_body(part)
    value = content.value
    data = value.encode("utf-8", "replace")
    cut = bool(max_bytes) and len(data) > max_bytes
    if cut:
        value = data[:max_bytes].decode("utf-8", "ignore")
        tag = value.rfind("<")
        if part.shown_type == "text/html" and tag > value.rfind(">"):
            value = value[:tag]
    return {"value": value, "isEncodingProblem": content.problem, "isTruncated": cut}


def email_addresses(value: bytes | str) -> list[dict[str, str | None]]:
    """EmailAddress objects of an address field, groups opened."""
    return [_email_address(mailbox) for mailbox in mailboxes(parse_addresses(value))]


def _email_address(mailbox: Mailbox) -> dict[str, str | None]:
    return {"name": _clean(mailbox.name) or None, "email": mailbox.addr_spec}


def _raw(field: Field) -> str:
    return field.raw_value.decode("utf-8", "replace").replace("\0", "")


def _text(field: Field) -> str:
    return _clean(field.text).lstrip(" ")


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))


def _addresses(field: Field) -> list[dict[str, str | None]]:
    return email_addresses(field.unfolded)


def _grouped(field: Field) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for item in parse_addresses(field.unfolded):
        if isinstance(item, Group):
            members = [_email_address(mailbox) for mailbox in item.members]
            out.append({"name": _clean(item.name) or None, "addresses": members, "group": True})
        elif out and "group" not in out[-1]:
            out[-1]["addresses"].append(_email_address(item))
        else:
            out.append({"name": None, "addresses": [_email_address(item)]})
    for group in out:
        group.pop("group", None)
    return out


def _ids(field: Field) -> list[str] | None:
    return list(parse_ids(field.value)) or None


def _date(field: Field) -> str | None:
    date = parse_date(field.value)
    return date.iso if date else None


def _urls(field: Field) -> list[str] | None:
    return list(parse_urls(field.value)) or None


_FORMS: Final[dict[HeaderForm, Callable[[Field], Any]]] = {
    HeaderForm.RAW: _raw,
    HeaderForm.TEXT: _text,
    HeaderForm.ADDRESSES: _addresses,
    HeaderForm.GROUPED_ADDRESSES: _grouped,
    HeaderForm.MESSAGE_IDS: _ids,
    HeaderForm.DATE: _date,
    HeaderForm.URLS: _urls,
}
