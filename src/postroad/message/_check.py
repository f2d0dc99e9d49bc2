"""All that is wrong with a message, found on request: the scan's defects and those a reader meets.

Invariants: never raises; at most MAX_DEFECTS are listed; sorted by offset.

Standards: RFC 5322 §2.1, §3.6 and §4, RFC 2045 §2 and §6, RFC 2047, RFC 6532
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from postroad.message._addresses import AddressItem, mailboxes
from postroad.message._charsets import codec_of
from postroad.message._dates import parse_date
from postroad.message._defects import Defect, DefectKind
from postroad.message._fields import Field, Headers
from postroad.message._limits import MAX_FIELDS, MAX_LINE
from postroad.message._part import Message, Part
from postroad.message._transfer import IDENTITY, decode_transfer
from postroad.message._words import undecodable_words

if TYPE_CHECKING:
    from postroad.message._fields import Buffer

MAX_DEFECTS: Final = 1_000
"""Defects listed of one message; a person reads the first."""
_PER_KIND: Final = 20
"""Places named of one kind of byte."""

_BARE_LF: Final = re.compile(rb"(?<!\r)\n")
_BARE_CR: Final = re.compile(rb"\r(?!\n)")
_NUL: Final = re.compile(rb"\0")
_EIGHT_BIT: Final = re.compile(rb"[\x80-\xff]")
_SINGLE: Final = frozenset(
    (
        "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references",
        "subject", "date", "mime-version", "content-type", "content-transfer-encoding",
        "content-disposition", "content-id",
    )
)  # fmt: skip
"""RFC 5322 §3.6: fields that occur at most once; RFC 2045 §3 for those of MIME."""
_ADDRESSES: Final = frozenset(("from", "sender", "reply-to", "to", "cc", "bcc"))
_ENCODINGS: Final = IDENTITY | {"base64", "quoted-printable"}


def defects(message: Message) -> list[Defect]:
    """Every defect that reading this message would meet."""
    found = chain(
        message.scan_defects,
        _bytes(message),
        _top(message),
        *(chain(_block(part.headers), _part(part)) for part in islice(message.walk(), 500)),
    )
    return sorted(islice(found, MAX_DEFECTS), key=lambda defect: defect.offset)


def _bytes(message: Message) -> Iterator[Defect]:
    """Octets that RFC 5322 §2.1 does not allow anywhere."""
    data = message.data
    kinds = [(_NUL, DefectKind.NUL)] if data.find(b"\0") >= 0 else []
    if isinstance(data, bytes):  # counting is much faster than looking at each line
        pairs = data.count(b"\r\n")
        kinds += [(_BARE_LF, DefectKind.BARE_LF)] if data.count(b"\n") > pairs else []
        kinds += [(_BARE_CR, DefectKind.BARE_CR)] if data.count(b"\r") > pairs else []
    else:
        kinds += [(_BARE_LF, DefectKind.BARE_LF), (_BARE_CR, DefectKind.BARE_CR)]
    for pattern, kind in kinds:
        for found in islice(pattern.finditer(data), _PER_KIND):
            yield Defect(kind, found.start())
    for start in islice(_long_lines(data), _PER_KIND):
        yield Defect(DefectKind.LONG_LINE, start)


def _long_lines(data: Buffer) -> Iterator[int]:
    """Where lines of more than MAX_LINE octets begin; strides of that size, not every line."""
    start, size = 0, len(data)
    while size - start > MAX_LINE:
        end = data.rfind(b"\n", start, start + MAX_LINE + 1)
        if end < 0:
            end = data.find(b"\n", start)
            end = size if end < 0 else end
            if end - start - (data[end - 1 : end] == b"\r") > MAX_LINE:
                yield start
        start = end + 1


def _top(message: Message) -> Iterator[Defect]:
    for name in ("from", "date"):  # RFC 5322 §3.6: the two that every message has
        if name not in message.headers:
            yield Defect(DefectKind.MISSING_FIELD, message.headers.end, name)


def _block(headers: Headers) -> Iterator[Defect]:
    """A header block's form, then each of its fields."""
    if headers.fields and headers.body_start == headers.end:
        yield Defect(DefectKind.NO_SEPARATOR, headers.end)
    if len(headers.fields) >= MAX_FIELDS:
        yield Defect(DefectKind.TOO_MANY_FIELDS, headers.fields_end)
    for key, fields in headers.index.items():
        if key in _SINGLE:
            for field in fields[1:]:
                yield Defect(DefectKind.DUPLICATE_FIELD, field.start, field.name)
        for field in fields[:_PER_KIND]:
            yield from _field(field)
            if key in _ADDRESSES:
                yield from _addresses(field, headers.addresses(field))


def _field(field: Field) -> Iterator[Defect]:
    if field.value_start - field.start > len(field.key) + 1:
        yield Defect(DefectKind.OBSOLETE_NAME, field.start, field.name)
    raw = field.raw
    if not raw.isascii():
        yield _eight_bit(field, raw)
    if b"=?" in raw:
        for charset in undecodable_words(field.value.decode("latin-1"))[:_PER_KIND]:
            yield Defect(DefectKind.BAD_ENCODED_WORD, field.start, charset)
    reader = _READERS.get(field.key)
    if reader is not None:
        yield from reader(field)


def _eight_bit(field: Field, raw: bytes) -> Defect:
    found = _EIGHT_BIT.search(raw)
    offset = field.start + (found.start() if found else 0)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return Defect(DefectKind.INVALID_UTF8_HEADER, offset, field.name)
    return Defect(DefectKind.EIGHT_BIT_HEADER, offset, field.name)


def _date(field: Field) -> Iterator[Defect]:
    if parse_date(field.value) is None:
        yield Defect(DefectKind.BAD_DATE, field.value_start)


def _addresses(field: Field, items: tuple[AddressItem, ...]) -> Iterator[Defect]:
    if not items and field.key != "bcc":
        yield Defect(DefectKind.EMPTY_FIELD, field.value_start, field.name)
    for mailbox in mailboxes(items):
        if not mailbox.address:
            yield Defect(DefectKind.BAD_ADDRESS, field.value_start, mailbox.raw_name[:80])


def _message_id(field: Field) -> Iterator[Defect]:
    value = field.value
    if not (value.startswith(b"<") and value.endswith(b">") and b"@" in value):
        yield Defect(DefectKind.BAD_MESSAGE_ID, field.value_start)


def _part(part: Part) -> Iterator[Defect]:
    """What is declared about a body, and whether the body keeps to it."""
    content_type = part.content_type
    if not content_type.valid:
        yield Defect(DefectKind.BAD_CONTENT_TYPE, part.start)
    if part.children:
        if part.is_multipart and part.encoding not in IDENTITY:
            yield Defect(DefectKind.ENCODED_COMPOSITE, part.start, part.encoding)
        return
    if content_type.charset and codec_of(content_type.charset) is None:
        yield Defect(DefectKind.UNKNOWN_CHARSET, part.start, content_type.charset)
    encoding = part.encoding
    if encoding not in _ENCODINGS:
        yield Defect(DefectKind.BAD_ENCODING, part.start, encoding)
    elif encoding == "7bit" and (found := _EIGHT_BIT.search(part.data, part.body_start, part.end)):
        yield Defect(DefectKind.EIGHT_BIT_BODY, found.start())
    elif encoding not in IDENTITY and not decode_transfer(part.body, encoding).ok:
        base64 = encoding == "base64"
        kind = DefectKind.BAD_BASE64 if base64 else DefectKind.BAD_QUOTED_PRINTABLE
        yield Defect(kind, part.body_start)


_READERS: Final[dict[str, Callable[[Field], Iterator[Defect]]]] = {
    "date": _date,
    "message-id": _message_id,
}
