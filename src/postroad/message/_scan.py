"""One pass over a message's bytes, to offsets: header blocks, parts, bodies.

Only line starts that look like a delimiter are visited, so a large attachment costs one search
of its bytes. Nothing is decoded here, and nothing copied but header names and media types.

Tolerances (docs/quirks.md): LF alone as a line end, white space after a delimiter, two delimiters
in a row (nothing lies between them), a multipart that is never closed or never begins.

Invariants: offsets only move forward (there is no cyclic MIME); scanning any bytes gives a Message;
a part's header, separator and body follow each other without a gap; the outer of two equal
boundaries wins.

Standards: RFC 2046 §5, RFC 2045 §6.4, RFC 6532 §3.7 (message/global)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postroad.message._defects import Defect, DefectKind
from postroad.message._fields import is_delimiter, scan_fields
from postroad.message._limits import MAX_BOUNDARY, MAX_DEPTH, MAX_PARTS
from postroad.message._part import MESSAGE_TYPES, Message, Part
from postroad.message._raw_charset import RawCharset

if TYPE_CHECKING:
    from postroad.message._fields import Buffer

_IDENTITY: Final = frozenset(("7bit", "8bit", "binary"))


def scan(data: Buffer | bytearray | memoryview) -> Message:
    """A message's offsets. Bytes and mmap are used in place; other buffers are copied once."""
    return _Scanner(bytes(data) if isinstance(data, bytearray | memoryview) else data).run()


class _Scanner:
    """The state of one pass: which parts have no end yet, and which lines would end them."""

    def __init__(self, data: Buffer) -> None:
        self.data = data
        self.size = len(data)
        self.raw = RawCharset(data)
        self.message = Message(data, scan_fields(data, raw=self.raw))
        self.boundaries: dict[bytes, int] = {}  # boundary -> its multipart's index in `open`
        self.open: list[Part] = []  # outermost first
        self.names: dict[int, bytes] = {}  # index in `open` -> boundary
        self.needle = b"\n--"  # and what all open boundaries begin with: longer is faster to find
        self.count = 1

    def run(self) -> Message:
        """Scan the whole."""
        self._enter(self.message)
        if self.boundaries:
            self._follow(self.message.body_start - 1)
        self._end_parts(0, self.size)
        return self.message

    def _follow(self, pos: int) -> None:
        """Visit every line that could be a delimiter, from the line end at `pos` on."""
        data, boundaries = self.data, self.boundaries
        while boundaries and (at := data.find(self.needle, pos)) >= 0:
            line_end = data.find(b"\n", at + 3)
            if line_end < 0:
                line_end = self.size
            line = data[at + 3 : min(line_end, at + 5 + MAX_BOUNDARY)].rstrip()
            pos = line_end
            if line in boundaries:
                if self.count >= MAX_PARTS:
                    self._end_parts(boundaries[line] + 1, self._before(at))
                    self._defect(DefectKind.TOO_MANY_PARTS, at + 1)
                    return
                pos = self._begin(boundaries[line], at, line_end + 1)
            elif line[-2:] == b"--" and line[:-2] in boundaries:
                self._close(boundaries[line[:-2]], at, line_end + 1)

    def _begin(self, index: int, at: int, start: int) -> int:
        """A delimiter of the multipart `open[index]`: a new part begins at `start`."""
        parent = self.open[index]
        self._end_parts(index + 1, self._before(at))
        if parent.preamble_end < 0:
            parent.preamble_end = max(self._before(at), parent.body_start)
        # Two delimiter lines in a row enclose no part: RFC 2046 §5.1.1 wants a line between them.
        if self.data[start : start + 2] == b"--" and is_delimiter(
            self.data, start, self.boundaries
        ):
            return start - 1
        default = "message/rfc822" if parent.type == "multipart/digest" else "text/plain"
        headers = scan_fields(self.data, min(start, self.size), None, self.boundaries, self.raw)
        child = Part(self.data, headers, parent.depth + 1, default)
        parent.children.append(child)
        self._enter(child)
        return self.open[-1].body_start - 1

    def _close(self, index: int, at: int, after: int) -> None:
        """The closing delimiter of `open[index]`: what follows is its epilogue."""
        parent = self.open[index]
        self._end_parts(index + 1, self._before(at))
        del self.boundaries[self.names.pop(index)]
        self._sharpen()
        parent.closed = True
        parent.epilogue = min(after, self.size)
        if parent.preamble_end < 0:
            parent.preamble_end = max(self._before(at), parent.body_start)

    def _enter(self, part: Part) -> None:
        """Count a part in, open it when it is composite, and so on with the message inside it."""
        while True:
            self.count += 1
            self.open.append(part)
            kind = part.type
            if kind[:10] == "multipart/":
                self._open_multipart(part)
                return
            if kind not in MESSAGE_TYPES or not self._can_open(part):
                return
            headers = scan_fields(self.data, part.body_start, None, self.boundaries, self.raw)
            child = Part(self.data, headers, part.depth + 1, "text/plain")
            part.children.append(child)
            part = child

    def _open_multipart(self, part: Part) -> None:
        # RFC 2046 §5.1.1: a boundary does not end with white space.
        boundary = part.content_type.get("boundary").rstrip().encode()[:MAX_BOUNDARY]
        if not boundary:
            self._defect(DefectKind.NO_BOUNDARY, part.start)
        elif boundary in self.boundaries:
            self._defect(DefectKind.DUPLICATE_BOUNDARY, part.start)
        elif self._can_open(part):
            index = len(self.open) - 1
            self.boundaries[boundary] = index
            self.names[index] = boundary
            self._sharpen()

    def _can_open(self, part: Part) -> bool:
        if part.depth >= MAX_DEPTH:
            self._defect(DefectKind.TOO_DEEP, part.start)
            return False
        if part.encoding not in _IDENTITY and part.type[:10] != "multipart/":
            self._defect(DefectKind.ENCODED_COMPOSITE, part.start, part.encoding)
            return False
        return True

    def _end_parts(self, index: int, end: int) -> None:
        """Open parts from `index` on end at `end`, or where their body begins if that is later."""
        for position in range(len(self.open) - 1, index - 1, -1):
            part = self.open.pop()
            # An empty body's separator may be the line end that the delimiter took.
            part.end = end = max(part.body_start, end)
            if position in self.names:
                del self.boundaries[self.names.pop(position)]
                self._sharpen()
                missing = DefectKind.NO_START if part.preamble_end < 0 else DefectKind.NOT_CLOSED
                self._defect(missing, part.end)

    def _sharpen(self) -> None:
        """Search for what every delimiter in force begins with."""
        if len(self.boundaries) == 1:
            self.needle = b"\n--" + next(iter(self.boundaries))
        elif self.boundaries:
            first, last = min(self.boundaries), max(self.boundaries)
            same = next((i for i, c in enumerate(first) if c != last[i]), len(first))
            self.needle = b"\n--" + first[:same]

    def _before(self, at: int) -> int:
        """The end of the line whose LF is at `at`, without its CR."""
        return at - 1 if at > 0 and self.data[at - 1 : at] == b"\r" else at

    def _defect(self, kind: DefectKind, offset: int, detail: str = "") -> None:
        self.message.scan_defects.append(Defect(kind, offset, detail))
