"""Makes replies of a server's lines, and trusts none of them.

Invariants: a reply has a bounded number of lines of bounded length; what comes out is printable.

Standards: RFC 5321 §4.2.1 (codes), §4.2 (multi-line replies, replies without text), RFC 2034 §4
"""

from __future__ import annotations

import re
from collections.abc import Callable

from postroad.protocols.smtp import limits
from postroad.protocols.smtp.errors import RemoteProtocolError
from postroad.protocols.smtp.replies import Reply, split_enhanced
from postroad.wire import LineTooLong, ReceiveBuffer

_LINE = re.compile(r"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class ReplyReader:
    """Collects the lines of one reply at a time; `on_line` sees each line as it came."""

    __slots__ = ("_code", "_lines", "_on_line", "buffer")

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self.buffer = ReceiveBuffer()
        self._on_line = on_line
        self._code = 0
        self._lines: list[str] = []

    def next_reply(self) -> tuple[int, list[str]] | None:
        """Code and texts of the next complete reply; None before it is here.

        Raises RemoteProtocolError.
        """
        while True:
            line = self._take_line()
            if line is None:
                return None
            last = self._add(line)
            if len(self._lines) > limits.REPLY_LINES:
                raise RemoteProtocolError(f"a reply of more than {limits.REPLY_LINES} lines")
            if last:
                lines, self._lines = self._lines, []
                return self._code, lines

    def _take_line(self) -> str | None:
        try:
            line = self.buffer.take_line(limits.REPLY_LINE_ACCEPTED)
        except LineTooLong as fault:
            raise RemoteProtocolError(f"a reply line of {fault.dropped} octets") from None
        if line is not None:
            return _printable(line.decode("utf-8", "replace"))
        if self.buffer.dropped:
            raise RemoteProtocolError("a reply line without an end")
        return None

    def _add(self, line: str) -> bool:
        """Take one line in; return whether it is the last of its reply."""
        self._on_line(line)
        found = _LINE.fullmatch(line)
        if found is None:
            raise RemoteProtocolError(f"not a reply: {line[:80]!r}")
        code = int(found[1])
        if self._lines and code != self._code:
            raise RemoteProtocolError(
                f"a reply that begins with {self._code} and goes on with {code}"
            )
        self._code = code
        self._lines.append(found[3] or "")
        return found[2] != "-"


def make_reply(code: int, lines: list[str]) -> Reply:
    """The reply, with the enhanced code taken out of its text, when there is one."""
    enhanced, first = split_enhanced(code, lines[0])
    if not enhanced:
        return Reply(code, "", tuple(lines))
    rest = (_without(line, enhanced) for line in lines[1:])
    return Reply(code, enhanced, (first, *rest))


def _without(line: str, enhanced: str) -> str:
    first, _, rest = line.partition(" ")
    return rest if first == enhanced else line


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else "?" for char in line)
