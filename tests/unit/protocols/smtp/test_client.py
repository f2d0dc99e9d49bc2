"""The client core: what it sends and when, and what it makes of what a server says."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import (
    NEED_DATA,
    AddressError,
    AuthStart,
    ClientConnection,
    DataStart,
    Disconnected,
    EndOfData,
    Extensions,
    Greeting,
    Hello,
    LocalProtocolError,
    MailFrom,
    Mode,
    Noop,
    NotOfferedError,
    ProtocolError,
    Quit,
    RcptTo,
    Replied,
    Reply,
    Reset,
    StartTls,
    limits,
)
from postroad.protocols.smtp.commands import AuthResponse
from postroad.protocols.smtp.events import CancelAuth

EHLO = b"250-mx\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-CHUNKING\r\n250 STARTTLS\r\n"
OK = Reply(250, "2.0.0", ("OK",))


def events(core: ClientConnection, data: bytes = b"") -> list[object]:
    """All events after `data` came."""
    if data:
        core.receive_data(data)
    found: list[object] = []
    while (event := core.next_event()) is not NEED_DATA:
        found.append(event)
    return found


def greeted(extensions: bytes = EHLO, mode: Mode = Mode.SMTP) -> ClientConnection:
    core = ClientConnection(mode)
    events(core, b"220 mx ESMTP\r\n")
    core.send(Hello("EHLO", "me"))
    events(core, extensions)
    core.data_to_send()
    return core


def amid_body(mode: Mode = Mode.SMTP) -> ClientConnection:
    core = greeted(mode=mode)
    for command in (MailFrom(""), RcptTo("a@b"), RcptTo("c@d"), DataStart()):
        core.send(command)
    events(core, b"250 2.0.0 OK\r\n" * 3 + b"354 go\r\n")
    core.data_to_send()
    return core


def test_the_greeting_comes_first() -> None:
    core = ClientConnection()
    assert events(core, b"220-mx ESMTP\r\n220 welcome\r\n") == [
        Greeting(Reply(220, "", ("mx ESMTP", "welcome")))
    ]


def test_nothing_is_sent_before_the_greeting() -> None:
    with pytest.raises(LocalProtocolError):
        ClientConnection().send(Hello("EHLO", "me"))


def test_the_extensions_are_read() -> None:
    core = greeted()
    assert dict(core.extensions) == {
        "PIPELINING": (),
        "SIZE": ("1000",),
        "CHUNKING": (),
        "STARTTLS": (),
    }
    assert core.pipelines


def test_helo_leaves_no_extensions() -> None:
    core = greeted()
    core.send(Hello("HELO", "me"))
    events(core, b"250-mx\r\n250 PIPELINING\r\n")
    assert not core.extensions


def test_replies_go_with_commands_in_order() -> None:
    core = greeted()
    for command in (MailFrom("a@b"), RcptTo("c@d"), DataStart()):
        core.send(command)
    sent = core.data_to_send()
    assert sent == b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
    assert events(core, b"250 2.0.0 OK\r\n550-5.1.1 No\r\n550 5.1.1 body\r\n503 5.5.1 No\r\n") == [
        Replied(MailFrom("a@b"), OK),
        Replied(RcptTo("c@d"), Reply(550, "5.1.1", ("No", "body"))),
        Replied(DataStart(), Reply(503, "5.5.1", ("No",))),
    ]


def test_without_pipelining_each_reply_is_awaited() -> None:
    core = greeted(b"250 mx\r\n")
    core.send(MailFrom(""))
    with pytest.raises(LocalProtocolError):
        core.send(RcptTo("a@b"))


@pytest.mark.parametrize("command", [DataStart(), Noop(), Hello("EHLO", "a"), Quit(), StartTls()])
def test_some_commands_are_the_last_of_a_group(command) -> None:
    core = greeted()
    core.send(command)
    with pytest.raises(LocalProtocolError):
        core.send(Reset())


def test_a_body_is_sent_between_354_and_a_dot() -> None:
    core = amid_body()
    core.send_body(b".a\r\n")
    core.send_body(b"b")
    core.end_body()
    assert core.data_to_send() == b"..a\r\nb\r\n.\r\n"
    assert events(core, b"250 2.0.0 OK\r\n") == [Replied(EndOfData(), OK)]
    core.send(Reset())


def test_commands_amid_a_body_and_bodies_amid_commands_are_ours_to_avoid() -> None:
    core = amid_body()
    with pytest.raises(LocalProtocolError):
        core.send(Noop())
    core.end_body()
    for wrong in (lambda: core.send_body(b"x"), core.end_body, lambda: core.send(EndOfData())):
        with pytest.raises(LocalProtocolError):
            wrong()


def test_lmtp_gives_a_reply_for_each_accepted_recipient() -> None:
    core = amid_body(Mode.LMTP)
    core.end_body()
    assert events(core, b"250 2.0.0 OK\r\n452 4.2.2 full\r\n") == [
        Replied(EndOfData(), OK, 0),
        Replied(EndOfData(), Reply(452, "4.2.2", ("full",)), 1),
    ]
    assert core.waiting == 0


def test_chunks_are_sent_with_their_octets() -> None:
    core = greeted()
    core.send(MailFrom(""))
    core.send(RcptTo("a@b"))
    events(core, b"250 2.0.0 OK\r\n" * 2)
    core.data_to_send()
    core.send_chunk(b"\0\n", last=False)
    core.send_chunk(b"", last=True)
    assert core.data_to_send() == b"BDAT 2\r\n\0\nBDAT 0 LAST\r\n"


def test_a_chunk_for_nobody_is_not_sent() -> None:
    with pytest.raises(LocalProtocolError):
        greeted().send_chunk(b"x", last=True)


@pytest.mark.parametrize("command", [StartTls(), MailFrom("", smtputf8=True)])
def test_what_is_not_offered_is_not_asked_for(command) -> None:
    core = greeted(b"250-mx\r\n250 PIPELINING\r\n")
    with pytest.raises(NotOfferedError):
        core.send(command)
    assert core.data_to_send() == b""


def test_a_recipient_beyond_ascii_needs_smtputf8_in_mail() -> None:
    core = greeted(b"250-mx\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n")
    core.send(MailFrom(""))
    with pytest.raises(AddressError):
        core.send(RcptTo("ü@b.example"))


def test_after_tls_all_is_forgotten_and_starttls_gone() -> None:
    core = greeted()
    core.send(StartTls())
    events(core, b"220 2.0.0 go\r\n")
    with pytest.raises(LocalProtocolError):
        core.send(Noop())
    core.tls_started()
    assert core.tls
    assert not core.extensions
    core.send(Hello("EHLO", "me"))
    events(core, EHLO)
    with pytest.raises(NotOfferedError):
        core.send(StartTls())


@pytest.mark.parametrize("split", [True, False])
def test_a_reply_injected_before_tls_ends_it(split: bool) -> None:
    core = greeted()
    core.send(StartTls())
    found = events(core, b"220 2.0.0 go\r\n" + (b"" if split else b"250 mx\r\n"))
    found += events(core, b"250 mx\r\n") if split else []
    assert isinstance(found[-1], ProtocolError)
    assert core.closed


def test_a_refused_starttls_leaves_the_session_in_clear() -> None:
    core = greeted()
    core.send(StartTls())
    events(core, b"454 4.7.0 Not now\r\n")
    with pytest.raises(LocalProtocolError):
        core.tls_started()
    core.send(Noop())


MALFORMED = [
    b"hello\r\n",
    b"2500 x\r\n",
    b"150 x\r\n",
    b"650 x\r\n",
    b"25\r\n",
    b"\r\n",
    b"250=x\r\n",
    b"250-a\r\n251 b\r\n",
    b"x" * (limits.REPLY_LINE_ACCEPTED + 1),
    b"250 " + b"x" * limits.REPLY_LINE_ACCEPTED + b"\r\n",
    b"250-x\r\n" * (limits.REPLY_LINES + 1),
    b"350 x\r\n",
]


@pytest.mark.parametrize("said", MALFORMED)
def test_a_malformed_reply_ends_the_conversation(said: bytes) -> None:
    core = greeted()
    core.send(Noop())
    found = events(core, said + b"250 OK\r\n")
    assert len(found) == 1
    assert isinstance(found[0], ProtocolError)
    assert core.closed
    assert events(core, b"250 OK\r\n") == []


def test_a_reply_that_nobody_asked_for_ends_it_too() -> None:
    assert isinstance(events(greeted(), b"250 OK\r\n")[0], ProtocolError)


def test_an_endless_reply_is_not_kept() -> None:
    core = ClientConnection()
    for _ in range(1_000):
        core.receive_data(b"220-" + b"x" * 1_000 + b"\r\n")
        if events(core):
            break
    assert core.closed


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        (b"250\r\n", Reply(250, "", ("",))),
        (b"250 \r\n", Reply(250, "", ("",))),
        (b"550 5.1.1\r\n", Reply(550, "5.1.1", ("",))),
        (b"550 5.1.1 \r\n", Reply(550, "5.1.1", ("",))),
        (b"550-5.1.1\r\n550 text\r\n", Reply(550, "5.1.1", ("", "text"))),
        (b"550 4.1.1 odd\r\n", Reply(550, "", ("4.1.1 odd",))),
        (b"250 f\xfcr\r\n", Reply(250, "", ("f\ufffdr",))),
        (b"250 a\tb\x1b[0m\0\n\r\n", Reply(250, "", ("a?b?[0m??",))),
        ("250 für\r\n".encode(), Reply(250, "", ("für",))),
    ],
)
def test_odd_but_readable_replies_are_read(said: bytes, reply: Reply) -> None:
    core = greeted()
    core.send(Noop())
    assert events(core, said) == [Replied(Noop(), reply)]


def test_a_421_is_remembered_as_farewell() -> None:
    core = greeted()
    assert events(core, b"421 4.3.2 going down\r\n") == []
    core.receive_eof()
    assert events(core) == [Disconnected()]
    assert core.farewell == Reply(421, "4.3.2", ("going down",))


def test_the_end_of_the_stream_amid_a_reply_is_an_end() -> None:
    core = greeted()
    core.send(Noop())
    core.receive_data(b"250-half\r\n250 ha")
    core.receive_data(b"")
    assert events(core) == [Disconnected()]


def test_quit_is_the_last_command() -> None:
    core = greeted()
    core.send(Quit())
    assert core.timeout() == limits.QUIT_TIMEOUT
    assert events(core, b"221 2.0.0 bye\r\n") == [Replied(Quit(), Reply(221, "2.0.0", ("bye",)))]
    with pytest.raises(LocalProtocolError):
        core.send(Noop())


def test_the_time_allowed_depends_on_what_is_awaited() -> None:
    core = ClientConnection()
    times = [core.timeout()]
    core = greeted()
    for command in (MailFrom(""), RcptTo("a@b"), DataStart()):
        core.send(command)
    for reply in (b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"):
        times.append(core.timeout())
        events(core, reply)
    times.append(core.timeout())
    core.end_body()
    assert [*times, core.timeout()] == [300, 300, 300, 120, 180, 600]  # RFC 5321 §4.5.3.2


def test_data_is_answered_with_354_or_a_refusal() -> None:
    core = greeted()
    core.send(DataStart())
    assert isinstance(events(core, b"250 OK\r\n")[0], ProtocolError)


def test_a_watcher_sees_every_line_but_no_secret() -> None:
    seen: list[str] = []
    core = ClientConnection(watch=lambda direction, line: seen.append(f"{direction} {line}"))
    events(core, b"220 mx\r\n")
    for command, reply in (
        (Hello("EHLO", "me"), b"250-mx\r\n250 AUTH PLAIN\r\n"),
        (AuthStart("PLAIN", b"\0tim\0secret"), b"334 \r\n"),
        (AuthResponse(b"\0tim\0secret"), b"334 \r\n"),
        (CancelAuth(), b"501 5.7.0 cancelled\r\n"),
    ):
        core.send(command)
        events(core, reply)
    assert seen == [
        *("< 220 mx", "> EHLO me", "< 250-mx", "< 250 AUTH PLAIN"),
        *("> AUTH PLAIN …", "< 334 ", "> …", "< 334 ", "> *", "< 501 5.7.0 cancelled"),
    ]


@pytest.mark.parametrize(
    ("line", "mechanisms"),
    [("AUTH PLAIN login", ("PLAIN", "LOGIN")), ("AUTH=LOGIN PLAIN", ("LOGIN", "PLAIN")), ("X", ())],
)
def test_mechanisms_are_read_in_both_spellings(line: str, mechanisms: tuple[str, ...]) -> None:
    assert Extensions.parse(Reply(250, "", ("mx", line))).mechanisms == mechanisms


def test_both_spellings_together_are_one_list() -> None:
    reply = Reply(250, "", ("mx", "AUTH PLAIN LOGIN", "AUTH=PLAIN LOGIN"))
    assert Extensions.parse(reply).mechanisms == ("PLAIN", "LOGIN")


@pytest.mark.parametrize(
    ("lines", "size", "rcptmax"),
    [
        (("SIZE 1000", "LIMITS RCPTMAX=50 MAILMAX=5"), 1000, 50),
        (("SIZE 0", "LIMITS rcptmax=0"), None, None),
        (("SIZE", "LIMITS"), None, None),
        (("SIZE x", "LIMITS RCPTMAX=x"), None, None),
        (("SIZE " + "9" * 30, "LIMITS RCPTMAX=9999999"), int("9" * 20), None),
        (("", "  "), None, None),
    ],
)
def test_numbers_of_a_server_are_read_with_care(
    lines: tuple[str, ...], size: int | None, rcptmax: int | None
) -> None:
    extensions = Extensions.parse(Reply(250, "", ("mx", *lines)))
    assert (extensions.max_size, extensions.limit("RCPTMAX")) == (size, rcptmax)
