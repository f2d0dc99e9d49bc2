"""What a server says without being asked for a status: ready octets, each ending its line.

`utf8` is whether the session has enabled UTF-8 (UTF8=ACCEPT or IMAP4rev2): names of mailboxes and
quoted strings depend on it.

Standards: RFC 9051 §7.2, §7.3, §7.4, §7.5.1, §7.6; RFC 3501 §7.2 (LSUB, SEARCH, RECENT),
RFC 2971 §3.2, RFC 4731 §3.1, RFC 5256 §4, RFC 5258 §4, RFC 7162 §3.1.6, §3.2.10, RFC 9208 §4.2,
RFC 9394 (PARTIAL), RFC 9586 (UIDFETCH)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from postroad.protocols.imap.commands.search import PartialRange
from postroad.protocols.imap.sequences import Range, encode_in_order, encode_ranges
from postroad.protocols.imap.strings import astring, mailbox, nstring, quoted, string

DELIMITER = "/"


# --- sizes and removals ---


def exists(count: int) -> bytes:
    """So many messages are in the mailbox."""
    return b"* %d EXISTS\r\n" % count


def recent(count: int) -> bytes:
    r"""IMAP4rev1: so many have \Recent."""
    return b"* %d RECENT\r\n" % count


def expunge(number: int) -> bytes:
    """This message is gone, and those behind it have moved up."""
    return b"* %d EXPUNGE\r\n" % number


def vanished(uids: Iterable[Range], *, earlier: bool = False) -> bytes:
    """These UIDs are gone (RFC 7162 §3.2.10); `earlier`: an answer to QRESYNC or FETCH."""
    return b"* VANISHED %b%b\r\n" % (b"(EARLIER) " if earlier else b"", encode_ranges(uids))


# --- messages ---


def fetch(number: int, *items: bytes) -> bytes:
    """Data of message `number`; for `items` see fetch_items."""
    return b"* %d FETCH (%b)\r\n" % (number, b" ".join(items))


def uid_fetch(uid: int, *items: bytes) -> bytes:
    """The same once UIDONLY is enabled (RFC 9586)."""
    return b"* %d UIDFETCH (%b)\r\n" % (uid, b" ".join(items))


# --- mailboxes ---


def flags(names: Iterable[str]) -> bytes:
    """Flags that are used in this mailbox."""
    return b"* FLAGS (%b)\r\n" % " ".join(names).encode()


class Listed(msgspec.Struct, frozen=True):
    r"""A mailbox as LIST shows it.

    `attributes` as `\HasChildren`; `delimiter` None when names have no parts; `child_info` are the
    selection options that children match (RFC 5258 §4), `old_name` what it was called.
    """

    name: str
    attributes: tuple[str, ...] = ()
    delimiter: str | None = DELIMITER
    child_info: tuple[str, ...] = ()
    old_name: str | None = None


def listed(one: Listed, *, utf8: bool = False, lsub: bool = False) -> bytes:
    """LIST, or LSUB."""
    extended = []
    if one.child_info:
        options = b" ".join(quoted(name.encode()) for name in one.child_info)
        extended.append(b'"CHILDINFO" (%b)' % options)
    if one.old_name is not None:
        extended.append(b'"OLDNAME" (%b)' % mailbox(one.old_name, utf8=utf8))
    return b"* %b (%b) %b %b%b\r\n" % (
        b"LSUB" if lsub else b"LIST",
        " ".join(one.attributes).encode(),
        b"NIL" if one.delimiter is None else quoted(one.delimiter.encode()),
        mailbox(one.name, utf8=utf8) if one.name else b'""',
        b" (%b)" % b" ".join(extended) if extended else b"",
    )


def status(name: str, items: Mapping[str, int | str | None], *, utf8: bool = False) -> bytes:
    """STATUS: a number as it is, MAILBOXID's text in parentheses, NIL for None."""
    pairs = (b"%b %b" % (item.encode(), _figure(value)) for item, value in items.items())
    return b"* STATUS %b (%b)\r\n" % (mailbox(name, utf8=utf8), b" ".join(pairs))


def _figure(value: int | str | None) -> bytes:
    if value is None:
        return b"NIL"
    return b"%d" % value if isinstance(value, int) else b"(%b)" % value.encode()


Place = tuple[str, str | None]
"""A prefix of names and the delimiter behind it."""


def namespace(
    personal: Sequence[Place],
    others: Sequence[Place] = (),
    shared: Sequence[Place] = (),
    *,
    utf8: bool = False,
) -> bytes:
    """NAMESPACE (RFC 9051 §7.3.3)."""
    kinds = (_places(kind, utf8) for kind in (personal, others, shared))
    return b"* NAMESPACE %b\r\n" % b" ".join(kinds)


def _places(places: Sequence[Place], utf8: bool) -> bytes:
    if not places:
        return b"NIL"
    return b"(%b)" % b"".join(_place(one, utf8) for one in places)


def _place(place: Place, utf8: bool) -> bytes:
    prefix, delimiter = place
    name = mailbox(prefix, utf8=utf8) if prefix else b'""'
    if name[:1] not in b'"{':
        name = quoted(name)
    return b"(%b %b)" % (name, b"NIL" if delimiter is None else quoted(delimiter.encode()))


# --- results of searches ---


def search(numbers: Iterable[int], *, modseq: int | None = None) -> bytes:
    """IMAP4rev1's SEARCH; `modseq` the highest of the messages, when MODSEQ was searched for."""
    return _numbers(b"SEARCH", numbers, modseq)


def sort(numbers: Iterable[int], *, modseq: int | None = None) -> bytes:
    """SORT (RFC 5256 §4)."""
    return _numbers(b"SORT", numbers, modseq)


def _numbers(name: bytes, numbers: Iterable[int], modseq: int | None) -> bytes:
    found = tuple(numbers)
    highest = b" (MODSEQ %d)" % modseq if modseq is not None and found else b""
    return b"* %b%b%b\r\n" % (name, b" %d" * len(found) % found, highest)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What an ESEARCH response tells; what is None is left out.

    `all` and `partial` (the results in `partial_range`) are in the order of the results; for SORT
    they do not rise. A SEARCH that knows ranges already gives them as `ranges`.
    """

    minimum: int | None = None
    maximum: int | None = None
    count: int | None = None
    all: Sequence[int] | None = None
    ranges: Sequence[Range] = ()
    partial_range: PartialRange | None = None
    partial: Sequence[int] = ()
    modseq: int | None = None


def esearch(tag: str, found: Found, *, uid: bool = False) -> bytes:
    """ESEARCH (RFC 9051 §7.3.4) as the answer to the command with `tag`."""
    words = [b"* ESEARCH (TAG %b)" % quoted(tag.encode())]
    words += [b"UID"] if uid else []
    for name, value in (
        (b"MIN", found.minimum),
        (b"MAX", found.maximum),
        (b"COUNT", found.count),
        (b"MODSEQ", found.modseq),
    ):
        if value is not None:
            words.append(b"%b %d" % (name, value))
    if found.all or found.ranges:
        words.append(b"ALL %b" % (encode_ranges(found.ranges) or encode_in_order(found.all or ())))
    if found.partial_range is not None:
        results = encode_in_order(found.partial) or b"NIL"
        words.append(b"PARTIAL (%b %b)" % (str(found.partial_range).encode(), results))
    return b" ".join(words) + b"\r\n"


Conversation = Sequence["int | Conversation"]
"""Numbers, each the parent of the next; where it branches, the branches as conversations."""


def thread(conversations: Iterable[Conversation]) -> bytes:
    """THREAD (RFC 5256 §4). A branch is the last of its kind: `(3 6 (4 23) (44 7 96))`."""
    text = b"".join(map(_conversation, conversations))
    return b"* THREAD%b%b\r\n" % (b" " if text else b"", text)


_OPEN, _SHUT = b"(", b")"


def _conversation(one: Conversation) -> bytes:
    """Without recursion: a conversation may be as deep as a mailbox is large."""
    out = bytearray(_OPEN)
    stack = [iter(one)]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
            out += _SHUT
        elif isinstance(item, int):
            out += b"%d" % item if out[-1:] == _OPEN else b" %d" % item
        else:
            out += b" (" if out[-1:].isdigit() else _OPEN
            stack.append(iter(item))
    return bytes(out)


# --- the rest ---


def identity(fields: Mapping[str, str | None], *, utf8: bool = False) -> bytes:
    """ID (RFC 2971 §3.2)."""
    if not fields:
        return b"* ID NIL\r\n"
    pairs = (
        b"%b %b" % (string(name.encode()), nstring(_octets(value), utf8=utf8))
        for name, value in fields.items()
    )
    return b"* ID (%b)\r\n" % b" ".join(pairs)


def _octets(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def enabled(names: Iterable[str]) -> bytes:
    """ENABLED (RFC 9051 §7.2.1)."""
    return b"* %b\r\n" % " ".join(["ENABLED", *names]).encode()


def capability(names: Iterable[str]) -> bytes:
    """CAPABILITY."""
    return b"* CAPABILITY %b\r\n" % " ".join(names).encode()


def quota(root: str, resources: Iterable[tuple[str, int, int]], *, utf8: bool = False) -> bytes:
    """QUOTA (RFC 9208 §4.2.1): (resource, used, limit); STORAGE is counted in KiB."""
    triples = (b"%b %d %d" % (name.encode(), used, most) for name, used, most in resources)
    return b"* QUOTA %b (%b)\r\n" % (_root(root, utf8), b" ".join(triples))


def quota_root(name: str, roots: Iterable[str], *, utf8: bool = False) -> bytes:
    """QUOTAROOT (RFC 9208 §4.2.2)."""
    words = [b"* QUOTAROOT", mailbox(name, utf8=utf8), *(_root(root, utf8) for root in roots)]
    return b" ".join(words) + b"\r\n"


def _root(root: str, utf8: bool) -> bytes:
    return astring(root.encode(), utf8=utf8)


def continuation(text: bytes = b"OK") -> bytes:
    """`+ text`: go on (RFC 9051 §7.6); for SASL `text` is base64."""
    return b"+ %b\r\n" % text
