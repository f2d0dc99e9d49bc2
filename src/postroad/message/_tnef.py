"""TNEF, Outlook's winmail.dat, opened: the files inside it and the message text, if any.

Invariants: offsets only move forward, so any bytes end; nothing but the RTF is expanded, and
that to a bound; checksums are not trusted for anything.

Standards: MS-OXTNEF §2.1, MS-OXCMSG (property identifiers)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from postroad.message._charsets import decode
from postroad.message._lzfu import decompress_rtf

_SIGNATURE: Final = 0x223E9F78
_HEADER: Final = struct.Struct("<IH")
_ATTRIBUTE: Final = struct.Struct("<BII")
_MAX_ATTRIBUTES: Final = 20_000
"""Attributes read; a message with a hundred files has about a thousand."""
_MAX_PROPERTIES: Final = 2_000
"""MAPI properties read of one attribute."""

# MS-OXTNEF §2.1.3.2: attributes by their whole identifier.
_BODY: Final = 0x0002800C
_MESSAGE_PROPERTIES: Final = 0x00069003
_ATTACHMENT_START: Final = 0x00069002
_ATTACHMENT_TITLE: Final = 0x00018010
_ATTACHMENT_DATA: Final = 0x0006800F
_ATTACHMENT_PROPERTIES: Final = 0x00069005
_CODE_PAGE: Final = 0x00069007

_FIXED: Final = {
    0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4,
    0x0014: 8, 0x0040: 8, 0x0048: 16,
}  # fmt: skip
"""Octets of the fixed-size property types, padding included."""
_VARIABLE: Final = frozenset((0x000D, 0x001E, 0x001F, 0x0102))
_UNICODE: Final = 0x001F
_PR_BODY: Final = 0x1000
_PR_BODY_HTML: Final = 0x1013
_PR_RTF: Final = 0x1009
_PR_ATTACH_DATA: Final = 0x3701
_PR_ATTACH_LONG_NAME: Final = 0x3707
_PR_ATTACH_MIME: Final = 0x370E
_PR_DISPLAY_NAME: Final = 0x3001


@dataclass(slots=True)
class TnefFile:
    """A file inside: its name and type as far as they are written there."""

    name: str = ""
    content_type: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What was found; `rtf` is the message as plain RTF."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: bytes = b""
    rtf: bytes = b""


def is_tnef(content_type: str, name: str) -> bool:
    """Whether a part is worth opening as TNEF."""
    return content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or (
        name.lower() == "winmail.dat"
    )


def open_tnef(data: bytes) -> Tnef | None:
    """The contents of winmail.dat (decoded octets), None when it is not TNEF."""
    if len(data) < _HEADER.size or _HEADER.unpack_from(data)[0] != _SIGNATURE:
        return None
    tnef = Tnef()
    charset = "windows-1252"
    for kind, value in _attributes(data):
        if kind == _CODE_PAGE and len(value) >= 4:
            charset = f"windows-{struct.unpack_from('<I', value)[0]}"
        elif kind == _BODY:
            tnef.text = decode(value.rstrip(b"\0"), charset)
        elif kind == _MESSAGE_PROPERTIES:
            _message(tnef, value, charset)
        elif kind == _ATTACHMENT_START:
            tnef.files.append(TnefFile())
        elif tnef.files:
            _attachment(tnef.files[-1], kind, value, charset)
    return tnef


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    pos = _HEADER.size
    for _ in range(_MAX_ATTRIBUTES):
        if pos + _ATTRIBUTE.size > len(data):
            return
        _, kind, size = _ATTRIBUTE.unpack_from(data, pos)
        pos += _ATTRIBUTE.size
        yield kind, data[pos : pos + size]
        pos += size + 2  # the checksum


def _message(tnef: Tnef, value: bytes, charset: str) -> None:
    for kind, identifier, content in _properties(value):
        if identifier == _PR_BODY and not tnef.text:
            tnef.text = _string(kind, content, charset)
        elif identifier == _PR_BODY_HTML and not tnef.html:
            tnef.html = content
        elif identifier == _PR_RTF:
            tnef.rtf = decompress_rtf(content)


def _attachment(file: TnefFile, attribute: int, value: bytes, charset: str) -> None:
    if attribute == _ATTACHMENT_TITLE:
        file.name = file.name or decode(value.rstrip(b"\0"), charset)
    elif attribute == _ATTACHMENT_DATA:
        file.data = value
    elif attribute == _ATTACHMENT_PROPERTIES:
        for kind, identifier, content in _properties(value):
            if identifier in (_PR_ATTACH_LONG_NAME, _PR_DISPLAY_NAME):
                long = identifier == _PR_ATTACH_LONG_NAME
                name = _string(kind, content, charset)
                file.name = name if name and (long or not file.name) else file.name
            elif identifier == _PR_ATTACH_MIME:
                file.content_type = _string(kind, content, charset).lower()
            elif identifier == _PR_ATTACH_DATA and not file.data:
                file.data = content[16:] if kind == 0x000D else content  # an interface id in front


def _string(kind: int, content: bytes, charset: str) -> str:
    text = decode(content, "utf-16le") if kind == _UNICODE else decode(content, charset)
    return text.partition("\0")[0]


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """MS-OXTNEF §2.1.3.4: (type, identifier, content) of properties, the first of multiples."""
    pos, size = 4, len(value)
    for _ in range(min(int.from_bytes(value[:4], "little"), _MAX_PROPERTIES)):
        if pos + 4 > size:
            return
        kind, identifier = struct.unpack_from("<HH", value, pos)
        pos += 4
        if identifier >= 0x8000:
            pos = _after_name(value, pos)
        many, kind = bool(kind & 0x1000), kind & 0x0FFF
        if kind in _FIXED and not many:
            yield kind, identifier, value[pos : pos + _FIXED[kind]]
            pos += _FIXED[kind]
            continue
        count = int.from_bytes(value[pos : pos + 4], "little")
        pos += 4
        if kind in _FIXED:
            pos += _FIXED[kind] * count
            continue
        if kind not in _VARIABLE or count > size:
            return
        for index in range(count):
            length = int.from_bytes(value[pos : pos + 4], "little")
            if index == 0:
                yield kind, identifier, value[pos + 4 : pos + 4 + length]
            pos += 4 + length + -length % 4
            if pos > size:
                return


def _after_name(value: bytes, pos: int) -> int:
    """Past the GUID and the name of a named property."""
    by_number = value[pos + 16 : pos + 20] == b"\0\0\0\0"
    if by_number:
        return pos + 24
    length = int.from_bytes(value[pos + 20 : pos + 24], "little")
    return pos + 24 + length + -length % 4
