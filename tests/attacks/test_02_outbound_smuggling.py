"""Attack 2: what we send has one end of data and no bare CR or LF, whatever was submitted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from postroad.protocols.smtp import Client, MailFrom, RcptTo, Result, ServerConfig, serve
from postroad.testing import Clock, pipe_pair
from postroad.testing.smtp import RecordingHandler
from postroad.wire import BareNewline

INNOCENT = [b"a\r\n.\r\nMAIL FROM:<x@y>\r\n", b"..\r\n.\r\n.", b".\r\n.\r\nQUIT\r\n", b"\r\n.\r\n"]
HOSTILE = [
    b"a\n.\nMAIL FROM:<x@y>\r\n",
    b"a\n.\r\nx",
    b"a\r\n.\nx",
    b"a\r.\rx",
    b"a\r.\r\nx",
    b"a\r\n.\r\r\nx",
    b"a\r",
]


async def sliced(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def send(body: bytes, size: int) -> tuple[bytes, RecordingHandler, list[Result] | None]:
    """What went over the wire, what the next host took for messages, what we were told."""
    clock, handler = Clock(), RecordingHandler()

    async def both() -> tuple[bytes, list[Result] | None]:
        ours, theirs = pipe_pair()
        config = ServerConfig(hostname="mx.example")
        server = asyncio.create_task(serve(theirs, config, handler, clock, lambda: "n"))
        client = Client(ours, clock)
        await client.greeting()
        await client.hello("a.example")
        results = None
        try:
            results = await client.send(MailFrom("a@b"), [RcptTo("c@d")], sliced(body, size))
        except BareNewline:
            assert not client.usable
        await ours.close()
        await server
        return bytes(ours.written), results

    sent, results = clock.run(both())
    return sent.partition(b"DATA\r\n")[2], handler, results


@pytest.mark.parametrize("size", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize("body", INNOCENT)
def test_dots_are_doubled_and_the_message_arrives_whole(body: bytes, size: int) -> None:
    sent, handler, results = send(body, size)
    assert (b"\r\n" + sent).count(b"\r\n.\r\n") == 1
    assert sent.count(b"\r") == sent.count(b"\n") == sent.count(b"\r\n")
    assert handler.letters[0].body == body + (b"" if body.endswith(b"\r\n") else b"\r\n")
    assert results is not None
    assert results[0].reply.positive


@pytest.mark.parametrize("size", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize("body", HOSTILE)
def test_a_bare_newline_is_never_sent_and_the_message_never_ended(body: bytes, size: int) -> None:
    sent, handler, results = send(body, size)
    assert sent.count(b"\r") == sent.count(b"\n") == sent.count(b"\r\n")
    assert b"\r\n.\r\n" not in b"\r\n" + sent
    assert handler.letters == []
    assert results is None
