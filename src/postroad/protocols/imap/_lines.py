"""Takes lines out of the receive buffer, and of a line that is too long its two ends.

The beginning has the tag that must be answered; the end may announce a literal, which must be
read whatever becomes of the line (RFC 7888 §3). What lies between is thrown away as it comes.

Invariants: what is held never passes the limit by more than what was fed last; linear work.

Standards: RFC 9051 §2.2, RFC 7888 §3
"""

from __future__ import annotations

import re

from postroad.protocols.imap import limits
from postroad.protocols.imap.errors import ImapError
from postroad.wire import ReceiveBuffer

_LITERAL = re.compile(rb"\{(\d++)(\+?)\}\Z")
_CUT = re.compile(rb"(\d++)(\+?)\}\Z")
_DIGITS = len(str(limits.NUMBER64))
_HEAD = limits.TAG + 1


class LineTooLong(ImapError):
    """A line passed its limit; its octets are gone. `head` begins it, `tail` ends it."""

    def __init__(self, head: bytes, tail: bytes) -> None:
        super().__init__("a line is longer than allowed")
        self.head = head
        self.tail = tail


class LineEndless(ImapError):
    """A line passed even the limit of what is thrown away."""


class Lines:
    """Lines of a connection; `buffer` is shared with who takes literals."""

    __slots__ = ("_dropped", "_head", "buffer")

    def __init__(self) -> None:
        self.buffer = ReceiveBuffer()
        self._head: bytes | None = None  # of an over-long line
        self._dropped = 0

    def take(self, limit: int, most: int) -> bytes | None:
        """The next line without CRLF, None while it is incomplete.

        `limit` counts octets with CRLF. Raises LineTooLong once the end of a longer line has come,
        LineEndless when it passes even `most` octets.
        """
        buffer = self.buffer
        held = len(buffer)
        line = buffer.take_line(held + 2)
        if self._dropped + (held if line is None else len(line) + 2) > most:
            raise LineEndless("a line has no end")
        if line is None:
            if held > limit:
                self._drop(held)
            return None
        if self._head is None and len(line) + 2 <= limit:
            return line
        head = line[:_HEAD] if self._head is None else self._head
        self.clear()
        raise LineTooLong(head, line[-limits.TAIL :])

    def _drop(self, held: int) -> None:
        data = self.buffer.take_all()
        if self._head is None:
            self._head = data[:_HEAD]
        self.buffer.append(data[-limits.TAIL :])
        self._dropped += held - min(held, limits.TAIL)

    def clear(self) -> None:
        """Forget the line under way."""
        self._head = None
        self._dropped = 0


class Announced:
    """A literal at the end of a line."""

    __slots__ = ("binary", "size", "waits")

    def __init__(self, size: int, *, binary: bool, waits: bool) -> None:
        self.size = size
        self.binary = binary
        self.waits = waits  # synchronising: the client waits for `+`


def announced(line: bytes) -> Announced | None:
    """The literal that `line` announces at its end, None when there is none.

    One of more octets than any number has is as large as can be.
    """
    if line[-1:] != b"}":
        return None
    start = line.rfind(b"{")
    # Without a brace it is what was left of an over-long line, and of a number without measure.
    found = _CUT.match(line) if start < 0 else _LITERAL.match(line, start)
    if found is None:
        return None
    digits = found[1].lstrip(b"0") or b"0"
    fits = start >= 0 and len(digits) <= _DIGITS
    size = min(int(digits), limits.NUMBER64) if fits else limits.NUMBER64
    return Announced(size, binary=line[start - 1 : start] == b"~", waits=not found[2])
