"""IMAP's commands, for all values: what is written is read back, and garbage is BAD or NO."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.protocols.imap import (
    Request,
    SequenceSet,
    ServerConfig,
    limits,
)
from postroad.protocols.imap import commands as c
from postroad.protocols.imap import search_keys as k
from postroad.protocols.imap.commands.sort import SORT_KEYS
from postroad.protocols.imap.commands.thread import ALGORITHMS
from postroad.protocols.imap.errors import CommandError
from postroad.protocols.imap.sequences import STAR
from postroad.testing.imap import Responder

EXAMPLES = settings(max_examples=40, deadline=None)

text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
name = text.filter(lambda value: value and value.upper() != "INBOX") | st.just("INBOX")
atom = st.text("ABcd$&#12._:-", min_size=1, max_size=9)
flag = st.sampled_from(["\\Seen", "\\Deleted", "\\Draft", "$Forwarded", "Work"])
flags = st.lists(flag, max_size=3).map(tuple)
number = st.integers(1, limits.NUMBER)
modseq = st.integers(0, limits.NUMBER64)
end = number | st.just(STAR)
span = st.tuples(end, end).map(lambda ends: (min(ends), max(ends)))
ranges = st.lists(span, min_size=1, max_size=4).map(lambda some: SequenceSet(tuple(some)))
sets = ranges | st.just(SequenceSet(saved=True))
plain_sets = st.lists(number, min_size=1, max_size=3).map(lambda some: SequenceSet.of(*some))
path = st.lists(number, max_size=3).map(tuple)
partial = st.none() | st.tuples(modseq, st.integers(1, limits.NUMBER64))
window = st.tuples(number, number, st.sampled_from([1, -1])).map(
    lambda ends: c.PartialRange(ends[0] * ends[2], ends[1] * ends[2])
)
days = st.dates(datetime.date(1, 1, 1))
moments = st.datetimes(
    timezones=st.integers(-1_439, 1_439).map(
        lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
    )
).map(lambda moment: moment.replace(microsecond=0))

section_texts = st.sampled_from([("", ()), ("HEADER", ()), ("TEXT", ())]) | st.tuples(
    st.sampled_from(["HEADER.FIELDS", "HEADER.FIELDS.NOT"]),
    st.lists(text.filter(bool), min_size=1, max_size=3).map(tuple),
)
sections = st.builds(
    lambda where, what, peek, part: c.BodySection(where, *what, peek, part),
    path,
    section_texts,
    st.booleans(),
    partial,
)
fetch_items = (
    st.sampled_from(c.Item)
    | sections
    | st.builds(c.Binary, path, st.booleans(), partial)
    | st.builds(c.BinarySize, path)
    | st.builds(c.Preview, st.booleans())
)
leaves = (
    st.builds(k.All)
    | st.builds(k.HasFlag, flag, st.booleans())
    | st.builds(k.Recency, st.sampled_from(["NEW", "OLD", "RECENT"]))
    | st.builds(k.InHeader, st.sampled_from(["SUBJECT", "FROM", "X-Spam"]), text)
    | st.builds(k.InBody, text)
    | st.builds(k.InText, text)
    | st.builds(k.Dated, st.sampled_from(k.DateOf), st.sampled_from(k.When), days)
    | st.builds(k.Sized, st.booleans(), modseq)
    | st.builds(k.Aged, st.booleans(), number)
    | st.builds(k.ModSeqSince, modseq)
    | st.builds(k.ModSeqSince, modseq, st.just("/flags/\\seen"), st.just("all"))
    | st.builds(k.HasEmailId, st.text("Mx_-9", min_size=1, max_size=9))
    | st.builds(k.Numbered, sets)
    | st.builds(k.HasUid, sets)
    | st.builds(k.SaveDateSupported)
)


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return (
        st.builds(k.Not, inner)
        | st.builds(k.And, several)
        | st.builds(k.Or, several.filter(lambda keys: not isinstance(keys[-1], k.Or)))
    )


@st.composite
def leaf(draw: st.DrawFn) -> Any:
    """A composite has a short repr."""
    return draw(leaves)


_trees = st.recursive(leaf(), branches, max_leaves=8)


@st.composite
def trees(draw: st.DrawFn) -> Any:
    """A search."""
    return draw(_trees)


keys = trees()
names = st.lists(st.sampled_from(["MIN", "MAX", "COUNT", "SAVE"]), unique=True).map(tuple)
returns = st.none() | st.builds(c.ReturnOptions, names, st.none() | window)
unsaved = returns.filter(lambda options: options is None or "SAVE" not in options)
sort_keys = st.builds(c.SortKey, st.sampled_from(list(SORT_KEYS)), st.booleans())
status_items = st.lists(st.sampled_from(list(c.STATUS_ITEMS)), min_size=1, unique=True).map(tuple)
resyncs = st.builds(
    c.Resync,
    number,
    modseq,
    st.none() | plain_sets,
    st.none() | st.tuples(plain_sets, plain_sets),
)
fields = st.lists(st.tuples(text, st.none() | text), max_size=3).map(tuple)

extended_lists = st.builds(
    c.List,
    text,
    st.lists(text, min_size=1, max_size=3).map(tuple),
    st.sampled_from([(), ("SUBSCRIBED",), ("SUBSCRIBED", "RECURSIVEMATCH"), ("SPECIAL-USE",)]),
    st.sampled_from([(), ("CHILDREN", "SUBSCRIBED")]),
    st.just(()),
    st.just(True),
)
SIMPLE = [
    c.Capability(), c.Noop(), c.Logout(), c.StartTls(), c.Check(), c.Close(), c.Unselect(),
    c.Idle(), c.Namespace(), c.Unauthenticate(), c.Compress(),
]  # fmt: skip

COMMANDS: dict[str, st.SearchStrategy[Any]] = {
    "simple": st.sampled_from(SIMPLE),
    "one mailbox": st.sampled_from([c.Delete, c.Subscribe, c.Unsubscribe, c.GetQuotaRoot]).flatmap(
        lambda kind: st.builds(kind, name)
    ),
    "CREATE": st.builds(c.Create, name, st.none() | st.just(("\\Sent", "\\Junk"))),
    "RENAME": st.builds(c.Rename, name, name),
    "LOGIN": st.builds(c.Login, text, text),
    "AUTHENTICATE": st.builds(
        c.Authenticate, st.sampled_from(["PLAIN", "SCRAM-SHA-256"]), st.none() | st.binary()
    ),
    "ENABLE": st.builds(c.Enable, st.lists(atom.map(str.upper), min_size=1).map(tuple)),
    "ID": st.builds(c.Id, fields),
    "SELECT": st.builds(c.Select, name, st.booleans(), st.booleans(), st.none() | resyncs),
    "STATUS": st.builds(c.GetStatus, name, status_items),
    "LIST": st.builds(c.List, text, text.map(lambda one: (one,))) | extended_lists,
    "LSUB": st.builds(c.Lsub, text, text),
    "QUOTA": st.builds(c.GetQuota, text)
    | st.builds(c.SetQuota, text, st.lists(st.tuples(st.just("STORAGE"), modseq)).map(tuple)),
    "STORE": st.builds(
        c.Store,
        sets,
        st.sampled_from(["", "+", "-"]),
        flags,
        st.booleans(),
        st.none() | modseq,
        st.booleans(),
    ),
    "COPY": st.builds(c.Copy, sets, name, st.booleans()),
    "MOVE": st.builds(c.Move, sets, name, st.booleans()),
    "EXPUNGE": st.builds(c.Expunge, st.none() | sets),
    "FETCH": st.builds(
        c.Fetch,
        sets,
        st.lists(fetch_items, min_size=1, max_size=4, unique=True).map(tuple),
        st.just(True),
        modseq,
        st.booleans(),
        st.none() | window,
    ),
    "SEARCH": st.builds(c.Search, keys, returns, st.booleans()),
    "SORT": st.builds(
        c.Sort,
        st.lists(sort_keys, min_size=1, max_size=3).map(tuple),
        keys,
        unsaved,
        st.booleans(),
    ),
    "THREAD": st.builds(c.Thread, st.sampled_from(list(ALGORITHMS)), keys, st.booleans()),
}


@st.composite
def one(draw: st.DrawFn, kind: str) -> Any:
    """A command."""
    return draw(COMMANDS[kind])


@pytest.mark.parametrize("kind", COMMANDS)
@EXAMPLES
@given(data=st.data(), tag=atom, utf8=st.booleans())
def test_what_is_written_is_read_back(kind: str, data: st.DataObject, tag: str, utf8: bool) -> None:
    command = data.draw(one(kind))
    (octets,) = c.encode(tag, command, utf8=utf8)
    assert octets.endswith(b"\r\n")
    assert c.parse(octets[:-2], utf8=utf8) == (tag, command)


texts = st.builds(c.Text, st.integers(0, 9)) | st.builds(
    c.Text, st.integers(0, 9), st.just(True), st.just(True)
)
plain_messages = st.builds(c.NewMessage, texts.map(lambda one: (one,)), flags, st.none() | moments)
parts = st.lists(texts | st.builds(c.Url, text.filter(bool)), min_size=1, max_size=3).map(tuple)
catenated = st.builds(c.NewMessage, parts, flags, st.none() | moments, st.just(True))
messages = plain_messages | catenated
APPENDING = st.builds(
    c.Append, name, st.lists(messages, min_size=1, max_size=3).map(tuple)
) | st.builds(c.Replace, number, name, messages, st.booleans())


@EXAMPLES
@given(APPENDING, st.integers(1, 40))
def test_messages_are_read_back_with_their_texts(command: Any, size: int) -> None:
    station = Responder(ServerConfig(), passwords={"a": "b"})
    station.feed(b"1 LOGIN a b\r\n2 SELECT INBOX\r\n")
    first, *rest = c.encode("3", command)
    stream = first
    for piece, want in zip(rest, wanted(command), strict=True):
        stream += b"x" * want + piece
    for start in range(0, len(stream), size):
        station.feed(stream[start : start + size])
    assert [event for event in station.events if isinstance(event, Request)][-1].command == command
    assert station.texts == [b"x" * want for want in wanted(command)]


def wanted(command: Any) -> list[int]:
    """The sizes of the texts of a command."""
    found = command.messages if isinstance(command, c.Append) else [command.message]
    return [part.size for one in found for part in one.parts if isinstance(part, c.Text)]


garbage = st.lists(
    st.sampled_from(
        [b"a ", b"FETCH ", b"UID ", b"SEARCH ", b"1:*", b"(", b")", b'"', b"\\", b"{3}\r\nabc",
         b"BODY[", b"]", b"<0.1>", b"NOT ", b"OR ", b"RETURN (", b"LIST ", b"STORE ", b"\xe4",
         b"\0", b"\n", b"FLAGS ", b"SELECT ", b"QRESYNC (", b"99999999999", b"$", b"&-", b"&AA"]
    )
    | st.binary(max_size=4),
    max_size=12,
).map(b"".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(garbage, st.booleans())
def test_garbage_is_a_command_or_a_refusal(octets: bytes, utf8: bool) -> None:
    try:
        c.parse(octets, utf8=utf8)
    except CommandError as error:
        assert error.status.kind in {"NO", "BAD"}
