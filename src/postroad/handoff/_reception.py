"""One transaction as a receiving station gathers it: an envelope, then bytes, then an arrival.

It decides nothing about people; it only keeps what was said and turns trouble with the bytes into
the reply that stands at the end of data.

Standards: RFC 5321 §3.3 (mail transactions), RFC 3461 §4 (DSN parameters), RFC 5321 §6.3 (loops)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from postroad.db import StorageFull
from postroad.handoff._intake import HeaderTooLarge, Intake, Sink
from postroad.handoff._summary import summarize
from postroad.handoff._types import Arrival, Content, Envelope, Recipient, Reply

MAX_HOPS = 50
"""Received fields after which a message runs in circles: Postfix's figure. RFC 5321 §6.3 suggests
100, but the trails of real mail stay below 20, and a loop costs every host on it."""

HEADER_TOO_LARGE = Reply(552, "5.3.4", "Header is larger than 1 MiB; move its content to the body")
STORAGE_FULL = Reply(452, "4.3.1", "No storage for this message now; try again later")
STRAY_LINE = b"X-Stray-Line:"
"""The name that a first line gets which is none of a field (see `_shelter`)."""

LOOPS = Reply(554, "5.4.6", f"More than {MAX_HOPS} Received fields: the message runs in circles")


class StoredBytes(Protocol):
    """What a sink leaves behind, as far as an arrival needs it."""

    @property
    def id(self) -> bytes: ...

    @property
    def size(self) -> int: ...


S = TypeVar("S", bound=StoredBytes)


class Reception(Generic[S]):
    """State of one transaction; `begin` after DATA, then `write`, then `finish`."""

    def __init__(self, reverse_path: str) -> None:
        self.reverse_path = reverse_path
        self.recipients: list[Recipient] = []
        self.body = "7BIT"
        self.smtputf8 = False
        self.ret = ""
        self.envid = ""
        self.trace = ""
        self._intake: Intake[S] | None = None
        self.refusal: Reply | None = None

    @property
    def envelope(self) -> Envelope:
        """The envelope as gathered so far."""
        return Envelope(
            self.reverse_path,
            tuple(self.recipients),
            self.body,
            self.smtputf8,
            self.ret,
            self.envid,
        )

    def begin(
        self, trace: str, sink: Sink[S], edit: Callable[[bytes], bytes] | None = None
    ) -> None:
        """The first byte is about to come; from now on the message has its trace id."""
        self.trace = trace
        self._intake = Intake(sink, edit) if edit else Intake(sink)

    async def write(self, data: bytes) -> None:
        """Take octets of the message; after a refusal they are let go by."""
        if self.refusal is not None or self._intake is None:
            return
        try:
            await self._intake.write(data)
        except HeaderTooLarge:
            await self._refuse(HEADER_TOO_LARGE)
        except StorageFull:
            await self._refuse(STORAGE_FULL)

    async def finish(
        self, at: float, prefix: Callable[[bytes], bytes]
    ) -> tuple[Arrival, S] | Reply:
        """Return the arrival and its stored bytes, or the reply that refuses them.

        `prefix` makes the header lines that stand above, given the header block. Raises what the
        sink raises; then `drop` is left to call.
        """
        if self.refusal is not None:
            return self.refusal
        assert self._intake is not None
        try:
            stored = await self._intake.finish()
        except HeaderTooLarge:
            return await self._refuse(HEADER_TOO_LARGE)
        except StorageFull:
            return await self._refuse(STORAGE_FULL)
        header = self._intake.header
        summary = summarize(header)
        if summary.hops > MAX_HOPS:
            return await self._refuse(LOOPS)
        lines = prefix(header) + _shelter(header)
        content = Content(stored.id, stored.size, lines)
        return Arrival(self.trace, self.envelope, content, summary, at), stored

    async def drop(self) -> None:
        """Forget the transaction and whatever of its bytes was stored."""
        intake, self._intake = self._intake, None
        if intake is not None:
            await intake.abort()

    def keep(self) -> None:
        """The stored bytes are somebody else's now, or may be: `drop` no longer removes them."""
        self._intake = None

    async def _refuse(self, reply: Reply) -> Reply:
        self.refusal = reply
        await self.drop()
        return reply


def _shelter(header: bytes) -> bytes:
    """What ends our lines above a header that does not begin with a field.

    Quirk `stray-first-line`: a first line that continues nothing, or separates messages of an mbox,
    becomes a field of its own. Otherwise the peer's words would continue our last field, or end the
    header in front of all its others.
    """
    stray = header.startswith((b" ", b"\t", b"From ", b">From "))
    return STRAY_LINE if stray else b""
