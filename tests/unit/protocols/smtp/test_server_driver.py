"""The server driver over a pair of streams, with a clock that jumps."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable

import pytest

from postroad.protocols.smtp import (
    BaseHandler,
    CommandError,
    Mode,
    Reply,
    ServerConfig,
    serve,
)
from postroad.sasl import ChannelBinding
from postroad.testing import Clock, FakeTls, PipeStream, pipe_pair
from postroad.testing.smtp import Letter, RecordingHandler

CONFIG = ServerConfig(
    hostname="mx.example", offers_starttls=True, auth_mechanisms=("PLAIN", "SCRAM-SHA-256")
)
ENVELOPE = b"MAIL FROM:<s@t>\r\nRCPT TO:<a@b>\r\n"
FULL = Reply(452, "4.3.1", ("Full",))


class Visit:
    """A client's hands on its end of the stream."""

    def __init__(self, stream: PipeStream, clock: Clock) -> None:
        self.stream = stream
        self.clock = clock

    async def say(self, data: bytes) -> bytes:
        """Send; return all that comes back until the server waits again."""
        await self.stream.write(data, 10)
        return await self.hear()

    async def hear(self) -> bytes:
        """All that the server has said by now."""
        said = b""
        try:
            while data := await self.stream.read(0.001):
                said += data
        except TimeoutError:
            pass
        return said


def visit(
    script: Callable[[Visit], Awaitable[None]],
    handler: BaseHandler | None = None,
    config: ServerConfig = CONFIG,
    piece: int = 1 << 30,
) -> RecordingHandler:
    """Run `script` as a client of a server with `handler`, to the end of both."""
    clock = Clock()
    handler = handler or RecordingHandler()

    async def both() -> None:
        ours, theirs = pipe_pair(server_piece=piece)
        server = asyncio.create_task(serve(theirs, config, handler, clock, lambda: "nonce"))
        await script(Visit(ours, clock))
        await ours.close()
        await server
        assert theirs.closed

    clock.run(both())
    assert isinstance(handler, RecordingHandler)
    return handler


@pytest.mark.parametrize("piece", [1, 3, 1 << 30])
def test_a_message_comes_through_and_the_handler_hears_each_step(piece: int) -> None:
    async def script(client: Visit) -> None:
        assert (await client.hear()).startswith(b"220 mx.example")
        for line in (b"EHLO a.example\r\n", ENVELOPE, b"DATA\r\n"):
            await client.say(line)
        assert (await client.say(b"..hi\r\n.\r\nQUIT\r\n")).startswith(b"250 2.0.0")

    handler = visit(script, piece=piece)
    assert handler.letters == [Letter("s@t", ("a@b",), b".hi\r\n")]
    steps = ("hello a.example", "mail s@t", "rcpt a@b", "data_start", "data_end")
    assert handler.log == ["connected", *steps, "closed"]


@pytest.mark.parametrize(
    ("said", "log"),
    [
        (b"RSET\r\n", ["mail s@t", "rcpt a@b", "aborted"]),
        (b"EHLO b\r\n", ["mail s@t", "rcpt a@b", "hello b", "aborted"]),
        (b"QUIT\r\n", ["mail s@t", "rcpt a@b", "aborted"]),
        (b"DATA\r\nhalf", ["mail s@t", "rcpt a@b", "data_start", "aborted"]),
        (b"DATA\r\na\nb\r\n.\r\n", ["mail s@t", "rcpt a@b", "data_start", "aborted"]),
        (b"BDAT 9 LAST\r\nhalf", ["mail s@t", "rcpt a@b", "data_start", "aborted"]),
        (b"", ["mail s@t", "rcpt a@b", "aborted"]),
    ],
)
def test_a_transaction_that_is_no_message_is_aborted_once(said: bytes, log: list[str]) -> None:
    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + said)

    handler = visit(script)
    assert handler.log == ["connected", "hello a", *log, "closed"]
    assert not handler.letters


def test_after_the_message_was_answered_nothing_is_aborted() -> None:
    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + b"DATA\r\n.\r\nRSET\r\nQUIT\r\n")

    assert "aborted" not in visit(script).log


@pytest.mark.parametrize(("more", "times"), [(b"QUIT\r\n", 1), (b"", 0)])
def test_a_client_that_goes_on_has_read_the_answer(more: bytes, times: int) -> None:
    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + b"DATA\r\n.\r\n")
        if more:
            await client.say(more)

    assert visit(script).replies_read == times


STEPS = {
    "hello": b"EHLO a\r\n",
    "mail": b"EHLO a\r\nMAIL FROM:<>\r\n",
    "rcpt": b"EHLO a\r\n" + ENVELOPE,
    "data_start": b"EHLO a\r\n" + ENVELOPE + b"DATA\r\n",
    "chunk": b"EHLO a\r\n" + ENVELOPE + b"DATA\r\nx\r\n.\r\n",
    "data_end": b"EHLO a\r\n" + ENVELOPE + b"DATA\r\nx\r\n.\r\n",
}


@pytest.mark.parametrize("step", STEPS)
def test_a_handler_that_raises_is_answered_for_and_the_connection_goes_on(step: str) -> None:
    handler = RecordingHandler(answers={step: RuntimeError("disk on fire")})

    async def script(client: Visit) -> None:
        answer = await client.say(STEPS[step])
        assert answer.splitlines()[-1].startswith(b"451 4.3.0")
        assert b"fire" not in answer
        assert await client.say(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"

    visit(script, handler)
    assert [str(error) for error in handler.errors] == ["disk on fire"]
    assert not handler.letters


@pytest.mark.parametrize("step", STEPS)
def test_an_error_may_carry_its_own_answer(step: str) -> None:
    handler = RecordingHandler(answers={step: CommandError(FULL)})

    async def script(client: Visit) -> None:
        assert (await client.say(STEPS[step])).endswith(b"452 4.3.1 Full\r\n")

    assert visit(script, handler).errors == []


@pytest.mark.parametrize("step", [step for step in STEPS if step != "chunk"])
def test_a_handler_may_refuse_each_step(step: str) -> None:
    async def script(client: Visit) -> None:
        assert (await client.say(STEPS[step])).endswith(b"452 4.3.1 Full\r\n")

    visit(script, RecordingHandler(answers={step: FULL}))


def test_after_an_error_in_a_body_no_further_octets_are_given_and_it_is_aborted() -> None:
    handler = RecordingHandler(answers={"chunk": RuntimeError("x")})

    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + b"DATA\r\n")
        for _ in range(5):
            assert await client.say(b"line\r\n") == b""
        assert (await client.say(b".\r\n")).startswith(b"451 4.3.0")

    assert visit(script, handler).log[-3:] == ["chunk", "aborted", "closed"]


@pytest.mark.parametrize("code", [554, 421])
def test_a_connection_may_be_refused_at_once(code: int) -> None:
    async def script(client: Visit) -> None:
        assert await client.hear() == b"%d Go away\r\n" % code
        assert (await client.say(b"EHLO a\r\n"))[:3] == (b"503" if code == 554 else b"")

    try:
        visit(script, RecordingHandler(answers={"connected": Reply(code, "", ("Go away",))}))
    except ConnectionResetError:
        assert code == 421


def test_a_handler_that_raises_at_once_closes_with_a_421() -> None:
    async def script(client: Visit) -> None:
        assert (await client.hear()).startswith(b"421 4.3.0")

    handler = visit(script, RecordingHandler(answers={"connected": RuntimeError("x")}))
    assert handler.log == ["connected", "closed"]


def test_wrong_replies_of_a_handler_are_its_error() -> None:
    handler = RecordingHandler(answers={"data_end": [FULL, FULL]})

    async def script(client: Visit) -> None:
        assert (await client.say(STEPS["data_end"])).endswith(b"later\r\n")

    assert len(visit(script, handler).errors) == 1


def test_lmtp_answers_per_recipient() -> None:
    handler = RecordingHandler()
    handler.lmtp = True
    config = ServerConfig(hostname="mx.example", mode=Mode.LMTP)

    async def script(client: Visit) -> None:
        await client.say(b"LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
        assert await client.say(b".\r\n") == b"250 2.0.0 Message accepted\r\n" * 2

    visit(script, handler, config)


def test_a_client_that_says_nothing_is_told_so_after_five_minutes() -> None:
    async def script(client: Visit) -> None:
        await client.hear()
        began = client.clock.now
        said = await client.stream.read(1_000)
        assert said.startswith(b"421 4.4.2")
        assert client.clock.now - began == pytest.approx(300, abs=1)

    visit(script)


def test_an_octet_a_second_runs_into_the_deadline() -> None:
    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + b"DATA\r\n")
        began = client.clock.now
        while not client.stream.pending():
            await client.stream.write(b"x", 10)
            await asyncio.sleep(1)
        assert client.clock.now - began == pytest.approx(180, abs=6)
        assert (await client.hear()).startswith(b"421 4.4.2")

    assert "aborted" in visit(script).log


def test_a_slow_but_steady_body_is_taken() -> None:
    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + b"DATA\r\n")
        for _ in range(20):
            await client.stream.write((b"x" * 998 + b"\r\n") * 17, 10)
            await asyncio.sleep(170)
        assert (await client.say(b".\r\n")).startswith(b"250")

    assert len(visit(script).letters[0].body) == 340_000


def test_the_time_of_a_slow_handler_is_not_the_clients() -> None:
    class Slow(RecordingHandler):
        async def chunk(self, data: bytes) -> None:
            await asyncio.sleep(100)
            await super().chunk(data)

    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + b"DATA\r\n")
        for _ in range(5):
            await client.stream.write(b"line\r\n", 10)
            await asyncio.sleep(101)
        await client.stream.write(b".\r\n", 10)
        assert (await client.stream.read(200)).startswith(b"250")

    visit(script, Slow())


def test_a_client_that_never_reads_is_dropped() -> None:
    async def script(client: Visit) -> None:
        with pytest.raises((ConnectionError, TimeoutError)):
            while True:
                await client.stream.write(b"HELP\r\n" * 90 + ENVELOPE + b"DATA\r\n.\r\n", 1_000)

    handler = visit(script, config=ServerConfig(hostname="mx.example", max_messages=10**6))
    assert handler.log[-1] == "closed"


def test_shutting_down_waits_for_the_message_under_way() -> None:
    handler = RecordingHandler()

    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n" + ENVELOPE + b"DATA\r\nhalf\r\n")
        handler.down = True
        await asyncio.sleep(30)
        answer = await client.say(b".\r\n")
        assert [line[:9] for line in answer.splitlines()] == [b"250 2.0.0", b"421 4.3.2"]

    visit(script, handler)


def test_an_idle_connection_notices_the_shutdown_by_itself() -> None:
    handler = RecordingHandler()

    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\n")
        handler.down = True
        began = client.clock.now
        assert (await client.stream.read(100)).startswith(b"421 4.3.2")
        assert client.clock.now - began <= 5.1

    visit(script, handler)


def test_tls_begins_and_the_handler_hears_of_it() -> None:
    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\nSTARTTLS\r\n")
        await client.stream.start_tls()
        assert b"250 AUTH PLAIN SCRAM-SHA-256\r\n" in await client.say(b"EHLO a\r\n")

    assert visit(script).log == ["connected", "hello a", "tls_started", "hello a", "closed"]


@pytest.mark.parametrize("piece", [10, 1 << 30])  # 10: STARTTLS and its CRLF, the rest still waits
def test_octets_behind_starttls_end_the_connection_even_when_unread(piece: int) -> None:
    async def script(client: Visit) -> None:
        await client.hear()
        await client.say(b"EHLO aaa\r\n")
        said = await client.say(b"STARTTLS\r\nRSET\r\n")
        assert said[:3] in (b"421", b"554")
        assert said.count(b"\r\n") == 1

    assert "tls_started" not in visit(script, piece=piece).log


def test_a_failed_handshake_ends_the_connection() -> None:
    async def script(client: Visit) -> None:
        await client.say(b"EHLO a\r\nSTARTTLS\r\n")
        await client.stream.write(b"not a client hello", 10)
        assert await client.stream.read(10) == b""

    assert visit(script).log[-1] == "closed"


async def begin_tls(client: Visit) -> None:
    await client.say(b"EHLO a\r\nSTARTTLS\r\n")
    await client.stream.start_tls()
    await client.say(b"EHLO a\r\n")


def plain(password: str) -> bytes:
    return b"AUTH PLAIN " + b64encode(b"\0tim\0" + password.encode()) + b"\r\n"


def test_a_password_is_looked_up_and_the_account_told() -> None:
    handler = RecordingHandler(passwords={"tim": "tanstaaf"})

    async def script(client: Visit) -> None:
        await begin_tls(client)
        assert (await client.say(plain("wrong"))).startswith(b"535 5.7.8")
        assert (await client.say(plain("tanstaaf"))).startswith(b"235 2.7.0")

    log = visit(script, handler).log
    assert log[-3:] == ["check_password tim", "authenticated account of tim", "closed"]


@pytest.mark.parametrize("step", ["check_password", "authenticated"])
def test_a_look_up_that_fails_is_no_wrong_password(step: str) -> None:
    handler = RecordingHandler(passwords={"tim": "x"}, answers={step: RuntimeError("no database")})

    async def script(client: Visit) -> None:
        await begin_tls(client)
        assert (await client.say(plain("x"))).startswith(b"454 4.7.0")
        assert (await client.say(b"AUTH PLAIN\r\n")).startswith(b"334")
        assert (await client.say(b"*\r\n")).startswith(b"501 5.7.0")

    assert len(visit(script, handler).errors) == 1


def test_a_malformed_message_of_a_mechanism_is_a_syntax_error() -> None:
    async def script(client: Visit) -> None:
        await begin_tls(client)
        assert (await client.say(b"AUTH PLAIN QUJD\r\n")).startswith(b"501 5.5.2")

    visit(script)


def test_protocol_errors_are_told_to_the_handler() -> None:
    async def script(client: Visit) -> None:
        await client.say(b"FOO\r\n")

    (event,) = visit(script).protocol_errors
    assert event.reply is not None
    assert event.reply.code == 500


def test_a_handler_that_decides_nothing_accepts_no_mail() -> None:
    class Nobody(BaseHandler):
        pass

    async def both(clock: Clock) -> bytes:
        ours, theirs = pipe_pair()
        server = asyncio.create_task(serve(theirs, CONFIG, Nobody(), clock, lambda: "nonce"))
        client = Visit(ours, clock)
        answer = await client.say(b"EHLO a\r\n" + ENVELOPE)
        await ours.close()
        await server
        return answer

    clock = Clock()
    assert b"550 5.1.1" in clock.run(both(clock))


def test_a_fault_of_the_driver_itself_is_told_and_ends_the_connection() -> None:
    def broken_nonce() -> str:
        raise RuntimeError("no entropy")

    async def both(clock: Clock) -> RecordingHandler:
        ours, theirs = pipe_pair()
        handler = RecordingHandler()
        server = asyncio.create_task(serve(theirs, CONFIG, handler, clock, broken_nonce))
        await begin_tls(client := Visit(ours, clock))
        await client.say(b"AUTH PLAIN\r\n")
        await server
        return handler

    clock = Clock()
    handler = clock.run(both(clock))
    assert [str(error) for error in handler.errors] == ["no entropy"]
    assert handler.log[-1] == "closed"


def test_a_bound_connection_is_offered_plus() -> None:
    binding = ChannelBinding("tls-exporter", b"x" * 32)
    config = ServerConfig(hostname="mx.example", auth_mechanisms=("SCRAM-SHA-256-PLUS",))

    async def both(clock: Clock) -> bytes:
        ours, theirs = pipe_pair()
        theirs.tls = FakeTls()
        handler = RecordingHandler()
        calls = (clock, lambda: "nonce", lambda: binding)
        server = asyncio.create_task(serve(theirs, config, handler, *calls))
        said = await Visit(ours, clock).say(b"EHLO a\r\nAUTH SCRAM-SHA-256-PLUS\r\n")
        await ours.close()
        await server
        return said

    clock = Clock()
    assert clock.run(both(clock)).endswith(b"250 AUTH SCRAM-SHA-256-PLUS\r\n334 \r\n")


def test_a_task_that_is_cancelled_still_closes() -> None:
    async def both(clock: Clock) -> list[str]:
        ours, theirs = pipe_pair()
        handler = RecordingHandler()
        server = asyncio.create_task(serve(theirs, CONFIG, handler, clock, lambda: "nonce"))
        await Visit(ours, clock).say(b"EHLO a\r\n" + ENVELOPE)
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)
        assert theirs.closed
        return handler.log

    clock = Clock()
    assert clock.run(both(clock))[-2:] == ["aborted", "closed"]
