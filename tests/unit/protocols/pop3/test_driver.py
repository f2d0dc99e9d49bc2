"""The POP3 driver: deadlines, back-pressure, and faults of the station that harm nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from postroad.protocols.pop3 import Code, ServerConfig, Text, err, limits, serve
from postroad.testing import Clock, FakeTls, PipeStream, pipe_pair
from postroad.testing.pop3 import MemoryHandler

CONFIG = ServerConfig(offers_stls=True, auth_mechanisms=("SCRAM-SHA-256", "PLAIN"))
LOGIN = b"USER alice\r\nPASS secret\r\n"
WAIT = 10.0
BIG = b"A: 1\r\n\r\n" + b"0123456789abcd\r\n" * 65_536  # 1 MiB


def handler(*messages: bytes, **how: Any) -> MemoryHandler:
    return MemoryHandler(messages, passwords={"alice": "secret"}, **how)


def play(
    station: MemoryHandler, part: Callable[[PipeStream], Awaitable[None]], *, tls: bool = True
) -> float:
    """Run the client's `part` against a server; how many seconds it took on the jumping clock."""
    clock = Clock()

    async def both() -> None:
        ours, theirs = pipe_pair()
        ours.tls = theirs.tls = FakeTls() if tls else None
        server = asyncio.create_task(serve(theirs, CONFIG, station, clock, lambda: "nonce"))
        await part(ours)
        await ours.close()
        await server
        assert theirs.closed and station.is_closed

    before = clock()
    clock.run(both())
    return clock() - before


async def read_all(stream: PipeStream) -> bytes:
    """Everything until the server closes."""
    said = b""
    while more := await stream.read(10_000):
        said += more
    return said


def test_a_silent_stranger_is_let_go_without_a_word() -> None:
    async def silent(stream: PipeStream) -> None:
        assert (await read_all(stream)).count(b"\r\n") == 1

    seconds = play(handler(), silent)
    assert limits.LOGIN_TIMEOUT <= seconds < limits.LOGIN_TIMEOUT + 10


def test_an_octet_now_and_then_does_not_keep_a_stranger_connected() -> None:
    async def slow(stream: PipeStream) -> None:
        with pytest.raises(ConnectionError):
            for _ in range(1000):
                await stream.write(b"X", WAIT)
                await asyncio.sleep(10)

    assert play(handler(), slow) < limits.LOGIN_TIMEOUT + 30


def test_after_the_login_ten_minutes_of_silence_are_granted() -> None:
    async def thinking(stream: PipeStream) -> None:
        await stream.write(LOGIN, WAIT)
        await asyncio.sleep(590)
        await stream.write(b"QUIT\r\n", WAIT)
        assert (await read_all(stream)).endswith(b"+OK Goodbye\r\n")

    play(handler(b"A: 1\r\n\r\n"), thinking)


def test_at_the_end_of_patience_nothing_is_removed() -> None:
    async def forgetful(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"DELE 1\r\n", WAIT)
        await read_all(stream)

    station = handler(b"A: 1\r\n\r\n")
    play(station, forgetful)
    assert station.removed == []


def test_a_message_is_asked_for_no_faster_than_the_client_reads() -> None:
    station = handler(BIG, piece=4096)

    async def lazy(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"RETR 1\r\n", WAIT)
        await asyncio.sleep(60)
        assert station.slices * 4096 < 200_000  # of a million
        await stream.write(b"QUIT\r\n", WAIT)
        assert (await read_all(stream)).count(b"0123456789abcd\r\n") == 65_536

    play(station, lazy)
    assert station.fetched == [0]


def test_a_client_that_stops_reading_is_cut() -> None:
    async def stuck(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"RETR 1\r\n", WAIT)
        await asyncio.sleep(limits.SEND_TIMEOUT + 60)
        assert len(await read_all(stream)) < len(BIG)

    station = handler(BIG)
    play(station, stuck)
    assert station.fetched == []


def test_top_stops_asking_when_it_has_enough() -> None:
    async def curious(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"TOP 1 3\r\nQUIT\r\n", WAIT)
        assert b"0123456789abcd\r\n.\r\n" in await read_all(stream)

    station = handler(BIG, piece=4096)
    play(station, curious)
    assert station.slices == 1
    assert station.fetched == []


def test_small_messages_leave_in_one_write() -> None:
    async def brisk(stream: PipeStream) -> None:
        assert (await stream.read(WAIT)).startswith(b"+OK Postroad")
        await stream.write(LOGIN + b"RETR 1\r\n" * 20, WAIT)
        assert (await stream.read(WAIT)).count(b"follows") == 20

    play(handler(b"A: 1\r\n\r\nshort\r\n"), brisk)


class Faulty(MemoryHandler):
    """Everything that can be decided goes wrong."""

    async def check_password(self, user: str, password: str) -> str | None:
        raise RuntimeError("no database")


class Breaking(MemoryHandler):
    """Messages break off: at once, or in the middle."""

    def retrieve(self, index: int) -> AsyncIterator[bytes]:
        return self._broken(begin=index == 1)

    async def _broken(self, *, begin: bool) -> AsyncIterator[bytes]:
        if begin:
            yield b"A: 1\r\n\r\nbeginning\r\n" * 10_000
        raise OSError("bad disk")


def test_a_fault_of_the_station_is_told_as_ours() -> None:
    async def unlucky(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\nQUIT\r\n", WAIT)
        assert (await read_all(stream)).count(b"-ERR [SYS/TEMP]") == 2

    station = Faulty()
    play(station, unlucky)
    assert len(station.errors) == 2


def test_a_message_without_a_beginning_is_refused() -> None:
    async def reader(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"RETR 1\r\nNOOP\r\nQUIT\r\n", WAIT)
        said = await read_all(stream)
        assert b"-ERR [SYS/PERM]" in said and said.endswith(b"+OK\r\n+OK Goodbye\r\n")

    station = Breaking([b"x", b"x"], passwords={"alice": "secret"})
    play(station, reader)
    assert station.fetched == []


def test_a_message_that_breaks_off_never_looks_complete() -> None:
    async def reader(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"RETR 2\r\nDELE 2\r\nQUIT\r\n", WAIT)
        said = await read_all(stream)
        assert said.count(b"beginning") > 0 and not said.endswith(b".\r\n")

    station = Breaking([b"x", b"x"], passwords={"alice": "secret"})
    play(station, reader)
    assert station.removed == [] and len(station.errors) == 1


def test_a_refusal_to_open_is_passed_on() -> None:
    async def second(stream: PipeStream) -> None:
        await stream.write(LOGIN + b"QUIT\r\n", WAIT)
        assert b"-ERR [IN-USE]" in await read_all(stream)

    play(handler(refusal=err(Text.IN_USE, Code.IN_USE)), second)


def test_octets_that_wait_at_stls_end_the_connection() -> None:
    async def attacker(stream: PipeStream) -> None:
        await stream.read(WAIT)
        await stream.write(b"STLS\r\n", WAIT)
        await stream.write(b"USER alice\r\n", WAIT)
        assert (await read_all(stream)).startswith(b"-ERR Nothing may follow STLS")

    station = handler()
    play(station, attacker, tls=False)
    assert station.errors == []


def test_a_station_that_goes_down_ends_idle_sessions() -> None:
    station = handler()

    async def idle(stream: PipeStream) -> None:
        await stream.write(LOGIN, WAIT)
        await asyncio.sleep(1)
        station.stopping = True
        assert (await read_all(stream)).endswith(b"try again later\r\n")

    assert play(station, idle) < 30
