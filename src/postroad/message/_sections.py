"""BODY[section] and BINARY[section] by offsets: which bytes of a message a client asked for.

Invariants: what is not there is None, never an error; only a malformed specification raises.

Standards: RFC 9051 §6.4.5.1, RFC 3516 (BINARY)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from postroad.message._part import Message, Part
from postroad.message._transfer import IDENTITY, decode_transfer
from postroad.message._transfer_encode import canonical
from postroad.message.errors import SectionError, UnknownEncodingError

_SPEC: Final = re.compile(
    r"((?:[1-9]\d{0,5}(?:\.(?=.)|\Z))*)"
    r"(?:(HEADER\.FIELDS(?:\.NOT)?)[ ]\(([^()]*)\)|(HEADER|TEXT|MIME))?",
    re.IGNORECASE,
)
_KNOWN: Final = IDENTITY | {"base64", "quoted-printable"}


@dataclass(frozen=True, slots=True)
class Section:
    """A parsed specification: part numbers, what of that part, and field names in lower case.

    `what` is "", HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT or MIME.
    """

    path: tuple[int, ...] = ()
    what: str = ""
    names: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Section:
        """From the text between the brackets. Raises SectionError."""
        found = _SPEC.fullmatch(text)
        if found is None:
            raise SectionError(f"not a section: {text!r}")
        path = tuple(int(number) for number in found[1].split(".") if number)
        what = (found[2] or found[4] or "").upper()
        names = frozenset(name.strip('"').lower() for name in (found[3] or "").split())
        if (what == "MIME" and not path) or (found[2] and not names):
            raise SectionError(f"not a section: {text!r}")
        return cls(path, what, names)


def find_part(message: Part, path: tuple[int, ...]) -> Part | None:
    """The part with these numbers, None when there is none; () is the message itself."""
    part, at_message = message, True
    for number in path:
        if part.is_message and not at_message:
            part, at_message = part.children[0], True
        if part.is_multipart:
            if not 0 < number <= len(part.children):
                return None
            part = part.children[number - 1]
        elif not at_message or number != 1:
            return None
        at_message = False
    return part


def section_range(message: Message, section: Section) -> tuple[int, int] | None:
    """Where BODY[section] stands in the message, so that it can be streamed from its blob.

    None for NIL, and for HEADER.FIELDS, which is no single range (see `section_bytes`).
    """
    part = _section_part(message, section)
    if part is None:
        return None
    if not section.what:
        return (part.body_start if section.path else part.start), part.end
    if section.what in ("MIME", "HEADER"):
        return part.start, part.body_start
    return (part.body_start, part.end) if section.what == "TEXT" else None


def section_bytes(message: Message, section: Section) -> bytes | None:
    """What BODY[section] answers, None for NIL."""
    found = section_range(message, section)
    if found is not None:
        return message.data[found[0] : found[1]]
    part = _section_part(message, section)
    return None if part is None else _header_subset(part, section)


def _section_part(message: Message, section: Section) -> Part | None:
    """The part whose offsets count: behind numbers, HEADER and TEXT are of the message inside."""
    part = find_part(message, section.path)
    if part is None or not section.path or section.what in ("", "MIME"):
        return part
    return part.children[0] if part.is_message else None


def binary_section(message: Part, path: tuple[int, ...]) -> bytes | None:
    """What BINARY[path] answers: the body decoded, text with CRLF line ends; None for NIL.

    Raises UnknownEncodingError where RFC 9051 wants NO [UNKNOWN-CTE].
    """
    part = find_part(message, path)
    if part is None:
        return None
    if not path:
        return part.raw
    if part.encoding not in _KNOWN:
        raise UnknownEncodingError(part.encoding)
    data = decode_transfer(part.body, part.encoding).data
    return canonical(data) if part.shown_type.startswith("text/") else data


def _header_subset(part: Part, section: Section) -> bytes:
    """HEADER.FIELDS and its opposite; the empty line is always there (RFC 9051 §6.4.5.1)."""
    wanted = section.what == "HEADER.FIELDS"
    raw = [field.raw for field in part.headers if (field.key in section.names) is wanted]
    return b"".join(item if item.endswith(b"\n") else item + b"\r\n" for item in raw) + b"\r\n"
