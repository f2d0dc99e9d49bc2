"""Reads the keys of SEARCH, SORT and THREAD into a tree, within bounds.

Standards: RFC 9051 §6.4.4, §9 (search-key)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from postroad.protocols.imap import limits, quirks
from postroad.protocols.imap import search_keys as k
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap.errors import BadSyntax, CommandError
from postroad.protocols.imap.search_keys import DateOf, Key, When
from postroad.protocols.imap.status import Code, no

_OBJECT_ID = re.compile(rb"[A-Za-z0-9_-]{1,255}+")
_FLAG = re.compile(rb"[^\x00-\x20(){%*\"\\\]\x7f-\xff]++")
_NUMBERS = frozenset(b"0123456789*$")
_TOO_MANY = no(f"A search has at most {limits.SEARCH_KEYS} keys", Code.LIMIT)
_TOO_DEEP = no(f"Keys are nested at most {limits.SEARCH_DEPTH} deep", Code.LIMIT)

CHARSETS: Mapping[str, str] = {
    "UTF-8": "utf-8", "US-ASCII": "ascii", "ASCII": "ascii", "GB2312": "gb18030",
    "GBK": "gb18030", "GB18030": "gb18030", "BIG5": "cp950", "ISO-2022-JP": "iso2022_jp",
    "SHIFT_JIS": "cp932", "EUC-JP": "euc_jp", "EUC-KR": "cp949", "KS_C_5601-1987": "cp949",
    "KOI8-R": "koi8_r", "KOI8-U": "koi8_u", "TIS-620": "cp874",
    **{f"ISO-8859-{number}": f"iso8859_{number}" for number in (*range(1, 12), 13, 14, 15, 16)},
    **{f"WINDOWS-{number}": f"cp{number}" for number in range(1250, 1259)},
}  # fmt: skip
"""Charsets of search texts with Python's names for them; clients use the first two."""


def read_keys(reader: Reader, charset: str | None) -> Key:
    """One or more keys to the end of the command. Raises CommandError (BADCHARSET, LIMIT)."""
    default = "UTF-8" if quirks.SEARCH_IN_UTF8 else "US-ASCII"
    codec = CHARSETS.get((charset or default).upper())
    if codec is None:
        raise CommandError(no("That charset is not known here", Code.BADCHARSET))
    keys = _Keys(reader, codec)
    found = [keys.key(1)]
    while reader.take(b" "):
        found.append(keys.key(1))
    return found[0] if len(found) == 1 else k.And(tuple(found))


class _Keys:
    """Counts what it reads."""

    __slots__ = ("_codec", "_count", "reader")

    def __init__(self, reader: Reader, codec: str) -> None:
        self.reader = reader
        self._codec = codec
        self._count = 0

    def key(self, depth: int) -> Key:
        """One key, `depth` levels down."""
        self._count += 1
        if self._count > limits.SEARCH_KEYS:
            raise CommandError(_TOO_MANY)
        if depth > limits.SEARCH_DEPTH:
            raise CommandError(_TOO_DEEP)
        reader = self.reader
        if reader.peek(b"("):
            keys = reader.listed(lambda: self.key(depth + 1))
            return k.And(keys) if len(keys) > 1 else keys[0]
        if reader.more and reader.text[reader.at] in _NUMBERS:
            return self._numbered()
        read = reader.one_of(_READ, "a search key")
        return read(self, depth)

    def space(self) -> None:
        self.reader.space()

    def text(self) -> str:
        """A string in the charset of the command."""
        self.space()
        octets = self.reader.astring()
        try:
            return octets.decode(self._codec)
        except UnicodeDecodeError:
            raise BadSyntax("A search text is not in its charset") from None

    def _numbered(self) -> Key:
        messages = self.reader.sequence()
        if self.reader.uid_only and not messages.saved:
            raise BadSyntax("Message numbers are off", Code.UIDREQUIRED)
        return k.Numbered(messages)

    def object_id(self) -> str:
        """RFC 8474 §7."""
        self.space()
        return self.reader.match(_OBJECT_ID, "an object identifier")[0].decode()


def _or(keys: _Keys, depth: int) -> Key:
    """`OR a OR b c` is one Or of three, read without going deeper."""
    found: list[Key] = []
    while True:
        keys.space()
        found.append(keys.key(depth + 1))
        keys.space()
        if not keys.reader.keyword(b"OR "):
            break
        keys.reader.at -= 1  # the space is the next key's
    last = keys.key(depth + 1)
    found += last.keys if isinstance(last, k.Or) else (last,)  # it stood in parentheses
    return k.Or(tuple(found))


def _not(keys: _Keys, depth: int) -> Key:
    keys.space()
    return k.Not(keys.key(depth + 1))


def _flag(flag: str, *, present: bool) -> Callable[[_Keys, int], Key]:
    key = k.HasFlag(flag, present)
    return lambda _keys, _depth: key


def _keyword(*, present: bool) -> Callable[[_Keys, int], Key]:
    def read(keys: _Keys, _depth: int) -> Key:
        keys.space()
        return k.HasFlag(keys.reader.match(_FLAG, "a keyword")[0].decode(), present)

    return read


def _field(name: str) -> Callable[[_Keys, int], Key]:
    return lambda keys, _depth: k.InHeader(name, keys.text())


def _header(keys: _Keys, _depth: int) -> Key:
    keys.space()
    name = keys.reader.text_string()
    return k.InHeader(name, keys.text())


def _dated(of: DateOf, when: When) -> Callable[[_Keys, int], Key]:
    def read(keys: _Keys, _depth: int) -> Key:
        keys.space()
        return k.Dated(of, when, keys.reader.date())

    return read


def _sized(*, larger: bool) -> Callable[[_Keys, int], Key]:
    def read(keys: _Keys, _depth: int) -> Key:
        keys.space()
        return k.Sized(larger, keys.reader.number(limits.NUMBER64))

    return read


def _aged(*, older: bool) -> Callable[[_Keys, int], Key]:
    def read(keys: _Keys, _depth: int) -> Key:
        keys.space()
        return k.Aged(older, keys.reader.number(least=1))

    return read


def _uid(keys: _Keys, _depth: int) -> Key:
    keys.space()
    return k.HasUid(keys.reader.sequence())


def _modseq(keys: _Keys, _depth: int) -> Key:
    keys.space()
    entry, scope, reader = "", "", keys.reader
    if reader.peek(b'"'):
        entry = reader.decoded(reader.string())
        reader.space()
        scope = reader.word("priv, shared or all").lower()
        if scope not in {"priv", "shared", "all"} or not entry:
            raise BadSyntax("MODSEQ of an entry is priv, shared or all")
        reader.space()
    return k.ModSeqSince(reader.number(limits.NUMBER64), entry, scope)


_SYSTEM = {"ANSWERED": "\\Answered", "DELETED": "\\Deleted", "DRAFT": "\\Draft",
           "FLAGGED": "\\Flagged", "SEEN": "\\Seen"}  # fmt: skip

_READ: dict[str, Callable[[_Keys, int], Key]] = {
    "ALL": lambda _keys, _depth: k.All(),
    "OR": _or,
    "NOT": _not,
    "HEADER": _header,
    "BODY": lambda keys, _depth: k.InBody(keys.text()),
    "TEXT": lambda keys, _depth: k.InText(keys.text()),
    "LARGER": _sized(larger=True),
    "SMALLER": _sized(larger=False),
    "OLDER": _aged(older=True),
    "YOUNGER": _aged(older=False),
    "KEYWORD": _keyword(present=True),
    "UNKEYWORD": _keyword(present=False),
    "UID": _uid,
    "MODSEQ": _modseq,
    "EMAILID": lambda keys, _depth: k.HasEmailId(keys.object_id()),
    "THREADID": lambda keys, _depth: k.HasThreadId(keys.object_id()),
    "SAVEDATESUPPORTED": lambda _keys, _depth: k.SaveDateSupported(),
    "NEW": lambda _keys, _depth: k.Recency("NEW"),
    "OLD": lambda _keys, _depth: k.Recency("OLD"),
    "RECENT": lambda _keys, _depth: k.Recency("RECENT"),
    **{name: _flag(flag, present=True) for name, flag in _SYSTEM.items()},
    **{f"UN{name}": _flag(flag, present=False) for name, flag in _SYSTEM.items()},
    **{name: _field(name) for name in ("BCC", "CC", "FROM", "SUBJECT", "TO")},
    **{f"{of}{when}": _dated(of, when) for of in DateOf for when in When},
}
