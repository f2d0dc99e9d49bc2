"""Attack 10: an enhanced code without text, a gigabyte of banner, endless lines: bounded, no crash.

Postfix CVE-2026-43964.
"""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from postroad.protocols.smtp import Client, ConnectionLost, RemoteProtocolError, limits
from postroad.testing import Clock, PipeStream, pipe_pair

OCTETS = 1_000_000


def greet(said: bytes, times: int) -> tuple[str, int, int]:
    """Hear a greeting of `said`, up to `times`: what happened, octets read, memory at its peak."""
    clock = Clock()

    async def talk(stream: PipeStream) -> None:
        try:
            for _ in range(times):
                await stream.write(said, 10_000)
        except ConnectionError:
            pass
        await stream.close()

    async def both() -> tuple[str, int]:
        ours, theirs = pipe_pair()
        remote = asyncio.create_task(talk(theirs))
        client = Client(ours, clock)
        try:
            happened = str(await client.greeting())
        except (RemoteProtocolError, ConnectionLost) as error:
            happened = type(error).__name__
        await ours.close()
        await remote
        return happened, len(theirs.written)

    tracemalloc.start()
    try:
        happened, octets = clock.run(both())
        return happened, octets, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"220 2.0.0\r\n", "220 2.0.0"),
        (b"220 2.0.0 \r\n", "220 2.0.0"),
        (b"220\r\n", "220"),
        (b"220-\r\n220\r\n", "220  "),
        (b"220 5.0.0 odd\r\n", "220 5.0.0 odd"),
        (b"220 2.0\r\n", "220 2.0"),
        (b"220 \xff\0\x1b\r\n", "220 \ufffd??"),
    ],
)
def test_a_reply_without_text_is_a_reply(said: bytes, heard: str) -> None:
    assert greet(said, 1)[0].strip() == heard.strip()


@pytest.mark.parametrize("said", [b"x" * 10_000, b"220 " + b"x" * 10_000, b"\0" * 10_000])
def test_a_banner_without_end_is_given_up(said: bytes) -> None:
    happened, octets, memory = greet(said, 100_000)
    assert happened == "RemoteProtocolError"
    assert octets < 1_000_000
    assert memory < OCTETS


@pytest.mark.parametrize("line", [b"220-\r\n", b"220-" + b"x" * 900 + b"\r\n"])
def test_lines_without_end_are_given_up(line: bytes) -> None:
    happened, octets, memory = greet(line * 10, 100_000)
    assert happened == "RemoteProtocolError"
    assert octets < 2 * limits.REPLY_LINES * len(line) + 1_000_000
    assert memory < OCTETS


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 400 Bad Request\r\n", b"+OK POP3\r\n", b"* OK IMAP\r\n", b"22\r\n", b"\r\n"]
)
def test_another_protocol_is_noticed(said: bytes) -> None:
    assert greet(said, 1)[0] == "RemoteProtocolError"


def test_a_reply_cut_off_is_a_lost_connection() -> None:
    assert greet(b"220-half\r\n220", 1)[0] == "ConnectionLost"
