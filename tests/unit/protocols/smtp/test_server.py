"""The server core as a table: in this state, this line, that answer, that state."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import (
    NEED_DATA,
    PAUSED,
    Disconnected,
    Hello,
    LocalProtocolError,
    Mode,
    ProtocolError,
    Quit,
    Reply,
    Reset,
    ServerConfig,
    ServerConnection,
)
from postroad.protocols.smtp._states import ACCEPTED, State
from postroad.testing.smtp import Letter, Responder

CONFIG = ServerConfig(hostname="mx.example", offers_starttls=True, auth_mechanisms=("PLAIN",))

# What brings a connection into each state.
WAY = {
    State.CONNECTED: b"",
    State.READY: b"EHLO a\r\n",
    State.MAIL: b"EHLO a\r\nMAIL FROM:<>\r\n",
    State.RCPT: b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n",
    State.CHUNKS: b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nBDAT 1\r\nx",
}

# For each command its line and, state by state, the answer's code and the state that follows.
COMMANDS = {
    "HELLO": b"EHLO b\r\n",
    "MAIL": b"MAIL FROM:<a@b>\r\n",
    "RCPT": b"RCPT TO:<c@d>\r\n",
    "DATA": b"DATA\r\n",
    "BDAT": b"BDAT 1\r\ny",
    "RSET": b"RSET\r\n",
    "NOOP": b"NOOP\r\n",
    "QUIT": b"QUIT\r\n",
    "STARTTLS": b"STARTTLS\r\n",
    "AUTH": b"AUTH PLAIN\r\n",
}

CODES = {
    #                   HELLO MAIL RCPT DATA BDAT RSET NOOP QUIT STARTTLS AUTH
    State.CONNECTED: (250, 503, 503, 503, 503, 250, 250, 221, 503, 503),
    State.READY: (250, 250, 503, 503, 503, 250, 250, 221, 220, 538),
    State.MAIL: (250, 503, 250, 503, 503, 250, 250, 221, 503, 503),
    State.RCPT: (250, 503, 250, 354, 250, 250, 250, 221, 503, 503),
    State.CHUNKS: (250, 503, 503, 503, 250, 250, 250, 221, 503, 503),
}

TABLE = [
    (state, command, code)
    for state, codes in CODES.items()
    for command, code in zip(COMMANDS, codes, strict=True)
]


def brought_to(state: State, config: ServerConfig = CONFIG) -> Responder:
    responder = Responder(config)
    responder.feed(WAY[state])
    assert responder.core.state == state.value
    return responder


@pytest.mark.parametrize(("state", "command", "code"), TABLE)
def test_every_command_in_every_state(state: State, command: str, code: int) -> None:
    responder = brought_to(state)
    answer = responder.feed(COMMANDS[command])
    assert int(answer[:3]) == code
    refused = code >= 400
    following = state if refused else ACCEPTED[state][command]
    if command == "BDAT" and not refused:
        following = State.CHUNKS
    assert responder.core.state == following.value


def test_the_table_of_the_test_is_the_table_of_the_core() -> None:
    accepted = {(state, command) for state, command, code in TABLE if code < 400 or code == 538}
    rows = {(s, c) for s, row in ACCEPTED.items() for c in row if s is not State.REFUSED}
    assert accepted == rows


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"", b"500 5.5.2"),
        (b"FOO", b"500 5.5.2"),
        (b"MAILFROM:<>", b"500 5.5.2"),
        (b"NO\0OP", b"500 5.5.2"),
        (b"NOOP\t", b"500 5.5.2"),
        (b"NOOP\x7f", b"500 5.5.2"),
        (b"RSET\nNOOP", b"500 5.5.2"),
        (b"RSET\rNOOP", b"500 5.5.2"),
        (b"N\xffOP", b"500 5.5.2"),
        (b"MAIL FROM:<\xff@b>", b"500 5.5.2"),
        (b"MAIL FROM:<\xc3\xbc@b>", b"550 5.6.7"),
        (b"NOOP " + b"x" * 5000, b"500 5.5.2"),
        (b"EHLO", b"501 5.5.4"),
        (b"EHLO a b", b"501 5.5.4"),
        (b"HELO \xc3\xbc", b"501 5.5.4"),
        (b"LHLO a", b"500 5.5.1"),
        (b"RSET x", b"501 5.5.4"),
        (b"DATA x", b"501 5.5.4"),
        (b"QUIT x", b"501 5.5.4"),
        (b"STARTTLS x", b"501 5.5.4"),
        (b"VRFY", b"501 5.5.4"),
        (b"VRFY alice", b"252 2.0.0"),
        (b"EXPN list", b"502 5.5.1"),
        (b"ETRN b", b"502 5.5.1"),
        (b"HELP", b"214 2.0.0"),
        (b"HELP MAIL", b"214 2.0.0"),
        (b"NOOP whatever", b"250 2.0.0"),
        (b"noop", b"250 2.0.0"),
        (b"RSET  ", b"250 2.0.0"),
        (b"MAIL FROM:<> SIZE=99999999999", b"552 5.3.4"),
        (b"MAIL FROM:<> FOO=1", b"555 5.5.4"),
    ],
)
def test_the_core_answers_by_itself_and_goes_on(line: bytes, answer: bytes) -> None:
    responder = brought_to(State.READY)
    assert responder.feed(line + b"\r\n").startswith(answer)
    assert responder.feed(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"
    assert responder.core.state == "ready"


@pytest.mark.parametrize("verb", ["GET", "POST", "OPTIONS", "CONNECT", "PRI"])
def test_http_is_shown_the_door_at_its_first_line(verb: str) -> None:
    responder = Responder(CONFIG)
    answer = responder.feed(f"{verb} / HTTP/1.1\r\nHost: mx\r\n\r\nMAIL FROM:<>\r\n".encode())
    assert answer.startswith(b"554 5.5.1")
    assert answer.count(b"\r\n") == 1
    assert responder.core.closed


def test_the_keywords_follow_from_the_settings() -> None:
    lines = Responder(CONFIG).feed(b"EHLO a\r\n").decode().split("\r\n")
    assert lines == [
        "250-mx.example",
        "250-SIZE 52428800",
        "250-PIPELINING",
        "250-8BITMIME",
        "250-ENHANCEDSTATUSCODES",
        "250-SMTPUTF8",
        "250-CHUNKING",
        "250-BINARYMIME",
        "250-DSN",
        "250-LIMITS MAILMAX=1000 RCPTMAX=1000",
        "250 STARTTLS",
        "",
    ]


def test_helo_is_answered_with_the_name_alone() -> None:
    assert Responder(CONFIG).feed(b"HELO a\r\n") == b"250 mx.example\r\n"


def test_inside_tls_auth_is_offered_and_starttls_is_not() -> None:
    answer = Responder(CONFIG, tls=True).feed(b"EHLO a\r\nSTARTTLS\r\n")
    assert b"250 AUTH PLAIN\r\n" in answer
    assert b"STARTTLS" not in answer
    assert answer.endswith(b"502 5.5.1 Not implemented\r\n")


def test_a_pipelined_group_is_answered_in_one_piece() -> None:
    responder = Responder(CONFIG, unknown={"x@y"})
    answer = responder.feed(WAY[State.MAIL] + b"RCPT TO:<x@y>\r\nRCPT TO:<a@b>\r\nDATA\r\n")
    codes = [line[:3] for line in answer.split(b"\r\n") if line[3:4] == b" "]
    assert codes == [b"250", b"250", b"550", b"250", b"354"]


def test_a_message_and_the_next_one_may_come_in_one_piece() -> None:
    responder = brought_to(State.RCPT)
    responder.feed(
        b"DATA\r\nhi\r\n.\r\nMAIL FROM:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n..\r\n.\r\nQUIT\r\n"
    )
    assert responder.letters == [
        Letter("", ("a@b",), b"hi\r\n"),
        Letter("c@d", ("e@f",), b".\r\n"),
    ]
    assert responder.core.closed


def test_a_new_greeting_ends_the_transaction() -> None:
    responder = brought_to(State.RCPT)
    responder.feed(b"EHLO b\r\n")
    assert responder.feed(b"DATA\r\n").startswith(b"503 5.5.1")
    assert responder.core.hello == Hello("EHLO", "b")


def test_a_refused_greeting_changes_nothing() -> None:
    responder = brought_to(State.RCPT)
    assert responder.feed(b"EHLO a b\r\n").startswith(b"501")
    assert responder.feed(b"DATA\r\n").startswith(b"354")


def test_events_that_need_no_reply_are_told_too() -> None:
    responder = Responder(CONFIG)
    responder.feed(b"RSET\r\nFOO\r\nQUIT\r\n")
    assert [type(event) for event in responder.events] == [Reset, ProtocolError, Quit]


def test_the_end_of_the_stream_is_told_once() -> None:
    responder = Responder(CONFIG)
    responder.feed(b"NOO")
    assert responder.finish() == b""
    assert responder.events == [Disconnected()]
    assert responder.core.next_event() is NEED_DATA
    assert responder.core.closed


@pytest.mark.parametrize("state", WAY)
def test_nothing_is_said_after_quit(state: State) -> None:
    responder = brought_to(state)
    assert responder.feed(b"QUIT\r\nNOOP\r\n") == b"221 2.0.0 mx.example closes the connection\r\n"
    assert responder.feed(b"NOOP\r\nEHLO x\r\n") == b""
    assert responder.finish() == b""


def test_a_core_is_paused_until_its_event_is_answered() -> None:
    core = ServerConnection(CONFIG)
    core.receive_data(b"EHLO a\r\nNOOP\r\n")
    assert core.next_event() is PAUSED
    core.accept()
    assert core.next_event() == Hello("EHLO", "a")
    assert core.next_event() is PAUSED
    core.accept()
    assert core.next_event() is NEED_DATA


@pytest.mark.parametrize(("code", "state"), [(554, "refused"), (421, "closed"), (450, "refused")])
def test_a_refused_connection_hears_nothing_but_quit(code: int, state: str) -> None:
    core = ServerConnection(CONFIG)
    core.reply(Reply(code, "", ("No",)))
    assert core.state == state
    core.receive_data(b"EHLO a\r\nNOOP\r\nQUIT\r\n")
    while core.next_event() is not NEED_DATA:
        pass
    codes = [line[:3] for line in core.data_to_send().split(b"\r\n")]
    assert codes[1:] == ([b"503", b"503", b"221", b""] if code != 421 else [b""])


@pytest.mark.parametrize("state", WAY)
def test_a_421_of_the_station_closes(state: State) -> None:
    core = brought_to(state).core
    core.end(Reply(421, "4.3.2", ("Bye",)))
    assert core.data_to_send() == b"421 4.3.2 Bye\r\n"
    assert core.closed
    core.end(Reply(421, "4.3.2", ("Bye",)))
    assert core.data_to_send() == b""


def test_misuse_of_the_core_is_an_error_of_ours() -> None:
    core = ServerConnection(CONFIG)
    for wrong in (
        lambda: core.reply(Reply(220, "2.0.0", ("hi",))),
        lambda: core.reply(Reply(554, "5.0.0", ("a",)), Reply(554, "5.0.0", ("b",))),
        lambda: core.challenge(b""),
        core.tls_started,
        lambda: core.fail_body(Reply(250, "2.0.0", ("ok",))),
    ):
        with pytest.raises(LocalProtocolError):
            wrong()
    core.accept()
    for wrong in (core.accept, lambda: core.reply(Reply(250, "2.0.0", ("ok",)))):
        with pytest.raises(LocalProtocolError):
            wrong()


@pytest.mark.parametrize(
    "settings",
    [
        {"hostname": ""},
        {"hostname": "a b"},
        {"hostname": "a\r\nb"},
        {"hostname": "[1.2.3.4\r\n]"},
        {"hostname": "a", "max_message_size": 1000},
        {"hostname": "a", "max_recipients": 99},
        {"hostname": "a", "max_errors": 0},
        {"hostname": "a", "data_timeout": 0},
    ],
)
def test_settings_that_break_the_standard_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ServerConfig(**settings)  # type: ignore[arg-type]


def test_an_lmtp_server_greets_as_one() -> None:
    config = ServerConfig(hostname="[127.0.0.1]", mode=Mode.LMTP)
    responder = Responder(config)
    assert responder.greeting == b"220 [127.0.0.1] LMTP Postroad\r\n"
    assert responder.feed(b"EHLO a\r\nHELO a\r\n").count(b"500 5.5.1") == 2
    assert b"250 LIMITS" in responder.feed(b"LHLO a\r\n")
