"""FETCH: which of these messages' data?

Standards: RFC 9051 §6.4.5, §9; RFC 3501 §6.4.5 (RFC822 items), RFC 3516 §4.2 (BINARY),
RFC 7162 §3.1.4 (CHANGEDSINCE, MODSEQ), §3.2.6 (VANISHED), RFC 8474 §5 (EMAILID, THREADID),
RFC 8514 §4.2 (SAVEDATE), RFC 8970 §3 (PREVIEW), RFC 9394 (PARTIAL)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

import msgspec

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.commands.search import PartialRange, partial_range
from postroad.protocols.imap.errors import BadSyntax
from postroad.protocols.imap.sequences import SequenceSet
from postroad.protocols.imap.strings import astring

_PATH = re.compile(rb"[1-9]\d{0,9}(?:\.[1-9]\d{0,9})*+")
_PARTIAL = re.compile(rb"<(\d{1,19})\.(\d{1,19})>")
_CACHED_OCTETS = 256

Partial = tuple[int, int]
"""The first octet wanted, from 0, and how many."""


class Item(StrEnum):
    """Items without arguments."""

    BODY = "BODY"
    BODYSTRUCTURE = "BODYSTRUCTURE"
    EMAILID = "EMAILID"
    ENVELOPE = "ENVELOPE"
    FLAGS = "FLAGS"
    INTERNALDATE = "INTERNALDATE"
    MODSEQ = "MODSEQ"
    RFC822 = "RFC822"
    RFC822_HEADER = "RFC822.HEADER"
    RFC822_SIZE = "RFC822.SIZE"
    RFC822_TEXT = "RFC822.TEXT"
    SAVEDATE = "SAVEDATE"
    THREADID = "THREADID"
    UID = "UID"


class BodySection(msgspec.Struct, frozen=True):
    """BODY[…]: of the part at `path` (() is the message) its `text`.

    `text` is "" (all of it), HEADER, TEXT, MIME, HEADER.FIELDS or HEADER.FIELDS.NOT with `fields`.
    """

    path: tuple[int, ...] = ()
    text: str = ""
    fields: tuple[str, ...] = ()
    peek: bool = False
    partial: Partial | None = None

    def __post_init__(self) -> None:
        if bool(self.fields) != self.text.startswith("HEADER.FIELDS"):
            raise ValueError("names of fields belong to HEADER.FIELDS")
        if self.text == "MIME" and not self.path:
            raise ValueError("MIME is of a part")

    @property
    def section(self) -> bytes:
        """What stands in the brackets."""
        words = ".".join([*map(str, self.path), *([self.text] if self.text else [])]).encode()
        if not self.fields:
            return words
        return b"%b (%b)" % (words, b" ".join(astring(name.encode()) for name in self.fields))

    @property
    def label(self) -> bytes:
        """The item's name in the response: with the first octet of a partial fetch."""
        return b"BODY[%b]%b" % (self.section, _origin(self.partial))

    def encode(self) -> bytes:
        """As it is asked for."""
        name = b"BODY.PEEK" if self.peek else b"BODY"
        return b"%b[%b]%b" % (name, self.section, _encode_partial(self.partial))


class Binary(msgspec.Struct, frozen=True):
    """BINARY[path]: a part without its transfer encoding."""

    path: tuple[int, ...] = ()
    peek: bool = False
    partial: Partial | None = None

    @property
    def label(self) -> bytes:
        """The item's name in the response."""
        return b"BINARY[%b]%b" % (_encode_path(self.path), _origin(self.partial))

    def encode(self) -> bytes:
        """As it is asked for."""
        name = b"BINARY.PEEK" if self.peek else b"BINARY"
        return b"%b[%b]%b" % (name, _encode_path(self.path), _encode_partial(self.partial))


class BinarySize(msgspec.Struct, frozen=True):
    """BINARY.SIZE[path]: octets of that part without its transfer encoding."""

    path: tuple[int, ...] = ()

    @property
    def label(self) -> bytes:
        """The item's name in the response."""
        return self.encode()

    def encode(self) -> bytes:
        """As it is asked for."""
        return b"BINARY.SIZE[%b]" % _encode_path(self.path)


class Preview(msgspec.Struct, frozen=True):
    """PREVIEW; `lazy`: only when it costs nothing."""

    lazy: bool = False

    @property
    def label(self) -> bytes:
        """The item's name in the response."""
        return b"PREVIEW"

    def encode(self) -> bytes:
        """As it is asked for."""
        return b"PREVIEW (LAZY)" if self.lazy else b"PREVIEW"


FetchItem = Item | BodySection | Binary | BinarySize | Preview

_FAST = (Item.FLAGS, Item.INTERNALDATE, Item.RFC822_SIZE)
MACROS: Mapping[str, tuple[FetchItem, ...]] = {
    "FAST": _FAST,
    "ALL": (*_FAST, Item.ENVELOPE),
    "FULL": (*_FAST, Item.ENVELOPE, Item.BODY),
}
"""RFC 9051 §6.4.5."""


class _What(msgspec.Struct, frozen=True):
    """Everything of a FETCH but the messages."""

    items: tuple[FetchItem, ...]
    changed_since: int | None = None
    vanished: bool = False
    partial: PartialRange | None = None


class Fetch(msgspec.Struct, frozen=True):
    """`items` without repetitions; UID is added by the server where `uid` (RFC 9051 §6.4.9)."""

    messages: SequenceSet
    items: tuple[FetchItem, ...]
    uid: bool = False
    changed_since: int | None = None
    vanished: bool = False
    partial: PartialRange | None = None

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Fetch:
        """`set items [(modifiers)]`."""
        reader.space()
        messages = reader.sequence()
        reader.space()
        what = _read_what(reader)
        if (what.vanished or what.partial) and not uid:
            raise BadSyntax("VANISHED and PARTIAL belong to UID FETCH")
        if what.vanished and what.changed_since is None:
            raise BadSyntax("VANISHED needs CHANGEDSINCE")  # RFC 7162 §3.2.6
        return cls(messages, what.items, uid, what.changed_since, what.vanished, what.partial)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("UID FETCH " if self.uid else "FETCH ", self.messages.encode(), " ")
        out.listed(self.items, lambda item: out.word(_encode(item)))
        modifiers = []
        if self.changed_since is not None:
            modifiers.append(f"CHANGEDSINCE {self.changed_since}")
        if self.vanished:
            modifiers.append("VANISHED")
        if self.partial is not None:
            modifiers.append(f"PARTIAL {self.partial}")
        if modifiers:
            out.word(" ").words(modifiers)


def _encode(item: FetchItem) -> bytes:
    return item.value.encode() if isinstance(item, Item) else item.encode()


def _read_what(reader: Reader) -> _What:
    """Parsed once for all who ask for the same, as clients have few questions."""
    rest = reader.text[reader.at :]
    if len(rest) <= _CACHED_OCTETS and b"{" not in rest:
        try:
            what = _remembered(rest, reader.utf8)
        except BadSyntax:
            return _what(reader)  # again, to tell the right octet
        reader.at = len(reader.text)
        return what
    return _what(reader)


@lru_cache(limits.FETCH_ITEMS_CACHED)
def _remembered(text: bytes, utf8: bool) -> _What:
    reader = Reader(text, utf8=utf8)
    what = _what(reader)
    reader.end()
    return what


def _what(reader: Reader) -> _What:
    items = reader.listed(lambda: _item(reader)) if reader.peek(b"(") else _one_or_macro(reader)
    found: dict[str, int | bool | PartialRange] = {}
    if reader.take(b" "):
        for name, value in reader.listed(lambda: _modifier(reader)):
            if name in found:
                raise BadSyntax("A modifier comes once")
            found[name] = value
    return _made(items, found)


def _made(items: tuple[FetchItem, ...], found: Mapping[str, int | bool | PartialRange]) -> _What:
    since, partial = found.get("CHANGEDSINCE"), found.get("PARTIAL")
    return _What(
        tuple(dict.fromkeys(items)),
        since if isinstance(since, int) else None,
        "VANISHED" in found,
        partial if isinstance(partial, PartialRange) else None,
    )


def _one_or_macro(reader: Reader) -> tuple[FetchItem, ...]:
    start = reader.at
    macro = MACROS.get(reader.word("an item of FETCH"))
    if macro is not None:
        return macro
    reader.at = start
    return (_item(reader),)


def _modifier(reader: Reader) -> tuple[str, int | bool | PartialRange]:
    name = reader.word("a modifier of FETCH")
    if name == "VANISHED":
        return name, True
    if name not in {"CHANGEDSINCE", "PARTIAL"}:
        raise BadSyntax("FETCH knows the modifiers CHANGEDSINCE, VANISHED and PARTIAL")
    reader.space()
    if name == "PARTIAL":
        return name, partial_range(reader)
    return name, reader.number(limits.NUMBER64)


def _item(reader: Reader) -> FetchItem:
    name = reader.word("an item of FETCH")
    if reader.peek(b"["):
        return _sectioned(reader, name)
    if name == "PREVIEW":
        return _preview(reader)
    try:
        return Item(name)
    except ValueError:
        raise BadSyntax("That is no item of FETCH") from None


def _sectioned(reader: Reader, name: str) -> FetchItem:
    reader.expect(b"[")
    peek = name.endswith(".PEEK")
    match name:
        case "BODY" | "BODY.PEEK":
            return _body(reader, peek)
        case "BINARY" | "BINARY.PEEK":
            path = _path(reader)
            reader.expect(b"]")
            return Binary(path, peek, _partial(reader))
        case "BINARY.SIZE":
            path = _path(reader)
            reader.expect(b"]")
            return BinarySize(path)
    raise BadSyntax("That item of FETCH has no section")


def _body(reader: Reader, peek: bool) -> BodySection:
    path, text = _path(reader), ""
    fields: tuple[str, ...] = ()
    if path and reader.take(b"."):
        text, fields = _section_text(reader, within_part=True)
    elif not path and not reader.peek(b"]"):
        text, fields = _section_text(reader, within_part=False)
    reader.expect(b"]")
    return BodySection(path, text, fields, peek, _partial(reader))


def _path(reader: Reader) -> tuple[int, ...]:
    found = _PATH.match(reader.text, reader.at)
    if found is None:
        return ()
    reader.at = found.end()
    path = tuple(map(int, found[0].split(b".")))
    if max(path) > limits.NUMBER:
        raise BadSyntax("A part's number has at most 32 bits")
    return path


def _section_text(reader: Reader, *, within_part: bool) -> tuple[str, tuple[str, ...]]:
    text = reader.word("a section of the message")
    if text in {"HEADER.FIELDS", "HEADER.FIELDS.NOT"}:
        reader.space()
        return text, reader.listed(reader.text_string)
    if text in {"HEADER", "TEXT"} or (text == "MIME" and within_part):
        return text, ()
    raise BadSyntax("That is no section of a message")


def _partial(reader: Reader) -> Partial | None:
    if not reader.peek(b"<"):
        return None
    first, count = map(int, reader.match(_PARTIAL, "<first.count>").groups())
    if not count or max(first, count) > limits.NUMBER64:
        raise BadSyntax("A partial fetch is of at least one octet")
    return first, count


def _preview(reader: Reader) -> Preview:
    """`PREVIEW [(LAZY)]`; alone, what stands in parentheses may also be the modifiers of FETCH."""
    start = reader.at
    if reader.take(b" ("):
        if reader.keyword(b"LAZY)"):
            return Preview(lazy=True)
        reader.at = start
    return Preview()


def _origin(partial: Partial | None) -> bytes:
    return b"" if partial is None else b"<%d>" % partial[0]


def _encode_partial(partial: Partial | None) -> bytes:
    return b"" if partial is None else b"<%d.%d>" % partial


def _encode_path(path: tuple[int, ...]) -> bytes:
    return b".".join(b"%d" % number for number in path)
