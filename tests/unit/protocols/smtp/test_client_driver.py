"""The client driver against our own server, and against servers that misbehave by script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from postroad.protocols.smtp import (
    AddressError,
    Client,
    ConnectionLost,
    MailFrom,
    Mode,
    NotOfferedError,
    RcptTo,
    RemoteRefusal,
    Reply,
    Result,
    ServerConfig,
)
from postroad.testing import Clock, pipe_pair
from postroad.testing.smtp import NO_SUCH_USER, QUEUED, Letter, RecordingHandler
from postroad.testing.smtp_talk import Script, against_lines, against_server, body
from postroad.wire import BareNewline

CONFIG = ServerConfig(
    hostname="mx.example",
    offers_starttls=True,
    auth_mechanisms=("SCRAM-SHA-256", "PLAIN"),
    max_recipients=1_000,
)
A, X, C = (RcptTo(f"{name}@b.example") for name in "axc")
UNKNOWN = {"x@b.example"}


def against(
    script: Script, handler: RecordingHandler | None = None, config: ServerConfig = CONFIG
) -> RecordingHandler:
    """Run `script` with a client that has greeted our own server."""
    handler = handler or RecordingHandler(unknown=UNKNOWN, passwords={"tim": "tanstaaf"})
    against_server(script, handler, config)
    return handler


def test_each_recipient_gets_its_own_result() -> None:
    async def script(client: Client) -> None:
        results = await client.send(MailFrom("s@t.example"), [A, X, C], body(b".hi\r\n", b"bye"))
        assert results == [
            Result("a@b.example", QUEUED, "BODY"),
            Result("x@b.example", NO_SUCH_USER, "RCPT"),
            Result("c@b.example", QUEUED, "BODY"),
        ]

    handler = against(script)
    recipients = ("a@b.example", "c@b.example")
    assert handler.letters == [Letter("s@t.example", recipients, b".hi\r\nbye\r\n")]


def test_a_body_is_not_read_when_nobody_wants_it() -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    async def script(client: Client) -> None:
        assert (
            await client.send(MailFrom(""), [X, X], unread())
            == [Result("x@b.example", NO_SUCH_USER, "RCPT")] * 2
        )
        assert (await client.noop()).code == 250
        assert (await client.send(MailFrom(""), [A], body()))[0].reply == QUEUED

    assert len(against(script).letters) == 1


@pytest.mark.parametrize("mode", [Mode.SMTP, Mode.LMTP])
def test_a_binary_message_goes_in_chunks(mode: Mode) -> None:
    async def script(client: Client) -> None:
        mail = MailFrom("", body="BINARYMIME")
        results = await client.send(mail, [A, X, C], body(b"\0\n", b"\r", b"end"))
        assert [result.reply for result in results] == [QUEUED, NO_SUCH_USER, QUEUED]
        assert (await client.send(mail, [X], body(b"\0")))[0].reply == NO_SUCH_USER
        assert (await client.send(mail, [A], body()))[0].reply == QUEUED

    letters = against(script, config=ServerConfig(hostname="mx.example", mode=mode)).letters
    assert [letter.body for letter in letters] == [b"\0\n\rend", b""]


def test_lmtp_results_may_differ() -> None:
    full = Reply(452, "4.2.2", ("Full",))
    handler = RecordingHandler(unknown=UNKNOWN, answers={"data_end": [QUEUED, full]})

    async def script(client: Client) -> None:
        results = await client.send(MailFrom(""), [A, X, C], body(b"hi\r\n"))
        assert [result.reply for result in results] == [QUEUED, NO_SUCH_USER, full]

    against(script, handler, ServerConfig(hostname="mx.example", mode=Mode.LMTP))


@pytest.mark.parametrize(
    ("step", "name"), [("mail", "MAIL"), ("data_start", "DATA"), ("data_end", "BODY")]
)
def test_a_refused_step_is_the_result_of_all_and_the_connection_can_be_used(
    step: str, name: str
) -> None:
    busy = Reply(451, "4.7.1", ("Greylisted",))
    handler = RecordingHandler(unknown=UNKNOWN, answers={step: busy})

    async def script(client: Client) -> None:
        results = await client.send(MailFrom(""), [A, C], body(b"hi\r\n"))
        assert results == [Result(each.address, busy, name) for each in (A, C)]
        assert client.usable
        assert (await client.noop()).code == 250

    assert not against(script, handler).letters


def test_hundreds_of_recipients_go_in_groups() -> None:
    many = [RcptTo(f"u{number}@b.example") for number in range(950)]

    async def script(client: Client) -> None:
        results = await client.send(MailFrom(""), many, body(b"hi\r\n"))
        assert [result.address for result in results] == [each.address for each in many]
        assert {result.reply for result in results} == {QUEUED}

    assert len(against(script).letters[0].recipients) == 950


def test_a_server_without_extensions_is_served_command_by_command() -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        results = await client.send(MailFrom("a@b", size=5), [A, X], body(b"hi\r\n"))
        assert [str(result.reply) for result in results] == ["250 queued", "550 no"]
        await client.quit()

    answers = (b"220 mx\r\n", b"502 what?\r\n", b"250 mx\r\n", b"250 ok\r\n", b"250 ok\r\n")
    sent = against_lines(
        script, *answers, b"550 no\r\n", b"354 go\r\n", b"250 queued\r\n", b"221\r\n"
    )
    assert sent == (
        b"EHLO me\r\nHELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b.example>\r\n"
        b"RCPT TO:<x@b.example>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n"
    )


GREETING = (b"220 mx\r\n", b"250-mx\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 PIPELINING\r\n")


def envelope(
    *answers: bytes, recipients: tuple[RcptTo, ...] = (A, C)
) -> tuple[list[Result], bytes]:
    """Send one message to a server that pipelines and answers so."""
    results: list[Result] = []

    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        results.extend(await client.send(MailFrom(""), recipients, body(b"hi\r\n")))

    return results, against_lines(script, *GREETING, *answers)


def test_data_accepted_for_nobody_is_ended_with_a_single_dot() -> None:
    results, sent = envelope(
        b"250 ok\r\n550 5.1.1 no\r\n550 5.1.1 no\r\n354 go\r\n",
        b"554 5.5.1 nobody\r\n",
        b"250 ok\r\n",
    )
    assert {str(result.reply) for result in results} == {"550 5.1.1 no"}
    assert sent.endswith(b"DATA\r\n.\r\nRSET\r\n")


def test_a_refused_sender_is_every_recipients_result() -> None:
    results, sent = envelope(
        b"550 5.7.1 no\r\n503 5.5.1 x\r\n503 5.5.1 x\r\n503 5.5.1 x\r\n", b"250 ok\r\n"
    )
    assert {(result.step, result.reply.text) for result in results} == {("MAIL", "no")}
    assert b"hi" not in sent


@pytest.mark.parametrize(
    ("answers", "texts", "said"),
    [
        ((b"",), ["421 4.4.2 the server closed the connection"] * 2, [False, False]),
        ((b"421 4.3.2 down\r\n",), ["421 4.3.2 down"] * 2, [True, True]),
        (
            (b"250 ok\r\n550 5.1.1 no\r\n421 4.7.0 enough\r\n",),
            ["550 5.1.1 no", "421 4.7.0 enough"],
            [True, True],
        ),
        ((b"250 ok\r\n250 ok\r\n550 5.1.1 no\r\n354 go\r\n", b"421 4.3.2 down\r\n"),
            ["421 4.3.2 down", "550 5.1.1 no"], [True, True]),
        ((b"250 ok\r\n550 no\r\nrubbish\r\n",),
            ["550 no", "421 4.4.2 not a reply: 'rubbish'"], [True, False]),
    ],
)  # fmt: skip
def test_a_server_that_goes_away_leaves_a_result_for_everyone(
    answers: tuple[bytes, ...], texts: list[str], said: list[bool]
) -> None:
    results, _ = envelope(*answers)
    assert [str(result.reply) for result in results] == texts
    assert [result.said for result in results] == said


def test_a_server_that_does_not_answer_is_given_up_in_time() -> None:
    clock = Clock()

    async def both() -> None:
        ours, theirs = pipe_pair()
        client = Client(ours, clock)
        began = clock.now
        with pytest.raises(ConnectionLost, match="in time"):
            await client.greeting()
        assert clock.now - began == pytest.approx(300, abs=1)
        assert not client.usable
        await theirs.close()

    clock.run(both())


def test_a_server_that_dribbles_is_given_up_too() -> None:
    clock = Clock()

    async def both() -> None:
        ours, theirs = pipe_pair()

        async def dribble() -> None:
            while True:
                await theirs.write(b"2", 10)
                await asyncio.sleep(60)

        task = asyncio.create_task(dribble())
        with pytest.raises(ConnectionLost, match="in time"):
            await Client(ours, clock).greeting()
        task.cancel()

    clock.run(both())
    assert clock.now < 1_000_000 + 400


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (b"552 5.3.4 too big for us\r\n", "552 5.3.4 too big for us", True),
        (b"421 4.3.1 disk full\r\n", "421 4.3.1 disk full", True),
        (b"", "421 4.4.2 the connection broke while sending: the other end has closed", False),
    ],
)
def test_a_server_that_cuts_a_body_off_is_heard_out(words: bytes, text: str, said: bool) -> None:
    found: list[Result] = []

    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        lines = [b"x" * 70_000 + b"\r\n"] * 4
        found.extend(await client.send(MailFrom(""), [A], body(*lines)))
        assert not client.usable

    against_lines(script, *GREETING, b"250 ok\r\n250 ok\r\n354 go\r\n", words)
    assert [(str(result.reply), result.said, result.step) for result in found] == [
        (text, said, "BODY")
    ]


def test_a_refused_chunk_ends_the_message_and_not_the_session() -> None:
    found: list[Result] = []

    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        mail = MailFrom("", body="BINARYMIME")
        found.extend(await client.send(mail, [A, C], body(b"one", b"two", b"three")))
        assert client.usable

    answers = (b"250 ok\r\n250 ok\r\n250 ok\r\n", b"452 4.3.1 full\r\n", b"250 ok\r\n")
    sent = against_lines(script, *GREETING, *answers)
    assert {str(result.reply) for result in found} == {"452 4.3.1 full"}
    assert sent.endswith(b"BDAT 3\r\noneRSET\r\n")


def test_a_binary_message_needs_chunking() -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        with pytest.raises(NotOfferedError, match="CHUNKING"):
            await client.send(MailFrom("", body="BINARYMIME"), [A], body(b"\0"))

    against_lines(script, b"220 mx\r\n", b"250-mx\r\n250 BINARYMIME\r\n")


def test_a_body_that_fails_is_never_ended() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"first half\r\n"
        raise OSError("the blob is gone")

    async def script(client: Client) -> None:
        with pytest.raises(OSError, match="blob"):
            await client.send(MailFrom(""), [A], broken())
        assert not client.usable

    handler = against(script)
    assert not handler.letters
    assert handler.log[-2:] == ["aborted", "closed"]


def test_a_body_with_a_bare_newline_is_never_sent_whole() -> None:
    async def script(client: Client) -> None:
        with pytest.raises(BareNewline):
            await client.send(MailFrom(""), [A], body(b"a\n.\nMAIL FROM:<>\r\n"))

    assert not against(script).letters


def test_what_a_message_needs_is_checked_before_anything_is_sent() -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        for mail, recipient, error in (
            (MailFrom("", smtputf8=True), A, NotOfferedError),
            (MailFrom("", body="8BITMIME"), A, NotOfferedError),
            (MailFrom(""), RcptTo("ü@b.example"), AddressError),
        ):
            with pytest.raises(error):
                await client.send(mail, [recipient], body())
        with pytest.raises(ValueError, match="recipient"):
            await client.send(MailFrom(""), [], body())

    assert against_lines(script, *GREETING) == b"EHLO me\r\n"


def test_refusals_carry_the_remotes_words() -> None:
    async def script(client: Client) -> None:
        with pytest.raises(RemoteRefusal) as caught:
            await client.greeting()
        assert (caught.value.step, str(caught.value.reply)) == ("greeting", "554 5.7.1 go away")
        await client.quit()

    assert against_lines(script, b"554 5.7.1 go away\r\n", b"221 bye\r\n") == b"QUIT\r\n"


def test_goodbye_never_hurts() -> None:
    async def script(client: Client) -> None:
        with pytest.raises(ConnectionLost):
            await client.greeting()
        await client.quit()
        await client.quit()

    assert against_lines(script, b"220 half") == b""
