"""What FETCH needs of messages, read from the store and the blobs in one look for many of them.

Small blobs come with the rows, a megabyte at a time; a large one is streamed slice by slice.

Standards: RFC 9051 §6.4.5
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from postroad import blobs, store
from postroad.db import Transaction
from postroad.handoff import Content
from postroad.protocols.imap.sequences import Range
from postroad.store import Row, Views

ROWS = 500
"""Messages looked at in one go."""

OCTETS = 1_048_576
"""Octets of messages held at once."""


class Loaded(msgspec.Struct, gc=False):
    """A message's row and whatever else was asked for; `data` None: a large one, stream it."""

    row: Row
    views: Views | None = None
    content: Content | None = None
    data: bytes | None = None


def load_contents(tx: Transaction, account: int, loaded: Iterable[Loaded]) -> None:
    """Add where the octets are, and the octets of all that are small enough.

    One that is gone meanwhile has no content.
    """
    for one in loaded:
        try:
            one.content = content = store.content(tx, account, one.row.email_id)
        except store.NoSuchEmail:
            continue
        located = blobs.locate(tx, content.blob)
        if located.data is not None:
            one.data = content.prefix + located.data


def batches(rows: Sequence[Row], *, contents: bool) -> Iterable[Sequence[Row]]:
    """Rows in groups that fit into memory together."""
    if not contents:
        for start in range(0, len(rows), ROWS):
            yield rows[start : start + ROWS]
        return
    group: list[Row] = []
    octets = 0
    for row in rows:
        if group and octets + row.size > OCTETS:
            yield group
            group, octets = [], 0
        group.append(row)
        octets += row.size
    if group:
        yield group


def slices(places: Iterable[Range], size: int) -> Iterator[list[Range]]:
    """Places in groups of `size` messages, the last one smaller."""
    group: list[Range] = []
    room = size
    for low, high in places:
        while low < high:
            stop = min(high, low + room)
            group.append((low, stop))
            room -= stop - low
            low = stop
            if not room:
                yield group
                group, room = [], size
    if group:
        yield group
