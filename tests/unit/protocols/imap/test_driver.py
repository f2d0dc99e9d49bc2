"""The IMAP driver: deadlines, back-pressure, IDLE, compression, and faults that harm nobody."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from postroad.protocols.imap import (
    Code,
    CommandError,
    Output,
    Refused,
    ServerConfig,
    Status,
    bad,
    limits,
    no,
    ok,
    responses,
    serve,
)
from postroad.protocols.imap.commands import Append, Command, Fetch, Noop, Select
from postroad.testing import Clock, FakeTls, PipeStream, pipe_pair
from postroad.testing.imap import MemoryHandler

CONFIG = ServerConfig(offers_starttls=True, auth_mechanisms=("SCRAM-SHA-256", "PLAIN"))
LOGIN = b"0 LOGIN alice secret\r\n"
WAIT = 10.0


def station(**how: Any) -> MemoryHandler:
    return MemoryHandler(passwords={"alice": "secret"}, **how)


def play(
    handler: MemoryHandler, part: Callable[[PipeStream], Awaitable[None]], *, tls: bool = True
) -> float:
    """Run the client's `part` against a server; how many seconds it took on the jumping clock."""
    clock = Clock()

    async def both() -> None:
        ours, theirs = pipe_pair()
        ours.tls = theirs.tls = FakeTls() if tls else None
        server = asyncio.create_task(serve(theirs, CONFIG, handler, clock, lambda: "nonce"))
        await part(ours)
        await ours.close()
        await server
        assert theirs.closed and handler.is_closed

    before = clock()
    clock.run(both())
    return clock() - before


async def until(stream: PipeStream, end: bytes) -> bytes:
    """Read until the server has said `end`."""
    said = b""
    while end not in said:
        more = await stream.read(WAIT)
        assert more, f"the server said {said!r} and closed"
        said += more
    return said


async def log_in(stream: PipeStream) -> None:
    await stream.write(LOGIN, WAIT)
    await until(stream, b"0 OK")


async def say(stream: PipeStream, data: bytes, tag: bytes) -> bytes:
    """Send commands, and read to the status of the last."""
    await stream.write(data, WAIT)
    return await until(stream, b"\r\n" + tag + b" ")


async def read_all(stream: PipeStream) -> bytes:
    """Everything until the server closes."""
    said = b""
    while more := await stream.read(10_000):
        said += more
    return said


def test_a_stranger_who_only_chatters_is_let_go_in_time() -> None:
    async def chatter(stream: PipeStream) -> None:
        for _ in range(17):
            await stream.write(b"a NOOP\r\n", WAIT)
            await until(stream, b"a OK")
            await asyncio.sleep(10)
        assert (await read_all(stream)).startswith(b"* BYE")

    seconds = play(station(), chatter)
    assert limits.LOGIN_TIMEOUT <= seconds < limits.LOGIN_TIMEOUT + 1


@pytest.mark.parametrize("last", [b"", b"1 IDLE\r\n", b"1 NO"])
def test_a_session_in_which_nothing_happens_ends_after_half_an_hour(last: bytes) -> None:
    async def sleepy(stream: PipeStream) -> None:
        await log_in(stream)
        await stream.write(last, WAIT)
        assert b"* BYE" in await read_all(stream)

    seconds = play(station(), sleepy)
    assert limits.SESSION_TIMEOUT <= seconds < limits.SESSION_TIMEOUT + 10


def test_a_text_that_does_not_come_ends_the_connection() -> None:
    async def stalling(stream: PipeStream) -> None:
        await log_in(stream)
        await say(stream, b"1 NOOP\r\n2 APPEND x {100000}\r\n", b"1")
        await stream.write(b"x" * 20_000, WAIT)
        assert b"* BYE" in await read_all(stream)

    assert play(station(), stalling) < limits.LITERAL_TIMEOUT * 2


def test_a_client_that_never_reads_is_cut_off() -> None:
    async def deaf(stream: PipeStream) -> None:
        await log_in(stream)
        await stream.write(b"1 NOOP\r\n", WAIT)
        await asyncio.sleep(limits.SEND_TIMEOUT + 1)
        assert stream._other.closed

    def lots(command: Command, out: Output) -> None:
        out.put(b"* 1 EXISTS\r\n" * 100_000)

    seconds = play(station(doing=lots), deaf)
    assert limits.SEND_TIMEOUT <= seconds < limits.SEND_TIMEOUT + 60


def test_a_long_answer_waits_for_its_reader() -> None:
    sent: list[int] = []

    class Chatty(MemoryHandler):
        async def command(self, command: Command, out: Output) -> Any:
            for number in range(1_000):
                sent.append(number)
                await out.write(b"* 1 FETCH (X {1000}\r\n" + bytes(1_000) + b")\r\n")
            return await super().command(command, out)

    async def slow(stream: PipeStream) -> None:
        await log_in(stream)
        await stream.write(b"1 NOOP\r\n", WAIT)
        await asyncio.sleep(1)
        assert len(sent) < 200
        assert len(await until(stream, b"1 OK")) > 1_000_000

    play(Chatty(passwords={"alice": "secret"}), slow)


FAULTS = [
    (ValueError("oops"), b"NO [SERVERBUG]"),
    (Refused(no("Not that one", Code.NOPERM)), b"NO [NOPERM] Not that one"),
    (CommandError(bad("Too far")), b"BAD Too far"),
]


@pytest.mark.parametrize(("fault", "answer"), FAULTS)
def test_a_fault_of_the_station_is_answered_and_the_session_goes_on(
    fault: Exception, answer: bytes
) -> None:
    def fail(command: Command, out: Output) -> None:
        if isinstance(command, Select):
            raise fault

    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        assert answer in await say(stream, b"1 NOOP\r\n2 SELECT a\r\n", b"2")
        assert (await say(stream, b"3 NOOP\r\n", b"3")).endswith(b"3 OK Done\r\n")

    handler = station(doing=fail)
    play(handler, part)
    assert handler.errors == ([fault] if isinstance(fault, ValueError) else [])


def test_texts_of_messages_reach_the_station() -> None:
    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        body = b"x" * 200_000
        said = await say(
            stream, b"1 NOOP\r\n2 APPEND a {200000+}\r\n%b {3+}\r\nabc\r\n" % body, b"2"
        )
        assert b"2 OK Done\r\n" in said

    handler = station()
    play(handler, part)
    assert [len(text) for text in handler.texts] == [200_000, 3]
    assert isinstance(handler.commands[-1], Append) and len(handler.commands[-1].messages) == 2


REFUSALS = [
    (Refused(no("No such mailbox", Code.TRYCREATE)), b"NO [TRYCREATE] No such mailbox"),
    (OSError("disk"), b"NO [SERVERBUG]"),
]


@pytest.mark.parametrize(("refusal", "answer"), REFUSALS)
@pytest.mark.parametrize("plus", [b"", b"+"])
def test_a_text_that_the_station_refuses(refusal: Exception, answer: bytes, plus: bytes) -> None:
    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        await stream.write(b"1 APPEND a {5" + plus + b"}\r\n", WAIT)
        if not plus and isinstance(refusal, OSError):
            await until(stream, b"+ ")
        if plus or isinstance(refusal, OSError):
            await stream.write(b"hello\r\n", WAIT)
        assert answer in await until(stream, b"1 NO")
        assert b"2 OK" in await say(stream, b"2 NOOP\r\n", b"2")

    handler = station(refusal=refusal)
    play(handler, part)
    assert handler.texts == [] and [type(one) for one in handler.commands] == [Noop]


def test_news_reach_a_client_that_idles() -> None:
    handler = station()

    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        await stream.write(b"1 IDLE\r\n", WAIT)
        assert (await until(stream, b"EXISTS\r\n")).startswith(b"+ ")
        assert handler.idling is not None
        await asyncio.gather(*(handler.idling.push(responses.exists(n)) for n in (5, 6, 7)))
        assert await until(stream, b"7 EXISTS\r\n") == b"* 5 EXISTS\r\n* 6 EXISTS\r\n* 7 EXISTS\r\n"
        assert b"1 OK" in await stream_done(stream)

    play(handler, part)
    assert handler.idling is None


async def stream_done(stream: PipeStream) -> bytes:
    await stream.write(b"DONE\r\n", WAIT)
    return await until(stream, b"1 OK")


def test_news_for_a_client_that_has_gone_harm_nobody() -> None:
    handler = station()

    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        await stream.write(b"1 IDLE\r\n", WAIT)
        await until(stream, b"EXISTS\r\n")
        out = handler.idling
        await stream.close()
        await asyncio.sleep(1)
        assert out is not None and await out.push(b"* 5 EXISTS\r\n") is False

    play(handler, part)
    assert handler.errors == []


def test_at_the_end_of_the_server_a_client_hears_bye() -> None:
    handler = station()

    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        handler.stopping = True
        await stream.write(b"1 NOOP\r\n", WAIT)
        said = await read_all(stream)
        assert b"1 OK" in said and said.endswith(b"come back soon\r\n")

    play(handler, part)


class Compressed:
    """A client's two directions (RFC 4978)."""

    def __init__(self, stream: PipeStream) -> None:
        self._stream = stream
        self._deflate = zlib.compressobj(wbits=-15)
        self._inflate = zlib.decompressobj(-15)

    async def write(self, data: bytes) -> None:
        sent = self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self._stream.write(sent, WAIT)

    async def until(self, end: bytes) -> bytes:
        said = b""
        while end not in said:
            more = await self._stream.read(WAIT)
            assert more, said
            said += self._inflate.decompress(more)
        return said


async def compress(stream: PipeStream) -> Compressed:
    await log_in(stream)
    await stream.write(b"1 COMPRESS DEFLATE\r\n", WAIT)
    await until(stream, b"1 OK")
    return Compressed(stream)


def test_a_session_is_compressed_until_the_client_unauthenticates() -> None:
    async def part(stream: PipeStream) -> None:
        client = await compress(stream)
        await client.write(b"2 COMPRESS DEFLATE\r\n3 NOOP\r\n")
        said = await client.until(b"3 OK Done\r\n")
        assert said.startswith(b"2 NO [COMPRESSIONACTIVE]") and b"* 3 EXISTS" in said
        await client.write(b"4 UNAUTHENTICATE\r\n")
        await client.until(b"4 OK")
        assert b"COMPRESS=DEFLATE" not in await say(stream, b"5 CAPABILITY\r\n", b"5")
        await log_in(stream)
        assert b"6 OK" in await say(stream, b"6 NOOP\r\n", b"6")

    play(station(), part)


def test_a_gigabyte_of_zeros_in_a_megabyte_ends_the_connection() -> None:
    bomb = zlib.compressobj(wbits=-15)
    sent = bomb.compress(bytes(50_000_000)) + bomb.flush()

    async def part(stream: PipeStream) -> None:
        client = await compress(stream)
        await client.write(b"2 NOOP\r\n")
        await client.until(b"2 OK")
        await stream.write(sent, WAIT)
        assert await read_all(stream)

    play(station(), part)


def test_what_is_not_deflate_ends_the_connection() -> None:
    async def part(stream: PipeStream) -> None:
        await compress(stream)
        await stream.write(b"2 NOOP\r\n" * 9, WAIT)
        assert await read_all(stream)

    handler = station()
    play(handler, part)
    assert handler.commands == [] and handler.errors == []


def test_nothing_may_follow_compress_before_its_answer() -> None:
    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        await stream.write(b"1 COMPRESS DEFLATE\r\n2 NOOP\r\n", WAIT)
        assert (await read_all(stream)).startswith(b"* BYE [CLIENTBUG]")

    play(station(), part)


def test_scram_and_starttls() -> None:
    async def part(stream: PipeStream) -> None:
        assert b"LOGINDISABLED" in await until(stream, b"ready\r\n")
        await stream.write(b"1 STARTTLS\r\n", WAIT)
        await until(stream, b"1 OK Begin TLS now\r\n")
        await stream.start_tls()
        assert b"AUTH=SCRAM-SHA-256" in await say(stream, b"2 CAPABILITY\r\n", b"2")
        assert b"3 NO [AUTHENTICATIONFAILED]" in await say(
            stream, b"2 NOOP\r\n3 AUTHENTICATE PLAIN AGFsaWNlAHdyb25n\r\n", b"3"
        )

    handler = station()
    play(handler, part, tls=False)
    assert len(handler.failed_logins) == 1


def test_who_fails_too_often_is_let_go() -> None:
    async def part(stream: PipeStream) -> None:
        await stream.write(b"1 LOGIN alice wrong\r\n" * 9, WAIT)
        said = await read_all(stream)
        assert said.count(b"1 NO") == limits.AUTH_FAILURES and b"* BYE" in said

    handler = station()
    play(handler, part)
    assert handler.failed_logins == ["alice"] * limits.AUTH_FAILURES


def test_a_directory_that_does_not_answer_is_said_to_be_unavailable() -> None:
    class Broken(MemoryHandler):
        async def check_password(self, user: str, password: str) -> str | None:
            raise OSError("no directory")

    async def part(stream: PipeStream) -> None:
        await stream.write(LOGIN, WAIT)
        await until(stream, b"0 NO [UNAVAILABLE]")

    handler = Broken()
    play(handler, part)
    assert len(handler.errors) == 1


def test_the_tag_and_what_is_enabled_are_told() -> None:
    seen: list[tuple[str, bool, frozenset[str]]] = []

    def look(command: Command, out: Output) -> None:
        if isinstance(command, Noop):
            seen.append((out.tag, out.utf8, out.enabled))

    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        await say(stream, b"a NOOP\r\nb ENABLE UTF8=ACCEPT\r\nc NOOP\r\n", b"c")

    play(station(doing=look), part)
    assert seen == [("a", False, frozenset()), ("c", True, frozenset({"UTF8=ACCEPT"}))]


def test_a_fetch_is_handed_out_once() -> None:
    async def part(stream: PipeStream) -> None:
        await log_in(stream)
        await say(stream, b"1 SELECT INBOX\r\n2 FETCH 1 FLAGS\r\n", b"2")

    handler = station()
    play(handler, part)
    assert [type(one) for one in handler.commands] == [Select, Fetch]


class OneWriter:
    """A stream that is slow to take what it is given, and minds who writes."""

    tls = FakeTls()

    def __init__(self) -> None:
        self.lines = [LOGIN, b"1 IDLE\r\n", b"DO", b"NE\r\n", b""]
        self.taken = b""
        self.writing = False

    async def read(self, timeout: float) -> bytes:
        await asyncio.sleep(1)
        return self.lines.pop(0)

    async def write(self, data: bytes, timeout: float) -> None:
        assert not self.writing
        self.writing = True
        await asyncio.sleep(0.8)
        self.writing = False
        self.taken += data

    def pending(self) -> bool:
        return False

    async def start_tls(self) -> None: ...
    async def close(self) -> None: ...
    def abort(self) -> None: ...


class Newsmonger(MemoryHandler):
    """Has news all the time, and ends its last push before it says that IDLE is over."""

    async def idle(self, out: Output) -> None:
        self.idling = out
        self.tasks = [asyncio.create_task(self._tell(out)) for _ in range(2)]

    async def _tell(self, out: Output) -> None:
        while self.idling is not None:
            await out.push(b"* 5 EXISTS\r\n")
            await asyncio.sleep(0.1)

    async def idle_ended(self, out: Output) -> Status:
        self.idling = None
        await asyncio.gather(*self.tasks)
        return ok("Done")


def test_news_and_answers_are_never_written_at_once() -> None:
    handler, stream, clock = Newsmonger(passwords={"alice": "secret"}), OneWriter(), Clock()
    clock.run(serve(stream, CONFIG, handler, clock, lambda: "nonce"))
    assert handler.errors == [] and stream.taken.endswith(b"EXISTS\r\n1 OK Done\r\n")
