"""A message on its way in: its header block is kept and may be edited, its body streams past.

Memory stays at the header plus one chunk, whatever the size of the message.

Standards: RFC 5322 §2.1 (the header ends at the first empty line)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

HEADER_LIMIT = 1_048_576
"""Octets of header taken (Postfix: 102,400 a field; Dovecot: 10 MB in all)."""

_END = b"\r\n\r\n"


class HeaderTooLarge(Exception):
    """The header block passed HEADER_LIMIT."""


class Sink(Protocol[T_co]):
    """Where the bytes go: a blob writer."""

    async def write(self, data: bytes) -> None: ...

    async def finish(self) -> T_co: ...

    async def abort(self) -> None: ...


class Intake(Generic[T]):
    """Feeds a sink and keeps the header. `edit` sees the whole block, with its last CRLF, once."""

    def __init__(self, sink: Sink[T], edit: Callable[[bytes], bytes] = lambda block: block) -> None:
        self._sink = sink
        self._edit = edit
        self._held = bytearray()
        self._in_body = False
        self.header = b""

    async def write(self, data: bytes) -> None:
        """Take the next octets. Raises HeaderTooLarge; then only `abort` is left to call."""
        if self._in_body:
            await self._sink.write(data)
            return
        resume = max(0, len(self._held) - len(_END))
        self._held += data
        if self._held.startswith(b"\r\n"):
            await self._enter_body(0)
        elif (end := self._held.find(_END, resume)) >= 0:
            await self._enter_body(end + 2)
        elif len(self._held) > HEADER_LIMIT:
            raise HeaderTooLarge

    async def finish(self) -> T:
        """Return what the sink made of the whole message; without an empty line all was header."""
        if not self._in_body:
            await self._enter_body(len(self._held))
        return await self._sink.finish()

    async def abort(self) -> None:
        """Forget the message."""
        self._held.clear()
        await self._sink.abort()

    async def _enter_body(self, end: int) -> None:
        if end > HEADER_LIMIT:
            raise HeaderTooLarge
        block = bytes(self._held[:end])
        self.header = self._edit(block)
        self._in_body = True
        rest = bytes(self._held) if self.header is block else self.header + bytes(self._held[end:])
        self._held.clear()
        if rest:
            await self._sink.write(rest)
