"""Messages on their way in by APPEND or REPLACE: each goes to the blobs as it comes.

A message is made of texts, which are streamed, and with CATENATE of pieces that are here already.
What is complete waits for the command's end; then all are filed in one unit of work, or none.

Invariants: memory holds one slice of a text and what is small enough for the database; after `drop`
nothing is left.

Standards: RFC 9051 §6.3.12, RFC 3502 §6.3.11, RFC 4469 §3 (CATENATE)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from postroad.blobs import Blobs, StoredBlob
from postroad.handoff import Content, HeaderTooLarge, Intake, Summary, summarize
from postroad.mra.imap.flags import keywords_of
from postroad.protocols.imap.commands import NewMessage, Text, Url
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.status import Code, no
from postroad.store import NewEmail

MAX_MESSAGES = 1_000
"""Messages of one MULTIAPPEND; ours: all of them are one unit of work."""

_HEADER = no("The header is too large", Code.LIMIT)
_TOO_MANY = no("Too many messages at once", Code.LIMIT)
_TOO_BIG = no("The message is too large", Code.TOOBIG)
_EMPTY = no("A message has at least one octet", Code.CANNOT)

Fetch = Callable[[str], Awaitable[bytes]]
"""The octets that a URL names. Raises Refused with BADURL."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that is complete."""

    blob: StoredBlob
    summary: Summary


class Incoming:
    """All messages of one command."""

    def __init__(self, blobs: Blobs, fetch: Fetch, limit: int) -> None:
        self._blobs = blobs
        self._fetch = fetch
        self._limit = limit
        self._complete: list[Stored] = []
        self._intake: Intake[StoredBlob] | None = None
        self._parts = 0  # of the message under way that are written
        self._octets = 0
        self._message = NewMessage((Text(0),))

    async def start(self, index: int, message: NewMessage) -> None:
        """The last part of `message` is about to come. Raises Refused."""
        while len(self._complete) < index:
            await self._finish()
        if index >= MAX_MESSAGES:
            raise Refused(_TOO_MANY)
        self._message = message
        text = message.parts[-1]
        await self._write_urls(message.parts[:-1])
        if isinstance(text, Text) and self._octets + text.size > self._limit:
            raise Refused(_TOO_BIG)

    async def write(self, data: bytes) -> None:
        """More of the text. Raises Refused."""
        self._octets += len(data)
        if self._octets > self._limit:
            raise Refused(_TOO_BIG)
        if self._intake is None:
            self._intake = Intake[StoredBlob](self._blobs.writer())
        try:
            await self._intake.write(data)
        except HeaderTooLarge:
            raise Refused(_HEADER) from None

    def end(self) -> None:
        """The text is complete."""
        self._parts += 1

    async def finish(self, messages: Sequence[NewMessage]) -> list[Stored]:
        """The command is complete: what has become of its messages. Raises Refused."""
        for message in messages[len(self._complete) :]:
            self._message = message
            await self._finish()
        return self._complete

    async def drop(self) -> None:
        """Forget everything that was not filed."""
        if self._intake is not None:
            await self._intake.abort()
        self._intake = None
        self._complete.clear()

    async def _finish(self) -> None:
        """The message under way is complete."""
        await self._write_urls(self._message.parts)
        if self._intake is None:
            raise Refused(_EMPTY)
        try:
            blob = await self._intake.finish()
        except HeaderTooLarge:
            raise Refused(_HEADER) from None
        self._complete.append(Stored(blob, summarize(self._intake.header)))
        self._intake = None
        self._parts = self._octets = 0

    async def _write_urls(self, parts: Sequence[Text | Url]) -> None:
        """The pieces that stand before the next text."""
        for part in parts[self._parts :]:
            if isinstance(part, Url):
                await self.write(await self._fetch(part.url))
            self._parts += 1


def email_of(stored: Stored, message: NewMessage, now: float) -> NewEmail:
    """What is filed: received when the client says, saved now."""
    summary = stored.summary
    received = message.date.timestamp() if message.date is not None else now
    return NewEmail(
        content=Content(stored.blob.id, stored.blob.size),
        received=received,
        sent=summary.sent,
        message_id=summary.message_id,
        references=summary.references,
        subject=summary.subject,
        trace="",
        keywords=frozenset(keywords_of(message.flags)),
        saved=now,
    )
