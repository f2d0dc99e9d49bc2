"""Dot transparency: a body travels between DATA and a line with a single dot.

Invariants: only CRLF.CRLF ends a body, in whatever slices it arrives; nothing else is removed than
the dot that was added; no Python step for each line or octet.

Standards: RFC 5321 §4.5.2, §4.1.1.4; RFC 1939 §3 (multi-line responses)
"""

from __future__ import annotations

from postroad.wire._newlines import CRLF, NewlineCheck
from postroad.wire.errors import BareNewline

_DOT_LINE = b"\r\n."
_END = b"\r\n.\r\n"
_STUFFED = b"\r\n.."


class DotDecoder:
    """Turns the octets after DATA into the body that was meant.

    After `ended` is true, `rest` holds what came behind the end. `bare` and `nul` tell whether the
    body had a CR or LF alone, or a NUL; what to do about it is for the protocol to say.
    """

    __slots__ = ("_check", "_held", "_skip", "ended", "rest")

    def __init__(self) -> None:
        # The line end of the DATA command stands before the body: a body may begin with its end.
        self._held = CRLF
        self._skip = 2  # octets of that line end still to be left out of the body
        self._check = NewlineCheck()
        self.ended = False
        self.rest = b""

    @property
    def bare(self) -> bool:
        """Whether the body had a CR without LF or an LF without CR."""
        return self._check.bare

    @property
    def nul(self) -> bool:
        """Whether the body had a NUL."""
        return self._check.nul

    def decode(self, data: bytes) -> bytes:
        """Take the next slice from the stream; return the octets of the body that are certain."""
        if self.ended:
            raise ValueError("the body has ended: what follows belongs to the next command")
        data = self._held + data
        first = data.find(_DOT_LINE)
        if first < 0:
            return self._emit(self._hold_tail(data))
        end = first if data.startswith(_END, first) else data.find(_END, first)
        if end < 0:
            return self._emit(self._hold_tail(data).replace(_DOT_LINE, CRLF))
        self.ended = True
        self._held = b""
        self.rest = data[end + 5 :]
        body = data[: end + 2]
        return self._emit(body if end == first else body.replace(_DOT_LINE, CRLF))

    def _hold_tail(self, data: bytes) -> bytes:
        """Keep back the end of `data` when it may be the beginning of CRLF.CRLF."""
        held = next((n for n in (4, 3, 2, 1) if data.endswith(_END[:n])), 0)
        self._held = data[len(data) - held :] if held else b""
        return data[: len(data) - held] if held else data

    def _emit(self, body: bytes) -> bytes:
        if self._skip and body:
            # The held CRLF is the first thing that comes out, and comes out whole.
            body = body[self._skip :]
            self._skip = 0
        self._check.look(body)
        return body


class DotEncoder:
    """Turns a body into the octets after DATA; changes nothing but leading dots.

    A last line without CRLF gets one, as RFC 5321 §4.1.1.4 asks.
    """

    __slots__ = ("_at_line_start", "_check", "_held_cr")

    def __init__(self) -> None:
        self._at_line_start = True
        self._held_cr = False  # a CR was the last octet; its LF must come first in the next slice
        self._check = NewlineCheck()

    def encode(self, data: bytes) -> bytes:
        """The octets to send for the next slice of the body. Raises BareNewline."""
        self._check.look(data)
        if self._check.bare:
            raise BareNewline
        if self._held_cr:
            data = b"\r" + data
        self._held_cr = data.endswith(b"\r")
        if self._held_cr:
            data = data[:-1]
        if not data:
            return b""
        stuffed = data.replace(_DOT_LINE, _STUFFED)
        if self._at_line_start and data.startswith(b"."):
            stuffed = b"." + stuffed
        self._at_line_start = data.endswith(CRLF)
        return stuffed

    def finish(self) -> bytes:
        """The line that ends the body. Raises BareNewline when the body ended with a CR."""
        if self._held_cr:
            raise BareNewline
        return b".\r\n" if self._at_line_start else _END
