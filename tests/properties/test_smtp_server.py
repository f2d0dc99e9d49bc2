"""The SMTP server core, for all inputs: what must hold whatever a client sends."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.protocols.smtp import NEED_DATA, Mode, ServerConfig, ServerConnection, limits
from postroad.testing.smtp import Responder

CONFIGS = [
    ServerConfig(
        hostname="mx.example",
        mode=mode,
        max_message_size=65_536,
        offers_starttls=starttls,
        auth_mechanisms=("SCRAM-SHA-256", "PLAIN", "LOGIN"),
        auth_requires_tls=False,
    )
    for mode in Mode
    for starttls in (False, True)
]

WORDS = [
    *(b"EHLO a\r\n", b"HELO a\r\n", b"LHLO a\r\n", b"MAIL FROM:<>\r\n", b"RCPT TO:<a@b>\r\n"),
    *(b"RCPT TO:<no@b>\r\n", b"DATA\r\n", b"text\r\n", b".\r\n", b"..\r\n", b"RSET\r\n"),
    *(b"MAIL FROM:<a@b> BODY=BINARYMIME SIZE=5\r\n", b"BDAT 3\r\n", b"BDAT 0 LAST\r\n"),
    *(b"AUTH PLAIN\r\n", b"AHRpbQB4\r\n", b"AUTH LOGIN\r\n", b"*\r\n", b"VRFY a\r\n", b"QUIT\r\n"),
    *(b"abc", b"\n", b"\r", b"\0", b"\xff", b".", b" ", b"\r\n", b"x" * 5_000, b"NOOP\r\n"),
    *(b"AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n", b"BDAT 99 LAST\r\n", b"HELP\r\n", b"FOO\r\n"),
]
speech = st.lists(st.sampled_from(WORDS), max_size=30).map(b"".join)
noise = st.binary(max_size=200)
cuts = st.lists(st.integers(1, 700), min_size=1, max_size=5)
configs = st.sampled_from(CONFIGS)
REPLY = re.compile(rb"(?:[2-5]\d\d-[^\r\n]*\r\n)*[2-5]\d\d [^\r\n]*\r\n")


def responder(config: ServerConfig) -> Responder:
    return Responder(config, unknown={"no@b"}, passwords={"tim": "secret"})


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    found, start, turn = [], 0, 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        found.append(data[start : start + size])
        start, turn = start + size, turn + 1
    return found


@settings(max_examples=200, deadline=None)
@given(configs, speech | noise)
def test_anything_gives_whole_replies_and_nothing_else(config: ServerConfig, data: bytes) -> None:
    server = responder(config)
    said = server.feed(data) + server.finish()
    assert REPLY.sub(b"", said) == b""
    assert server.core.closed


@settings(max_examples=150, deadline=None)
@given(configs, speech, cuts)
def test_fed_in_pieces_is_fed_whole(config: ServerConfig, data: bytes, sizes: list[int]) -> None:
    if b"STARTTLS" in data:
        return
    whole, parts = responder(config), responder(config)
    said = b"".join(parts.feed(piece) for piece in pieces(data, sizes)) + parts.finish()
    assert said == whole.feed(data) + whole.finish()
    assert parts.letters == whole.letters
    assert parts.events == whole.events


@settings(max_examples=100, deadline=None)
@given(configs, speech, cuts)
def test_what_is_held_stays_below_the_limit(
    config: ServerConfig, data: bytes, sizes: list[int]
) -> None:
    server = responder(config)
    for piece in pieces(data, sizes):
        server.feed(piece)
        assert server.core.held < limits.AUTH_LINE


@settings(max_examples=100, deadline=None)
@given(configs, speech, speech)
def test_nothing_is_said_after_the_end(config: ServerConfig, data: bytes, more: bytes) -> None:
    server = responder(config)
    server.feed(data + b"\r\n.\r\nRSET\r\nQUIT\r\n")
    if not server.core.closed:
        server.finish()
    events = len(server.events)
    assert server.feed(more) + server.finish() == b""
    assert len(server.events) == events
    assert server.core.next_event() is NEED_DATA


@settings(max_examples=100, deadline=None)
@given(speech)
def test_no_letter_has_a_bare_newline_unless_it_was_declared_binary(data: bytes) -> None:
    for letter in _letters(data.replace(b" BODY=BINARYMIME", b"")):
        body = letter
        assert body.count(b"\r") == body.count(b"\n") == body.count(b"\r\n")
        assert b"\0" not in body


def _letters(data: bytes) -> list[bytes]:
    server = responder(CONFIGS[0])
    server.feed(b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n" + data)
    return [letter.body for letter in server.letters]


@settings(max_examples=100, deadline=None)
@given(speech)
def test_in_clear_nobody_is_authenticated_where_tls_is_required(data: bytes) -> None:
    config = ServerConfig(hostname="mx.example", auth_mechanisms=("PLAIN", "LOGIN"))
    server = responder(config)
    server.feed(b"EHLO a\r\n" + data)
    assert not server.core.authenticated


@settings(max_examples=100, deadline=None)
@given(configs, speech)
def test_every_answer_of_the_core_has_an_enhanced_code_where_one_belongs(
    config: ServerConfig, data: bytes
) -> None:
    server = responder(config)
    for reply in REPLY.findall(server.feed(data)):
        first = reply[:4] + reply[4:].lstrip()
        hello = b"\r\n250" in reply or reply == b"250 mx.example\r\n"
        if hello or first[:3] in (b"354", b"334"):
            continue
        assert re.match(rb"[245]\d\d[ -][245]\.\d+\.\d+ ", reply), reply


def test_a_core_that_is_never_answered_hands_out_one_event_only() -> None:
    core = ServerConnection(CONFIGS[0])
    core.accept()
    core.receive_data(b"EHLO a\r\n" * 100)
    core.next_event()
    assert len({core.next_event() for _ in range(10)}) == 1
