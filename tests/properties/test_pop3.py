"""POP3, for all inputs: slices do not matter, garbage harms nobody, messages come back whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.protocols.pop3 import ServerConfig, limits
from postroad.protocols.pop3._body import BodyEncoder
from postroad.testing.pop3 import Responder
from postroad.wire import DotDecoder

CONFIG = ServerConfig(offers_stls=True, auth_mechanisms=("SCRAM-SHA-256", "PLAIN"))
PASSWORDS = {"alice": "secret"}
MESSAGES = (b"A: 1\r\n\r\n.one\r\ntwo\r\n", b"B: 2\r\n\r\n")
COMMANDS = [
    b"USER alice", b"PASS secret", b"PASS wrong", b"AUTH PLAIN", b"AUTH PLAIN AGFsaWNlAHNlY3JldA==",
    b"AUTH", b"*", b"AGFsaWNlAHNlY3JldA==", b"CAPA", b"STAT", b"LIST", b"LIST 1", b"UIDL",
    b"UIDL 9", b"RETR 1", b"RETR 2", b"TOP 1 1", b"DELE 1", b"RSET", b"NOOP", b"QUIT",
    b"LANG ja", b"LANG",
    b"UTF8", b"\xff\x00", b"x" * 5000,
]  # fmt: skip

sessions = st.lists(st.sampled_from(COMMANDS), max_size=12).map(
    lambda lines: b"USER alice\r\nPASS secret\r\n" + b"".join(line + b"\r\n" for line in lines)
)
garbage = st.lists(
    st.one_of(
        st.binary(max_size=20), st.sampled_from([b"\r\n", b"USER ", b"RETR ", b"PASS a\r\n"])
    ),
    max_size=30,
).map(b"".join)
cuts = st.lists(st.integers(1, 9), min_size=1)
bodies = st.lists(st.sampled_from([b"\r\n", b".", b"a", b"..", b"\xff", b"\0"])).map(b"".join)


def conversation(data: bytes, sizes: list[int]) -> tuple[bytes, list[object], list[int]]:
    """Everything a core says, all its events, and what it had removed."""
    responder = Responder(CONFIG, MESSAGES, passwords=PASSWORDS, tls=True)
    said, start, turn = b"", 0, 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        said += responder.feed(data[start : start + size])
        assert responder.core.held <= max(limits.COMMAND_LINE, limits.AUTH_LINE)
        start, turn = start + size, turn + 1
    said += responder.finish()
    return said, responder.events, responder.removed


@settings(max_examples=150)
@given(sessions, cuts)
def test_fed_in_any_slices_a_core_says_what_it_says_fed_whole(
    data: bytes, sizes: list[int]
) -> None:
    assert conversation(data, sizes) == conversation(data, [len(data)])


@settings(max_examples=150)
@given(garbage, cuts)
def test_garbage_gives_errors_and_nothing_else(data: bytes, sizes: list[int]) -> None:
    said, _, removed = conversation(data, sizes)
    assert removed == []
    assert said.endswith(b"\r\n") or not said
    assert all(line.startswith((b"-ERR", b"+OK")) for line in said.splitlines() if b"ERR" in line)


@settings(max_examples=150)
@given(sessions, cuts)
def test_nothing_is_removed_without_quit(data: bytes, sizes: list[int]) -> None:
    _, _, removed = conversation(data.replace(b"QUIT\r\n", b"NOOP\r\n"), sizes)
    assert removed == []


@settings(max_examples=200)
@given(bodies, cuts)
def test_a_message_is_read_back_as_it_was_sent(body: bytes, sizes: list[int]) -> None:
    encoder, said, start = BodyEncoder(None), b"", 0
    for size in sizes:
        said += encoder.encode(body[start : start + size])
        start += size
    said += encoder.encode(body[start:]) + encoder.finish()
    decoder = DotDecoder()
    received = decoder.decode(said)
    assert decoder.ended and decoder.rest == b""
    assert received == (body if body.endswith(b"\r\n") or not body else body + b"\r\n")


@settings(max_examples=200)
@given(bodies, st.integers(0, 6), cuts)
def test_top_is_a_beginning_of_the_message(body: bytes, lines: int, sizes: list[int]) -> None:
    message, encoder, said, start = b"A: 1\r\n\r\n" + body, BodyEncoder(lines), b"", 0
    for size in sizes:
        said += encoder.encode(message[start : start + size])
        start += size
    said += encoder.encode(message[start:]) + encoder.finish()
    top = DotDecoder().decode(said)
    assert (message + b"\r\n").startswith(top)
    assert top.count(b"\r\n") <= 2 + lines + (not body.endswith(b"\r\n"))
