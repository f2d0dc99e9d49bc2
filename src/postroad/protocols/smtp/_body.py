"""A message's body while it arrives: unstuffed or counted, checked, measured, and dropped once it
cannot be accepted any more.

Invariants: nothing of a refused body comes out after its fault is known; a body with a bare CR, a
bare LF or a NUL is never accepted, unless it was declared as BINARYMIME.

Standards: RFC 5321 §4.1.1.4, §4.5.2; RFC 3030 §2, §3; RFC 1870 §6.3; RFC 2045 §2.7, §2.8
"""

from __future__ import annotations

from postroad.protocols.smtp import limits
from postroad.protocols.smtp._states import State
from postroad.protocols.smtp.replies import Reply
from postroad.wire import DotDecoder, NewlineCheck, ReceiveBuffer

BARE_NEWLINE = Reply(550, "5.6.0", ("The message has a CR or LF that is not part of a CRLF",))
HAS_NUL = Reply(550, "5.6.0", ("The message has a NUL octet; send it as BINARYMIME",))


def too_big(maximum: int) -> Reply:
    """The answer to a message over SIZE (RFC 1870 §6)."""
    return Reply(552, "5.3.4", (f"The message is larger than {maximum} octets",))


class Body:
    """What DATA and BDAT share: a size, a limit, a fault."""

    __slots__ = ("_maximum", "fault", "last", "size")

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self.size = 0
        self.last = True  # whether the end that comes next is the message's
        self.fault: Reply | None = None

    @property
    def endless(self) -> bool:
        """Whether so much has come that waiting for the end makes no sense any more."""
        return self.size > self._maximum * limits.DRAIN_RATIO

    def _judge(self, size: int, *, bare: bool, nul: bool) -> None:
        self.size += size
        if self.fault is None:
            if self.size > self._maximum:
                self.fault = too_big(self._maximum)
            elif bare:
                self.fault = BARE_NEWLINE
            elif nul:
                self.fault = HAS_NUL


class DottedBody(Body):
    """The octets after DATA."""

    __slots__ = ("_dots",)

    def __init__(self, maximum: int) -> None:
        super().__init__(maximum)
        self._dots = DotDecoder()

    def take(self, buffer: ReceiveBuffer) -> bytes:
        """Take what is there; the octets that belong to the message, none after a fault."""
        dots = self._dots
        data = dots.decode(buffer.take_all())
        if dots.ended and dots.rest:
            buffer.append(dots.rest)
        self._judge(len(data), bare=dots.bare, nul=dots.nul)
        return data if self.fault is None else b""

    @property
    def ended(self) -> bool:
        """Whether CRLF.CRLF has come."""
        return self._dots.ended


class ChunkedBody(Body):
    """The octets after each BDAT of one message."""

    __slots__ = ("_check", "_remaining", "stray")

    def __init__(self, maximum: int, *, binary: bool) -> None:
        super().__init__(maximum)
        self._check = None if binary else NewlineCheck()
        self._remaining = 0
        self.stray: State | None = None  # where to go on after a BDAT that came out of sequence

    def begin(self, size: int, *, last: bool) -> None:
        """A BDAT command came."""
        self._remaining = size
        self.last = last
        if self.size + size > self._maximum:
            self.fault = self.fault or too_big(self._maximum)
            # An announced size needs no counting to be known as endless.
            if size > self._maximum * limits.DRAIN_RATIO:
                self.size += size

    def take(self, buffer: ReceiveBuffer) -> bytes:
        """Take what is there of the present chunk; none of it after a fault."""
        data = buffer.take_at_most(self._remaining)
        self._remaining -= len(data)
        check = self._check
        if check is None:
            self._judge(len(data), bare=False, nul=False)
        else:
            check.look(data)
            if self.last and not self._remaining:
                check.finish()
            self._judge(len(data), bare=check.bare, nul=check.nul)
        return data if self.fault is None else b""

    @property
    def ended(self) -> bool:
        """Whether the present chunk is complete."""
        return not self._remaining
