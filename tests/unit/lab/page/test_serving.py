"""The page on a real socket: it comes up at once, says why when it cannot, and goes away."""

from __future__ import annotations

import asyncio
import signal

import pytest

from postroad.lab.page import make_app, serve_page
from postroad.lab.plan import Plan
from postroad.net import ListenError
from postroad.testing.loop import on_loop

LOOPBACK = "127.0.0.1"


async def fetch(port: int) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@on_loop
async def test_it_answers_as_soon_as_it_is_there_and_ends_when_closed(tmp_path: object) -> None:
    before = signal.getsignal(signal.SIGINT)
    server = await serve_page(make_app(Plan(tmp_path), {}, lambda _: True), LOOPBACK, 0)
    port = server.address[1]
    assert (await fetch(port)).startswith(b"HTTP/1.1 200 OK")
    assert signal.getsignal(signal.SIGINT) is before
    await server.close()
    with pytest.raises(ConnectionRefusedError):
        await fetch(port)


@on_loop
async def test_a_reader_who_keeps_the_connection_does_not_hold_up_the_end(tmp_path: object) -> None:
    server = await serve_page(make_app(Plan(tmp_path), {}, lambda _: True), LOOPBACK, 0)
    reader, writer = await asyncio.open_connection(*server.address)
    writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    async with asyncio.timeout(5):
        await server.close()
    writer.close()


@on_loop
async def test_a_port_in_use_is_said_in_a_sentence(tmp_path: object) -> None:
    app = make_app(Plan(tmp_path), {}, lambda _: True)
    server = await serve_page(app, LOOPBACK, 0)
    with pytest.raises(ListenError, match=f"{LOOPBACK}:{server.address[1]}.*--net"):
        await serve_page(app, *server.address)
    await server.close()
