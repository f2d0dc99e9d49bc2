"""Each item of FETCH as a function from a loaded message to octets, chosen once for a command.

Standards: RFC 9051 §6.4.5, §7.5.2, RFC 3516, RFC 8474 §5, RFC 8514, RFC 8970
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from postroad import message
from postroad.message import Message, Section
from postroad.mra.imap.flags import flag_list
from postroad.mra.imap.reading import Loaded
from postroad.protocols.imap import fetch_items
from postroad.protocols.imap.commands import (
    Binary,
    BinarySize,
    BodySection,
    FetchItem,
    Item,
    Preview,
)
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.status import Code, no
from postroad.store import Column, Views, field_picker

Maker = Callable[[Loaded], bytes]

UNKNOWN_ENCODING = no("That transfer encoding is not known here", Code.UNKNOWN_CTE)

_OF_ROW: dict[FetchItem, Maker] = {
    Item.UID: lambda one: b"UID %d" % one.row.uid,
    Item.FLAGS: lambda one: b"FLAGS (%b)" % flag_list(one.row.keywords),
    Item.INTERNALDATE: lambda one: fetch_items.internal_date(one.row.received),
    Item.RFC822_SIZE: lambda one: b"RFC822.SIZE %d" % one.row.size,
    Item.MODSEQ: lambda one: b"MODSEQ (%d)" % one.row.modseq,
    Item.EMAILID: lambda one: fetch_items.email_id(f"E{one.row.origin}"),
    Item.THREADID: lambda one: fetch_items.thread_id(f"T{one.row.thread_id}"),
    Item.SAVEDATE: lambda one: fetch_items.save_date(one.row.saved),
}

_WHOLE = {Item.RFC822: "", Item.RFC822_TEXT: "TEXT", Item.RFC822_HEADER: "HEADER"}


@dataclass(frozen=True, slots=True)
class Streamed:
    """An item whose octets are sent in slices: `head`, then the message's from `start` to `end`."""

    head: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a FETCH needs of each message and how its answer is made."""

    makers: tuple[Maker, ...]
    columns: frozenset[Column]
    contents: bool
    sets_seen: bool
    tells_flags: bool
    texts: tuple[FetchItem, ...] = ()

    @classmethod
    def of(cls, items: Sequence[FetchItem], *, utf8: bool, shelf: Shelf) -> Plan:
        """Choose for every item; the order of the answer is that of the items."""
        makers = tuple(_maker(item, utf8, shelf) for item in items)
        return cls(
            makers,
            columns=frozenset(column for item in items if (column := _column(item))),
            contents=any(map(_needs_content, items)),
            sets_seen=any(map(_sets_seen, items)),
            tells_flags=Item.FLAGS in items,
            texts=tuple(items),
        )


class Shelf:
    """The message that was scanned last: clients ask for its parts one after the other."""

    __slots__ = ("_email", "_message")

    def __init__(self) -> None:
        self._email = 0
        self._message: Message | None = None

    def scanned(self, one: Loaded) -> Message:
        """The message as a tree of parts."""
        if self._message is None or self._email != one.row.email_id:
            assert one.data is not None
            self._message = message.scan(one.data)
            self._email = one.row.email_id
        return self._message

    def clear(self) -> None:
        """Forget it."""
        self._message = None


def _maker(item: FetchItem, utf8: bool, shelf: Shelf) -> Maker:
    found = _OF_ROW.get(item)
    if found is not None:
        return found
    if isinstance(item, BodySection):
        return _section(item, shelf)
    if isinstance(item, Binary):
        return lambda one: fetch_items.binary(item, _cut(_decoded(one, item.path, shelf), item))
    if isinstance(item, BinarySize):
        return lambda one: fetch_items.binary_size(
            item, len(_decoded(one, item.path, shelf) or b"")
        )
    if isinstance(item, Preview):
        return lambda one: fetch_items.preview(_views(one).preview, utf8=utf8)
    return _other(item, shelf)


def _other(item: Item, shelf: Shelf) -> Maker:
    """The items that are names and not of the row."""
    if item is Item.ENVELOPE:
        return lambda one: b"ENVELOPE %b" % _views(one).envelope
    if item is Item.BODYSTRUCTURE:
        return lambda one: b"BODYSTRUCTURE %b" % _views(one).structure
    if item is Item.BODY:
        return lambda one: fetch_items.body(message.body(shelf.scanned(one)))
    wanted = Section(what=_WHOLE[item])
    return lambda one: fetch_items.rfc822(
        item.value, message.section_bytes(shelf.scanned(one), wanted) or b""
    )


def _section(item: BodySection, shelf: Shelf) -> Maker:
    wanted = section_of(item)
    pick = _picker(item)
    if pick is not None:

        def of_fields(one: Loaded) -> bytes:
            kept = _views(one).fields
            if kept is not None:
                return fetch_items.section(item, _cut(pick(kept), item))
            octets = message.section_bytes(shelf.scanned(one), wanted)
            return fetch_items.section(item, _cut(octets, item))

        return of_fields
    if not item.path and not item.text:
        return lambda one: fetch_items.section(item, _cut(one.data, item))
    return lambda one: fetch_items.section(
        item, _cut(message.section_bytes(shelf.scanned(one), wanted), item)
    )


def section_of(item: BodySection) -> Section:
    """The item's section as the room of messages names it."""
    return Section(item.path, item.text, frozenset(name.lower() for name in item.fields))


def _picker(item: FetchItem) -> Callable[[bytes], bytes] | None:
    """What makes the item of the header fields that the store keeps; None when it cannot."""
    if isinstance(item, BodySection) and not item.path and item.text == "HEADER.FIELDS":
        return field_picker(item.fields)
    return None


def _views(one: Loaded) -> Views:
    assert one.views is not None
    return one.views


def _decoded(one: Loaded, path: tuple[int, ...], shelf: Shelf) -> bytes | None:
    try:
        return message.binary_section(shelf.scanned(one), path)
    except message.UnknownEncodingError:
        raise Refused(UNKNOWN_ENCODING) from None


def _cut(octets: bytes | None, item: BodySection | Binary) -> bytes | None:
    """Of a partial fetch, its octets; past the end there are none (RFC 9051 §6.4.5)."""
    if octets is None or item.partial is None:
        return octets
    first, count = item.partial
    return octets[first : first + count]


_COLUMNS: dict[FetchItem, Column] = {
    Item.ENVELOPE: "envelope",
    Item.BODYSTRUCTURE: "structure",
}


def _column(item: FetchItem) -> Column | None:
    """Which view an item is made of."""
    if isinstance(item, Preview):
        return "preview"
    return "fields" if _picker(item) is not None else _COLUMNS.get(item)


def _needs_content(item: FetchItem) -> bool:
    if isinstance(item, BodySection):
        return _picker(item) is None
    return item in (Item.BODY, *_WHOLE) or isinstance(item, Binary | BinarySize)


def _sets_seen(item: FetchItem) -> bool:
    if isinstance(item, BodySection | Binary):
        return not item.peek
    return item in (Item.RFC822, Item.RFC822_TEXT)
