"""A stream loses nothing, waits no longer than it was told, and holds no more than its bounds."""

from __future__ import annotations

import asyncio

import pytest

from postroad.net.stream import READ_LIMIT, SLICE, Stream
from postroad.testing.loop import on_loop, until
from postroad.testing.wires import connected

SOON = 0.02
LONG = 10.0


@on_loop
async def test_what_one_side_writes_the_other_reads() -> None:
    async with connected() as (server, client):
        await client.write(b"EHLO there\r\n", LONG)
        assert await server.read(LONG) == b"EHLO there\r\n"
        await server.write(b"250 ok\r\n", LONG)
        assert await client.read(LONG) == b"250 ok\r\n"


@on_loop
async def test_both_sides_know_their_addresses() -> None:
    async with connected() as (server, client):
        assert server.peer == client.local
        assert client.peer == server.local
        assert server.peer[0] == "127.0.0.1"


@on_loop
async def test_a_read_that_times_out_loses_nothing() -> None:
    async with connected() as (server, client):
        with pytest.raises(TimeoutError):
            await server.read(SOON)
        await client.write(b"late", LONG)
        assert await server.read(LONG) == b"late"


@on_loop
async def test_a_read_that_is_cancelled_loses_nothing() -> None:
    async with connected() as (server, client):
        reading = asyncio.ensure_future(server.read(LONG))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
        await client.write(b"still here", LONG)
        assert await server.read(LONG) == b"still here"


@on_loop
async def test_a_shorter_deadline_after_a_longer_one_holds() -> None:
    async with connected() as (server, client):
        await client.write(b"x", LONG)
        await server.read(LONG)
        reading = asyncio.ensure_future(server.read(LONG))
        await asyncio.sleep(0)  # the timer now stands at LONG
        await client.write(b"y", LONG)
        await reading
        with pytest.raises(TimeoutError):
            await server.read(SOON)


@on_loop
async def test_a_longer_deadline_after_a_shorter_one_is_not_cut() -> None:
    async with connected() as (server, client):
        await client.write(b"x", LONG)
        await server.read(SOON)
        reading = asyncio.ensure_future(server.read(LONG))
        with pytest.raises(TimeoutError):
            await client.read(2 * SOON)  # in the meantime the first deadline has passed
        assert not reading.done()
        await client.write(b"y", LONG)
        assert await reading == b"y"


@on_loop
async def test_the_end_of_the_peer_is_an_empty_read_and_our_side_can_still_write() -> None:
    async with connected() as (server, client):
        await client.write(b"QUIT\r\n", LONG)
        client._transport.write_eof()
        assert await server.read(LONG) == b"QUIT\r\n"
        assert await server.read(LONG) == b""
        await server.write(b"221 bye\r\n", LONG)
        assert await client.read(LONG) == b"221 bye\r\n"


@on_loop
async def test_a_reset_is_an_empty_read_and_a_failed_write() -> None:
    async with connected() as (server, client):
        client.abort()
        assert await server.read(LONG) == b""
        await server.close()
        with pytest.raises(ConnectionError):
            await server.write(b"x", LONG)


@on_loop
async def test_reading_pauses_above_the_limit_and_goes_on_when_read() -> None:
    async with connected() as (server, client):
        blob = bytes(8 * 1024 * 1024)
        writing = asyncio.ensure_future(client.write(blob, LONG))
        await held_above_the_limit(server)
        assert server._held <= READ_LIMIT + SLICE
        assert not writing.done()
        received = 0
        while received < len(blob):
            received += len(await server.read(LONG))
        await writing


async def held_above_the_limit(stream: Stream) -> None:
    await until(lambda: stream._paused)


@on_loop
async def test_a_write_to_a_peer_that_does_not_read_times_out() -> None:
    async with connected() as (server, client):
        with pytest.raises(TimeoutError):
            await client.write(bytes(16 * 1024 * 1024), SOON)
        assert server.pending()


@on_loop
async def test_a_write_that_waits_learns_that_the_peer_is_gone() -> None:
    async with connected() as (server, client):
        writing = asyncio.ensure_future(client.write(bytes(16 * 1024 * 1024), LONG))
        await held_above_the_limit(server)
        server.abort()
        with pytest.raises(ConnectionError):
            await writing


@on_loop
async def test_pending_tells_of_bytes_that_wait() -> None:
    async with connected() as (server, client):
        assert not server.pending()
        await client.write(b"STARTTLS\r\nRSET\r\n", LONG)
        await until(server.pending)
        await server.read(LONG)
        assert not server.pending()


@on_loop
async def test_close_delivers_what_was_written_before() -> None:
    async with connected() as (server, client):
        await server.write(b"221 bye\r\n", LONG)
        await server.close()
        assert await client.read(LONG) == b"221 bye\r\n"
        assert await client.read(LONG) == b""
        await server.close()  # again: nothing happens


@on_loop
async def test_the_last_reply_reaches_a_peer_that_is_still_sending() -> None:
    async with connected() as (server, client):
        flood = asyncio.ensure_future(client.write(bytes(512 * 1024), LONG))
        await held_above_the_limit(server)
        await server.write(b"552 too much\r\n", LONG)
        closing = asyncio.ensure_future(server.close())
        await flood
        assert await client.read(LONG) == b"552 too much\r\n"
        await client.close()
        await closing


@on_loop
async def test_a_peer_that_never_stops_sending_is_cut_when_closed() -> None:
    async with connected() as (server, client):
        flood = asyncio.ensure_future(client.write(bytes(64 * 1024 * 1024), LONG))
        await held_above_the_limit(server)
        await server.close()
        with pytest.raises(ConnectionError):
            await flood


@on_loop
async def test_two_readers_at_once_are_a_mistake_that_is_told() -> None:
    async with connected() as (server, _):
        first = asyncio.ensure_future(server.read(LONG))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="another task is reading"):
            await server.read(LONG)
        first.cancel()


@on_loop
async def test_while_draining_an_idle_peer_is_let_go_soon() -> None:
    async with connected() as (server, client):
        reading = asyncio.ensure_future(server.read(LONG))
        await asyncio.sleep(0)
        server.drain(SOON)
        with pytest.raises(TimeoutError):
            await reading
        await client.write(b"busy", LONG)
        assert await server.read(LONG) == b"busy"


@on_loop
async def test_unread_bytes_come_first() -> None:
    async with connected() as (server, client):
        await client.write(b"PROXY\r\nEHLO\r\n", LONG)
        data = await server.read(LONG)
        server.unread(data[7:])
        assert server.pending()
        assert await server.read(LONG) == b"EHLO\r\n"
