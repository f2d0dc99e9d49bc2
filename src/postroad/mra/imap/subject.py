"""One message as a search sees it: its row, then its header, then its text, each when needed.

Strings are compared by i;unicode-casemap: case and the ways to write an accent make no difference.

Standards: RFC 9051 §6.4.4, RFC 5051 (i;unicode-casemap), RFC 5255 §4.3 (I18NLEVEL=1)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from postroad import message
from postroad.message import Headers, Part, scan_header
from postroad.store import KEPT_FIELDS, Row

MAX_TEXT = 8_388_608
"""Octets of one part that a search reads as text; ours: files may hold more, people do not."""


def fold(text: str) -> str:
    """A string as it is compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


class Subject:
    """A message under judgement. `fields` and `data` are None until they were read."""

    __slots__ = ("_headers", "_line", "_texts", "data", "fields", "number", "row")

    def __init__(self, row: Row, number: int) -> None:
        self.row = row
        self.number = number
        self.fields: bytes | None = None  # the header lines that the store keeps
        self.data: bytes | None = None  # the whole message
        self._headers: Headers | None = None
        self._line: bytes | None = None
        self._texts: list[str] | None = None

    def knows(self, name: str) -> bool:
        """Whether the fields of that name have been read."""
        return self.data is not None or (self.fields is not None and name in KEPT_FIELDS)

    @property
    def headers(self) -> Headers:
        """The header, as far as it has been read."""
        if self._headers is None:
            block = self.fields if self.data is None else self.data
            self._headers = scan_header(block or b"")
        return self._headers

    def has_read(self, data: bytes) -> None:
        """The whole message has been read."""
        self.data = data
        self._headers = self._line = None

    def may_hold(self, octets: bytes) -> bool:
        """Whether folded ASCII can be in the header at all; one look at the octets.

        False is certain; it is said only of a header without encoded-words and 8-bit octets.
        """
        if self._line is None:
            block = self.fields if self.data is None else self.data[: self.headers.body_start]
            self._line = (block or b"").lower().replace(b"\r\n", b"")
        line = self._line
        return octets in line or b"=?" in line or not line.isascii()

    def in_header(self, name: str, text: str) -> bool:
        """Whether a field called `name` holds `text`, which is folded."""
        if text.isascii() and not self.may_hold(text.encode()):
            return False
        return any(text in fold(field.text) for field in self.headers.all(name))

    def in_any_header(self, text: str) -> bool:
        """Whether any field, its name included, holds `text`."""
        if text.isascii() and not self.may_hold(text.encode()):
            return False
        return any(text in fold(f"{field.name}: {field.text}") for field in self.headers.fields)

    def in_body(self, text: str) -> bool:
        """Whether the texts of the body, or the names of its files, hold `text`."""
        if self._texts is None:
            assert self.data is not None
            self._texts = [fold(one) for one in _texts(message.scan(self.data))]
        return any(text in one for one in self._texts)


def _texts(whole: Part) -> Iterator[str]:
    """What there is to read in a body: decoded texts, HTML also as it is shown, headers inside."""
    for part in whole.walk():
        if part is not whole:
            yield from (f"{field.name}: {field.text}" for field in part.headers.fields)
            if name := message.filename(part):
                yield name
        if part.children or not part.shown_type.startswith("text/") or part.size > MAX_TEXT:
            continue
        text = message.text_body(part).value
        yield text.replace("\n", "\r\n")
        if part.shown_type == "text/html":
            yield message.shown_text(part)
