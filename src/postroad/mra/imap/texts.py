"""A message that is too large to be held: its octets go from its file to the client in slices.

Standards: RFC 9051 §6.4.5, §7.5.2
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from postroad.mra.imap.items import Plan
from postroad.mra.imap.reading import Loaded
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import fetch_items
from postroad.protocols.imap.commands import BodySection, FetchItem, Item

SLICE = 65_536
"""Octets of a message in memory at once."""


async def write_large(session: ImapSession, plan: Plan, one: Loaded, out: Out) -> bytes:
    """Send the items of a large message but for the end of its line; returns what is left."""
    rest = b""
    for place, (item, make) in enumerate(zip(plan.texts, plan.makers, strict=True)):
        rest += b" " if place else b""
        span = _span(item, one)
        if span is None:
            await _hold(session, one)
            rest += make(one)
            continue
        head, start, stop = span
        await out.write(rest + head)
        await _copy(session, one, start, stop, out)
        rest = b""
    one.data = None
    return rest


def _span(item: FetchItem, one: Loaded) -> tuple[bytes, int, int] | None:
    """The head and the octets of an item that is a piece of the message as it is."""
    size = one.row.size
    if item is Item.RFC822:
        return b"RFC822 {%d}\r\n" % size, 0, size
    if not isinstance(item, BodySection) or item.path or item.text:
        return None
    first, count = item.partial or (0, size)
    start, stop = min(first, size), min(first + count, size)
    return fetch_items.section_head(item, stop - start), start, stop


async def _hold(session: ImapSession, one: Loaded) -> None:
    """Have the whole message in memory: a part of it is asked for."""
    if one.data is None:
        assert one.content is not None
        service = session.service
        one.data = one.content.prefix + await service.blobs.read(service.db, one.content.blob)


async def _copy(session: ImapSession, one: Loaded, start: int, stop: int, out: Out) -> None:
    """Send octets `start` to `stop` of the message."""
    assert one.content is not None
    service, prefix = session.service, one.content.prefix
    if start < len(prefix):
        await out.write(_safe(prefix[start:stop]))
    begin = max(0, start - len(prefix))
    left = stop - max(start, len(prefix))
    if left <= 0:
        return
    slices = service.blobs.chunks(service.db, one.content.blob, begin, SLICE)
    async with aclosing(cast(AsyncGenerator[bytes, None], slices)) as chunks:
        async for chunk in chunks:
            await out.write(_safe(chunk[:left]))
            left -= len(chunk)
            if left <= 0:
                return


def _safe(octets: bytes) -> bytes:
    """A NUL cannot be in a literal (quirk NUL_REPLACED of the protocol)."""
    return octets.replace(b"\0", b"\x80") if b"\0" in octets else octets
