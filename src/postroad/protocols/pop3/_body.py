"""A message on its way out: cut for TOP, bare newlines repaired, dots doubled.

Invariants: slices may be cut anywhere; no Python step for each line or octet (finding the nth line
end of a slice takes a few counts over halves of it).

Standards: RFC 1939 §3 (multi-line responses), §7 (TOP)
"""

from __future__ import annotations

import re

from postroad.protocols.pop3 import quirks
from postroad.wire import CRLF, DotEncoder, NewlineCheck

_NEWLINE = re.compile(rb"\r\n|\r|\n")
_HEADER_END = b"\r\n\r\n"


class BodyEncoder:
    """The octets of a multi-line answer for a message. `lines`: of its body, None for all.

    `complete` is true when all that TOP asked for has been taken; more is not needed.
    """

    __slots__ = ("_dots", "_repair", "_top")

    def __init__(self, lines: int | None) -> None:
        self._repair = LineRepair()
        self._top = TopCut(lines) if lines is not None else None
        self._dots = DotEncoder()

    @property
    def complete(self) -> bool:
        """Whether nothing that follows will be sent."""
        return self._top is not None and self._top.complete

    def encode(self, data: bytes) -> bytes:
        """What to send for the next slice."""
        return self._encode(self._repair.repair(data))

    def finish(self) -> bytes:
        """The rest, and the end of the answer."""
        return self._encode(self._repair.finish()) + self._dots.finish()

    def _encode(self, data: bytes) -> bytes:
        if self._top is not None:
            data = self._top.take(data)
        return self._dots.encode(data) if data else b""


class LineRepair:
    """Makes every line end CRLF; see quirks.BARE_NEWLINES_REPAIRED."""

    __slots__ = ("_check", "_held")

    def __init__(self) -> None:
        self._check = NewlineCheck()
        self._held = b""  # a CR whose LF may come with the next slice

    def repair(self, data: bytes) -> bytes:
        """The next slice with good line ends; a CR at its end waits for the next."""
        data = self._held + data
        self._held = b"\r" if data.endswith(b"\r") else b""
        if self._held:
            data = data[:-1]
        self._check.look(data)
        # A CR that ends the slice now is followed by the one that waits, so it is bare as well.
        bare = self._check.bare or data.endswith(b"\r")
        if bare and quirks.BARE_NEWLINES_REPAIRED:
            return _NEWLINE.sub(CRLF, data)
        return data

    def finish(self) -> bytes:
        """What waited."""
        return CRLF if self._held else b""


class TopCut:
    """Lets the header through, the empty line, and so many lines of the body."""

    __slots__ = ("_in_header", "_lines", "_tail", "complete")

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._in_header = True
        self._tail = CRLF  # the last octets seen: a header may be empty
        self.complete = False

    def take(self, data: bytes) -> bytes:
        """The part of the next slice that was asked for."""
        if self.complete or not data:
            return b""
        if not self._in_header:
            return self._body(data)
        seen = self._tail + data
        end = seen.find(_HEADER_END)
        if end < 0:
            self._tail = seen[-3:]
            return data
        self._in_header = False
        body_at = end + len(_HEADER_END) - len(self._tail)
        return data[:body_at] + self._body(data[body_at:])

    def _body(self, data: bytes) -> bytes:
        # The LF alone is counted: behind LineRepair every one belongs to a CRLF, also to one that
        # was cut in the middle.
        count = data.count(b"\n")
        if count < self._lines:
            self._lines -= count
            return data
        self.complete = True
        return data[: _after_line(data, self._lines)]


def _after_line(data: bytes, wanted: int) -> int:
    """The offset behind the `wanted`th LF of `data`, which has that many."""
    start, end = 0, len(data)
    while wanted and end - start > 256:
        middle = (start + end) // 2
        before = data.count(b"\n", start, middle)
        if before >= wanted:
            end = middle
        else:
            wanted -= before
            start = middle
    for _ in range(wanted):
        start = data.index(b"\n", start) + 1
    return start
