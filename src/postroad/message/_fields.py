"""Header fields as offsets: in order, as they came, decoded only when asked.

Tolerances (docs/quirks.md): LF alone as a line end, white space before the colon, raw 8-bit values,
a line that is no field (there the body begins, as if an empty line stood before it), folded lines
in front of the first field (they are passed over).

Invariants: a block's fields, its unread tail and its separator cover its bytes exactly once, in
order; no byte is changed; scanning any bytes gives a `Headers`.

Standards: RFC 5322 §2.2 and §4.5 (obsolete fields), RFC 6532
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from postroad.message._addresses import AddressItem, parse_addresses
from postroad.message._limits import MAX_FIELDS
from postroad.message._raw_charset import RawCharset
from postroad.message._words import decode_header, decode_raw

if TYPE_CHECKING:
    from mmap import mmap

    Buffer: TypeAlias = bytes | mmap

# RFC 5322 §3.6.8 ftext, §4.5 white space before the colon, §2.2.3 folding. LF alone is accepted as
# a line end: messages come from files too. Every repetition is possessive, so the scan is linear.
_FIELD: Final = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+\n?)")
_SEPARATOR: Final = re.compile(rb"\r*+\n")
_BLOCK_END: Final = re.compile(rb"\n\r?\n")
_LEADING_FOLDS: Final = re.compile(rb"(?:[ \t][^\n]*+\n)++")
_BOM: Final = b"\xef\xbb\xbf"
_MBOX_LINE: Final = re.compile(rb">?From (?![ \t]*+:)[^\n]*+\n")


class Field(NamedTuple):
    """One header field by its offsets in the data it was scanned from."""

    data: Buffer
    key: str
    """The name in lower case."""
    start: int
    value_start: int
    """Offset just after the colon."""
    end: int
    """Offset after the field's last line end."""
    charset: RawCharset | None = None
    """What raw octets above 127 mean when they are not UTF-8, None where there are none."""

    @property
    def name(self) -> str:
        """The name as it was written."""
        return bytes(self.data[self.start : self.start + len(self.key)]).decode("ascii")

    @property
    def raw(self) -> bytes:
        """The whole field with its line end."""
        return self.data[self.start : self.end]

    @property
    def raw_value(self) -> bytes:
        """What stands between the colon and the field's line end, folding included."""
        value = self.data[self.value_start : self.end]
        return value[:-2] if value.endswith(b"\r\n") else value.removesuffix(b"\n")

    @property
    def value(self) -> bytes:
        """The value unfolded (RFC 5322 §2.2.3: line ends go, white space stays) and stripped."""
        value = self.data[self.value_start : self.end].strip()
        if b"\n" in value:
            value = value.replace(b"\r\n", b"").replace(b"\n", b"")
        return value

    @property
    def unfolded(self) -> str:
        """The value unfolded as characters, encoded-words left alone."""
        return decode_raw(self.value, self.charset.name if self.charset else "")

    @property
    def text(self) -> str:
        """The value as a person reads it: unfolded, encoded-words decoded (RFC 2047)."""
        return decode_header(self.value, self.charset.name if self.charset else "")


class Headers:
    """A header block: its fields in order and where it ends."""

    __slots__ = ("_addresses", "_index", "body_start", "end", "fields", "prelude", "start")

    def __init__(
        self,
        fields: tuple[Field, ...],
        start: int,
        end: int,
        body_start: int,
        prelude: int,
    ) -> None:
        self.fields = fields
        self.start = start
        """Offset of the block; an mbox `From ` line may come before the first field."""
        self.prelude = prelude
        """Offset of the first field."""
        self.end = end
        """Offset after the block's last line, where the empty line begins."""
        self.body_start = body_start
        """Offset after the empty line; equal to `end` when there is none."""
        self._index: dict[str, list[Field]] | None = None
        self._addresses: dict[int, tuple[AddressItem, ...]] = {}

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.index

    @property
    def index(self) -> dict[str, list[Field]]:
        """Fields by lower-case name; made once."""
        if self._index is None:
            index: dict[str, list[Field]] = {}
            for field in self.fields:
                index.setdefault(field.key, []).append(field)
            self._index = index
        return self._index

    def addresses(self, field: Field) -> tuple[AddressItem, ...]:
        """Mailboxes and groups of one of these fields, in order; read once for all views."""
        found = self._addresses.get(field.start)
        if found is None:
            found = self._addresses[field.start] = parse_addresses(field.unfolded)
        return found

    @property
    def fields_end(self) -> int:
        """Offset after the last field that was read; less than `end` when there were too many."""
        return self.fields[-1].end if self.fields else self.prelude

    def all(self, name: str) -> list[Field]:
        """Every field of this name, topmost first."""
        return self.index.get(name.lower(), [])

    def first(self, name: str) -> Field | None:
        """The topmost field of this name: the newest of the trace fields."""
        found = self.index.get(name.lower())
        return found[0] if found else None

    def last(self, name: str) -> Field | None:
        """The lowest field of this name, the one RFC 8621 §4.1.3 and DKIM take.

        Quirk: of a field that may occur once but does not, all our views take this one.
        """
        found = self.index.get(name.lower())
        return found[-1] if found else None

    def value(self, name: str) -> bytes:
        """The unfolded value of the last field of this name, b"" when there is none."""
        found = self.index.get(name.lower())
        return found[-1].value if found else b""

    def unfolded(self, name: str) -> str:
        """The unfolded value of the last field of this name as characters, "" without one."""
        found = self.index.get(name.lower())
        return found[-1].unfolded if found else ""

    def text(self, name: str) -> str:
        """The decoded value of the last field of this name, "" when there is none."""
        found = self.index.get(name.lower())
        return found[-1].text if found else ""


def scan_fields(
    data: Buffer,
    start: int = 0,
    end: int | None = None,
    boundaries: dict[bytes, int] | None = None,
    raw: RawCharset | None = None,
) -> Headers:
    """The header block that begins at `start`; a delimiter line of `boundaries` ends it too.

    `raw` is shared by the blocks of one message.
    """
    stop = len(data) if end is None else end
    if data[start : start + 1] == b"\n":  # a part without a header
        return Headers((), start, start, start + 1, start)
    match = _FIELD.match
    pos = prelude = start
    if start == 0 and data[:3] == _BOM:
        pos = prelude = 3  # quirk: a byte order mark that an editor put in front
    elif data[start : start + 1] in b">F" and (line := _MBOX_LINE.match(data, start, stop)):
        pos = prelude = line.end()  # quirk: an mbox separator that was left in front
    elif data[start : start + 1] in (b" ", b"\t"):
        pos = prelude = _after_folds(data, start, stop)
    fields: list[Field] = []
    while field := match(data, pos, stop):
        key = field[1].lower().decode("ascii")
        if boundaries and key[:2] == "--" and is_delimiter(data, pos, boundaries):
            break
        fields.append(Field(data, key, pos, field.start(2), field.end()))
        pos = field.end()
        if len(fields) >= MAX_FIELDS:
            pos = _block_end(data, pos, stop)
            break
    if not data[prelude:pos].isascii():
        raw = raw or RawCharset(data)
        raw.add(prelude, pos)
        fields = [field._replace(charset=raw) for field in fields]
    separator = _SEPARATOR.match(data, pos, stop)
    body = separator.end() if separator else pos
    return Headers(tuple(fields), start, pos, body, prelude)


def scan_header(block: bytes) -> Headers:
    """A header block alone, with or without its empty line; O(n), raises nothing."""
    return scan_fields(bytes(block))


def is_delimiter(data: Buffer, line_start: int, boundaries: dict[bytes, int]) -> bool:
    """Whether the line at `line_start` is a delimiter of one of `boundaries` (RFC 2046 §5.1.1)."""
    line_end = data.find(b"\n", line_start)
    line = data[line_start + 2 : line_end if line_end >= 0 else len(data)].rstrip()
    return line in boundaries or (line[-2:] == b"--" and line[:-2] in boundaries)


def _after_folds(data: Buffer, start: int, stop: int) -> int:
    """Past folded lines that continue nothing; where they began when no field follows them."""
    folds = _LEADING_FOLDS.match(data, start, stop)
    return folds.end() if folds and _FIELD.match(data, folds.end(), stop) else start


def _block_end(data: Buffer, pos: int, stop: int) -> int:
    """Where a block with too many fields ends: after the line before its empty line."""
    found = _BLOCK_END.search(data, pos - 1, stop)
    return found.start() + 1 if found else stop
