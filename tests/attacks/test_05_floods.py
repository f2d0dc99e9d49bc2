"""Attack 5: lines without end, a million recipients, floods of commands: space and time bounded."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from postroad.protocols.smtp import ServerConfig
from postroad.testing.smtp import Responder

SECONDS = 3.0
OCTETS = 2_000_000


@contextmanager
def bounded() -> Iterator[None]:
    """Fails when what happens inside takes too much time or keeps too much memory at once."""
    tracemalloc.start()
    start = time.process_time()
    try:
        yield
        assert time.process_time() - start < SECONDS
        assert tracemalloc.get_traced_memory()[1] < OCTETS
    finally:
        tracemalloc.stop()


def flood(piece: bytes, times: int, before: bytes = b"EHLO a\r\n") -> tuple[Responder, int, bytes]:
    """Feed `piece` until the server has enough; return it, how much it said, and its last words."""
    server = Responder(ServerConfig(hostname="mx.example"))
    server.feed(before)
    said, last = 0, b""
    for _ in range(times):
        answer = server.feed(piece)
        said, last = said + len(answer), answer or last
        server.events.clear()
    return server, said, last


def test_a_megabyte_without_a_line_end_is_refused_and_closed() -> None:
    with bounded():
        server, said, last = flood(b"x" * 1_000, 1_000)
    assert last == b"500 5.5.2 The line is too long\r\n"
    assert said < 200
    assert server.core.closed


def test_a_million_recipients_are_refused_and_closed() -> None:
    with bounded():
        server, said, last = flood(
            b"RCPT TO:<victim@mx.example>\r\n" * 1_000, 1_000, b"EHLO a\r\nMAIL FROM:<>\r\n"
        )
    assert b"421 4.7.0" in last
    assert said < 200_000
    assert server.core.closed


@pytest.mark.parametrize(
    "line", [b"EHLO a", b"HELO a", b"NOOP", b"RSET", b"HELP", b"VRFY root", b"FOO", b"", b"MAIL"]
)
def test_a_hundred_thousand_idle_commands_are_refused_and_closed(line: bytes) -> None:
    with bounded():
        server, said, last = flood((line + b"\r\n") * 10, 10_000)
    assert b"421 4.7.0" in last
    assert said < 40_000
    assert server.core.closed


def test_transactions_that_never_become_messages_are_refused_and_closed() -> None:
    with bounded():
        server, _, last = flood(b"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRSET\r\n", 10_000)
    assert b"421 4.7.0" in last
    assert server.core.closed


def test_a_body_without_end_is_refused_and_closed() -> None:
    before = b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n"
    server = Responder(ServerConfig(hostname="mx.example", max_message_size=65_536))
    server.feed(before)
    with bounded():
        said = b"".join(server.feed(b"x" * 8_190 + b"\r\n") for _ in range(200))
    assert said.startswith(b"552 5.3.4")
    assert server.core.closed
