"""The IMAP core: security before the login, limits, what it says of itself, its memory."""

from __future__ import annotations

import tracemalloc
from base64 import b64encode

import pytest

from postroad.protocols.imap import (
    AuthCancelled,
    Identified,
    IdleStarted,
    LiteralStart,
    LocalProtocolError,
    LoginGiven,
    Request,
    ServerConfig,
    ServerConnection,
    bye,
    limits,
    no,
    ok,
)
from postroad.protocols.imap.commands import Enable, Login, Noop, Select
from postroad.testing.imap import Responder

CONFIG = ServerConfig(offers_starttls=True, auth_mechanisms=("SCRAM-SHA-256-PLUS", "PLAIN"))
PASSWORDS = {"alice": "secret"}
LOGIN = b"0 LOGIN alice secret\r\n"
IDLE_OCTETS = 2_048  # what a session at rest may cost the core; measured: well below 1,200


def alice(config: ServerConfig = CONFIG, *, tls: bool = True) -> Responder:
    station = Responder(config, passwords=PASSWORDS, tls=tls)
    station.feed(LOGIN)
    return station


def names(line: bytes) -> set[str]:
    """The capabilities in a line."""
    text = line.decode().split("CAPABILITY ", 1)[1]
    return set(text.split("]")[0].split("\r\n")[0].split())


# --- what is on offer (attacks 16 and 20) ---


def test_before_tls_no_password_is_asked_for() -> None:
    offered = names(Responder(CONFIG, tls=False).greeting)
    assert {"LOGINDISABLED", "STARTTLS"} <= offered
    assert not any(name.startswith("AUTH=") for name in offered)


def test_inside_tls_passwords_are_asked_for_and_starttls_is_gone() -> None:
    offered = names(Responder(CONFIG).greeting)
    assert "AUTH=PLAIN" in offered and "AUTH=SCRAM-SHA-256-PLUS" not in offered
    assert not {"LOGINDISABLED", "STARTTLS"} & offered


def test_with_a_channel_binding_plus_is_on_offer() -> None:
    core = ServerConnection(CONFIG, tls=True, bound=True)
    assert "AUTH=SCRAM-SHA-256-PLUS" in names(core.data_to_send())


def test_compression_comes_after_the_login() -> None:
    station = Responder(CONFIG, passwords=PASSWORDS)
    assert "COMPRESS=DEFLATE" not in names(station.greeting)
    assert {"COMPRESS=DEFLATE", "UNAUTHENTICATE"} <= names(station.feed(LOGIN))
    assert station.feed(b"1 COMPRESS DEFLATE\r\n").startswith(b"1 OK")
    assert "COMPRESS=DEFLATE" not in names(station.feed(b"2 CAPABILITY\r\n"))


def test_without_compression_it_is_neither_offered_nor_done() -> None:
    station = alice(ServerConfig(offers_compression=False))
    assert b"COMPRESS" not in station.feed(b"1 CAPABILITY\r\n")
    assert station.feed(b"2 COMPRESS DEFLATE\r\n").startswith(b"2 BAD")


def test_the_largest_message_is_announced() -> None:
    assert "APPENDLIMIT=9" in names(Responder(ServerConfig(max_message_size=9)).greeting)


# --- TLS (attacks 14 and 15) ---


@pytest.mark.parametrize("behind", [b"2 NOOP\r\n", b"x", b"\r\n"])
def test_octets_behind_starttls_end_the_connection(behind: bytes) -> None:
    station = Responder(CONFIG, tls=False)
    assert station.feed(b"1 STARTTLS\r\n" + behind).startswith(b"* BYE")
    assert station.core.closed


def test_octets_between_the_answer_and_the_handshake_end_the_connection() -> None:
    station = Responder(CONFIG, tls=False)
    assert station.feed(b"1 STARTTLS\r\n").startswith(b"1 OK")
    assert station.feed(b"2 NOOP\r\n").startswith(b"* BYE") and station.core.closed


def test_there_is_no_starttls_without_a_certificate() -> None:
    station = Responder(ServerConfig(), tls=False)
    assert b"STARTTLS" not in station.greeting
    assert station.feed(b"1 STARTTLS\r\n").startswith(b"1 BAD")


# --- SASL (attack 24) ---


@pytest.mark.parametrize(
    "line", [b"!", b"AGFsaWNl=", b"=", b"A", b"\xff", b"A" * 20_000, b"*", b"AGE\0"]
)
def test_a_broken_exchange_is_over_and_other_logins_go_on(line: bytes) -> None:
    station = Responder(CONFIG, passwords=PASSWORDS)
    station.feed(b"1 AUTHENTICATE PLAIN\r\n")
    assert station.feed(line + b"\r\n").startswith(b"1 BAD")
    assert AuthCancelled() in station.events
    assert station.feed(LOGIN).startswith(b"0 OK")


@pytest.mark.parametrize(
    "text", [b"", b"\0", b"\0alice", b"\0alice\0wrong", b"\0" * 99, b"x" * 5_000]
)
def test_a_wrong_response_is_refused_and_nothing_of_it_is_repeated(text: bytes) -> None:
    station = Responder(CONFIG, passwords=PASSWORDS)
    said = station.feed(b"1 AUTHENTICATE PLAIN " + (b64encode(text) or b"=") + b"\r\n")
    assert said.startswith(b"1 NO [AUTHENTICATIONFAILED]") and b"alice" not in said


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Login("alice", "secret")) + repr(LoginGiven("alice", "secret"))


# --- limits ---


@pytest.mark.parametrize("line", [b"a\r\n", b"a FROB\r\n", b"a FETCH 1 ALL\r\n"])
def test_who_makes_too_many_mistakes_is_let_go(line: bytes) -> None:
    stranger = Responder(CONFIG)
    said = stranger.feed(line * 1_000)
    assert stranger.core.closed and said.count(b"BAD") == limits.ERRORS_BEFORE_LOGIN + 1
    known = alice()
    said = known.feed(line * 1_000)
    assert known.core.closed and said.count(b"BAD") == limits.ERRORS + 1


def test_a_long_line_is_answered_with_its_tag_and_the_next_is_taken() -> None:
    station = alice()
    assert station.feed(b"a1 SEARCH TEXT " + b"x" * 70_000 + b"\r\n") == (
        b"a1 BAD [TOOBIG] The line is too long\r\n"
    )
    assert station.feed(b"a2 NOOP\r\n").endswith(b"a2 OK Done\r\n")


def test_a_tag_that_is_too_long_is_not_repeated() -> None:
    assert alice().feed(b"t" * 300 + b" NOOP\r\n").startswith(b"* BAD")


def test_a_session_at_rest_is_small() -> None:
    sessions = []
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(100):
        core = ServerConnection(CONFIG, tls=True)
        for line in (LOGIN, b"1 ENABLE CONDSTORE\r\n", b"2 SELECT INBOX\r\n", b"3 IDLE\r\n"):
            rest(core, line)
        sessions.append(core)
    octets = (tracemalloc.get_traced_memory()[0] - before) / len(sessions)
    tracemalloc.stop()
    assert octets < IDLE_OCTETS


def rest(core: ServerConnection, line: bytes) -> None:
    """Take one command, answer it."""
    core.receive_data(line)
    match core.next_event():
        case LoginGiven():
            core.log_in()
        case Request():
            core.complete(ok("Done"))
        case IdleStarted():
            core.start_idle()
    core.next_event()
    core.data_to_send()


# --- the shell's side ---


def test_what_the_client_says_about_itself_is_told() -> None:
    station = alice()
    station.feed(b'1 ID ("name" "x" "os" NIL)\r\n')
    assert station.events[-1] == Identified((("name", "x"), ("os", None)))


def test_only_what_is_known_is_enabled() -> None:
    station = alice()
    assert station.feed(b"1 ENABLE utf8=accept X-FROB\r\n").startswith(b"* ENABLED UTF8=ACCEPT\r\n")
    assert station.commands == [Enable(("UTF8=ACCEPT",))]
    assert station.core.utf8 and station.core.enabled == {"UTF8=ACCEPT"}


def test_a_literal_is_asked_about_before_it_is_read() -> None:
    station = Responder(CONFIG, passwords=PASSWORDS, refusal=no("Quota", b"OVERQUOTA"))
    station.feed(LOGIN)
    assert station.feed(b"1 APPEND Sent (\\Seen) {1000}\r\n") == b"1 NO [OVERQUOTA] Quota\r\n"
    assert isinstance(station.events[-1], LiteralStart)
    assert station.events[-1].mailbox == "Sent" and station.events[-1].message.flags == ("\\Seen",)


def test_an_answer_that_is_not_due_is_a_mistake_of_ours() -> None:
    core = ServerConnection(CONFIG)
    for answer in (core.log_in, core.accept_tls, core.start_idle, core.accept_literal):
        with pytest.raises(LocalProtocolError):
            answer()
    for refuse in (core.complete, core.reject, core.refuse_literal, core.drop_literal):
        with pytest.raises(LocalProtocolError):
            refuse(no("x"))
    with pytest.raises(LocalProtocolError):
        core.end(ok("x"))


def test_commands_are_handed_out_one_after_the_other() -> None:
    core = alice().core
    core.receive_data(b"1 NOOP\r\n2 SELECT a\r\n")
    assert core.next_event() == Request("1", Noop())
    assert core.next_event() is core.next_event()  # PAUSED
    core.complete(ok("Done"))
    assert core.next_event() == Request("2", Select("a"))


def test_the_shell_may_end_it() -> None:
    core = alice().core
    core.end(bye("Enough"))
    assert core.data_to_send() == b"* BYE Enough\r\n" and core.closed
    core.receive_data(b"1 NOOP\r\n")
    assert core.held == 0
