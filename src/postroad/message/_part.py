"""A MIME entity as offsets, with its common views made when asked.

Invariants: `start ≤ body_start ≤ end`; children lie inside their parent's body and do not overlap.

Standards: RFC 2045, RFC 2046 §5.1, RFC 2183
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from postroad.message._defects import Defect
from postroad.message._fields import Headers
from postroad.message._params import (
    ContentType,
    Parameterized,
    parse_content_type,
    parse_disposition,
    strip_comments,
)

if TYPE_CHECKING:
    from postroad.message._fields import Buffer

MESSAGE_TYPES: Final = frozenset(("message/rfc822", "message/global"))
"""Types whose body is a message (RFC 2046 §5.2.1, RFC 6532 §3.7)."""
_MEDIA_TYPE: Final = re.compile(
    rb"[ \t]*+([A-Za-z0-9!#$&^_.+-]++/[A-Za-z0-9!#$&^_.+-]++)[ \t]*+[;\r\n]"
)


class Part:
    """One MIME entity by offsets in `data`.

    `start` is where its header begins, `body_start` and `end` bound its body; the line end before a
    delimiter belongs to the delimiter (RFC 2046 §5.1.1). `children` are the parts of a multipart,
    or the one message inside a message/rfc822.
    """

    __slots__ = (
        "_content_type", "body_start", "children", "closed", "data", "depth", "end", "epilogue",
        "headers", "preamble_end", "type",
    )  # fmt: skip

    def __init__(self, data: Buffer, headers: Headers, depth: int, default: str) -> None:
        self.data = data
        self.headers = headers
        self.depth = depth
        self.body_start = self.end = headers.body_start
        self._content_type: ContentType | None = None
        self.type = self._media_type(default)
        """`type/subtype` in lower case; the defaults are RFC 2045 §5.2 and RFC 2046 §5.1.5."""
        self.children: list[Part] = []
        self.preamble_end = -1
        """Where the line end before the first delimiter begins, -1 when no delimiter came."""
        self.epilogue = -1
        """Offset after the closing delimiter's line, -1 when there is none."""
        self.closed = False

    def _media_type(self, default: str) -> str:
        for field in self.headers.fields:
            if field.key == "content-type":
                if found := _MEDIA_TYPE.match(self.data, field.value_start, field.end):
                    return found[1].lower().decode("ascii")
                self._content_type = parse_content_type(field.unfolded, default)
                return self._content_type.value
        return default

    @property
    def content_type(self) -> ContentType:
        """Type and parameters of the first Content-Type field, or the default.

        Quirk: of several Content-Type fields the first counts, as for most readers of mail.
        """
        if self._content_type is None:
            field = self.headers.first("content-type")
            self._content_type = parse_content_type(field.unfolded if field else "", self.type)
        return self._content_type

    @property
    def start(self) -> int:
        """Offset of the part's header."""
        return self.headers.start

    @property
    def raw(self) -> bytes:
        """Header and body as they came (a copy)."""
        return self.data[self.start : self.end]

    @property
    def header_bytes(self) -> bytes:
        """The header block with its empty line."""
        return self.data[self.start : self.body_start]

    @property
    def body(self) -> bytes:
        """The body as it came, still transfer-encoded (a copy)."""
        return self.data[self.body_start : self.end]

    @property
    def view(self) -> memoryview:
        """The body without copying it."""
        return memoryview(self.data)[self.body_start : self.end]

    @property
    def size(self) -> int:
        """Octets of the body as it stands in the message."""
        return self.end - self.body_start

    @property
    def shown_type(self) -> str:
        """The type to act on: a multipart without parts is text, an encoded message is data.

        RFC 2045 §5.2 (what cannot be read is text/plain), RFC 2046 §5.2.1.

        Quirk: a message in base64, which the standard forbids, is data; its octets are decoded.
        """
        if self.type[:10] == "multipart/" and not self.is_multipart:
            return "text/plain"
        if self.type in MESSAGE_TYPES and not self.children:
            return "application/octet-stream"
        return self.type

    @property
    def is_multipart(self) -> bool:
        """Whether the part was opened as a multipart and has parts."""
        return self.preamble_end >= 0 and bool(self.children)

    @property
    def is_message(self) -> bool:
        """Whether the part holds a message that was opened."""
        return self.preamble_end < 0 and bool(self.children)

    @property
    def encoding(self) -> str:
        """Content-Transfer-Encoding in lower case, "7bit" when there is none (RFC 2045 §6.1)."""
        field = self.headers.first("content-transfer-encoding")
        if field is None:
            return "7bit"
        words = strip_comments(field.unfolded).replace(";", " ").replace('"', " ").split()
        return words[0].lower() if words else "7bit"

    @property
    def disposition(self) -> Parameterized:
        """Content-Disposition; its value is "" when there is none."""
        field = self.headers.first("content-disposition")
        return parse_disposition(field.unfolded) if field else Parameterized("")

    @property
    def content_id(self) -> str:
        """Content-ID without its angle brackets, "" when there is none."""
        field = self.headers.first("content-id")
        return field.unfolded.strip("<> \t") if field else ""

    def lines(self) -> int:
        """Line ends in the body: the count that BODYSTRUCTURE wants."""
        if isinstance(self.data, bytes):
            return self.data.count(b"\n", self.body_start, self.end)
        return self.body.count(b"\n")

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in order."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


class Message(Part):
    """The outermost part, with what the scan found to be wrong."""

    __slots__ = ("scan_defects",)

    def __init__(self, data: Buffer, headers: Headers) -> None:
        super().__init__(data, headers, 0, "text/plain")
        self.scan_defects: list[Defect] = []
