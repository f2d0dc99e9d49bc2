"""IMAP's server core, for all inputs: slices do not matter, garbage harms nobody."""

from __future__ import annotations

import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.protocols.imap import LiteralChunk, ServerConfig, limits
from postroad.protocols.imap._deflate import Deflate
from postroad.testing.imap import Responder

CONFIG = ServerConfig(
    offers_starttls=True, auth_mechanisms=("SCRAM-SHA-256", "PLAIN"), max_message_size=10_000
)


class Session(bytes):
    """What a client sends, with a short repr."""

    def __repr__(self) -> str:
        return f"{len(self)} octets that end with {self[-60:]}"


PASSWORDS = {"alice": "secret"}
LOGIN = b"0 LOGIN alice secret\r\n"
COMMANDS = [
    b"a NOOP\r\n", b"b CAPABILITY\r\n", b"c SELECT INBOX\r\n", b"d FETCH 1:* (FLAGS)\r\n",
    b"e IDLE\r\n", b"DONE\r\n", b"f APPEND INBOX {5}\r\n", b"hello", b"\r\n",
    b"g APPEND {5+}\r\nINBOX (\\Seen) {3+}\r\nabc {2}\r\nde\r\n", b"h LOGIN {3}\r\n",
    b"bob {1}\r\n",
    b"i APPEND x {20000+}\r\n" + b"y" * 20_000 + b"\r\n", b"j APPEND x {20000}\r\n",
    b"k SEARCH SUBJECT {4+}\r\ntest\r\n", b"l CLOSE\r\n", b"m UNAUTHENTICATE\r\n", LOGIN,
    b"n AUTHENTICATE PLAIN\r\n", b"AGFsaWNlAHNlY3JldA==\r\n", b"*\r\n", b"o ENABLE IMAP4rev2\r\n",
    b"p REPLACE 1 x CATENATE (URL a TEXT {2+}\r\nab)\r\n", b"q LOGOUT\r\n", b"\r\n", b"r\r\n",
    b"s " + b"x" * 70_000 + b"\r\n", b"t " + b"x" * 70_000 + b" {3+}\r\n", b"abc\r\n",
    b"u SEARCH BODY {70000+}\r\n" + b"z" * 70_000 + b"\r\n", b"v STATUS x (MESSAGES)\r\n",
    b"w APPEND x {3+}\r\na\0b\r\n", b"x ID NIL\r\n", b"\xff\0\n\r\r\n",
]  # fmt: skip

sessions = st.lists(st.sampled_from(COMMANDS), max_size=8).map(
    lambda some: LOGIN + Session(LOGIN + b"".join(some))
)
garbage = st.lists(
    st.sampled_from([b"\r\n", b"a ", b"APPEND x ", b"{3+}\r\n", b"{2}\r\n", b"~{1+}\r\n", b"IDLE"])
    | st.binary(max_size=12),
    max_size=30,
).map(b"".join)
cuts = st.lists(st.integers(1, 9_000), min_size=1, max_size=5)
SLACK = limits.COMMAND + limits.TAIL


def conversation(data: bytes, sizes: list[int]) -> tuple[bytes, list[object], list[bytes]]:
    """Everything a core says, its events without the slices of texts, and the texts."""
    station = Responder(CONFIG, passwords=PASSWORDS)
    said, start, turn = b"", 0, 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        said += station.feed(data[start : start + size])
        assert station.core.held <= SLACK + size
        start, turn = start + size, turn + 1
    said += station.finish()
    events = [event for event in station.events if not isinstance(event, LiteralChunk)]
    return said, events, station.texts


@settings(max_examples=80, deadline=None)
@given(sessions, cuts)
def test_fed_in_any_slices_a_core_says_what_it_says_fed_whole(
    data: bytes, sizes: list[int]
) -> None:
    assert conversation(data, sizes) == conversation(data, [len(data)])


@settings(max_examples=80, deadline=None)
@given(garbage)
def test_fed_octet_by_octet_is_fed_whole(data: bytes) -> None:
    assert conversation(LOGIN + data, [1]) == conversation(LOGIN + data, [1 << 20])


@settings(max_examples=150, deadline=None)
@given(garbage, st.booleans())
def test_garbage_gives_whole_lines_and_nothing_else(data: bytes, logged_in: bool) -> None:
    said, _, _ = conversation(LOGIN * logged_in + data, [7])
    assert said.endswith(b"\r\n") or not said
    assert b"\n" not in said.replace(b"\r\n", b"") and b"\0" not in said


@settings(max_examples=80, deadline=None)
@given(sessions)
def test_nothing_is_said_after_the_end(data: bytes) -> None:
    station = Responder(CONFIG, passwords=PASSWORDS)
    station.feed(data + b"z LOGOUT\r\n")
    station.finish()
    events = len(station.events)
    assert station.core.closed
    assert station.feed(b"a NOOP\r\n") == b"" and len(station.events) == events


@settings(max_examples=80, deadline=None)
@given(sessions)
def test_whatever_came_before_the_next_command_is_understood(data: bytes) -> None:
    """Two line ends and DONE finish what may be open; then a command is answered as ever."""
    station = Responder(CONFIG, passwords=PASSWORDS)
    station.feed(data)
    station.feed(b"x" * 70_001 + b"\r\nDONE\r\n*\r\n\r\n")
    said = station.feed(b"last NOOP\r\n")
    assert station.core.closed or said.endswith((b"last OK Done\r\n", b"last OK Nothing done\r\n"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=300)), st.integers(1, 50))
def test_what_is_compressed_comes_back(pieces: list[bytes], size: int) -> None:
    client, ours = zlib.compressobj(wbits=-15), Deflate()
    sent = b"".join(client.compress(one) + client.flush(zlib.Z_SYNC_FLUSH) for one in pieces)
    came = b""
    for start in range(0, len(sent), size):
        ours.feed(sent[start : start + size])
        while step := ours.take():
            came += step
    back = zlib.decompressobj(-15).decompress(b"".join(ours.compress(one) for one in pieces))
    assert came == back == b"".join(pieces)
