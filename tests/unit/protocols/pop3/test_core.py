"""The POP3 core: limits, TLS, answers that are due, and what a shell may not do."""

from __future__ import annotations

import pytest

from postroad.protocols.pop3 import (
    NEED_DATA,
    NEED_FLUSH,
    PAUSED,
    Code,
    Disconnected,
    Entry,
    LocalProtocolError,
    Maildrop,
    Mistake,
    PasswordGiven,
    Retrieve,
    ServerConfig,
    ServerConnection,
    Signal,
    Text,
    TlsWanted,
    Update,
    err,
    limits,
    ok,
)
from postroad.testing.pop3 import Responder

CONFIG = ServerConfig(offers_stls=True, auth_mechanisms=("SCRAM-SHA-256", "PLAIN"))
PASSWORDS = {"alice": "secret"}
LOGIN = b"USER alice\r\nPASS secret\r\n"
REFUSED = err(Text.WRONG_LOGIN, Code.AUTH)


def opened(*sizes: int) -> ServerConnection:
    """A core with an open maildrop, and nothing left to send."""
    core = ServerConnection(CONFIG, tls=True)
    core.receive_data(LOGIN)
    assert core.next_event() == PasswordGiven("alice", "secret")
    core.open(Maildrop([Entry(size, f"u{index}") for index, size in enumerate(sizes)]))
    assert core.next_event() is NEED_DATA
    core.data_to_send()
    return core


def feed(core: ServerConnection, data: bytes) -> tuple[object, bytes]:
    """The first event after `data`, and what the core says with it."""
    core.receive_data(data)
    return core.next_event(), core.data_to_send()


def test_an_answer_that_is_due_holds_up_everything_else() -> None:
    core = ServerConnection(CONFIG, tls=True)
    core.receive_data(LOGIN + b"STAT\r\n")
    core.next_event()
    assert core.next_event() is PAUSED
    core.reject(REFUSED)
    assert core.data_to_send().endswith(b"-ERR [AUTH] Wrong user name or password\r\n")


def test_a_failed_login_can_be_tried_again_until_it_was_too_often() -> None:
    responder = Responder(CONFIG, passwords=PASSWORDS, tls=True)
    wrong = b"USER alice\r\nPASS wrong\r\n"
    for _ in range(limits.AUTH_FAILURES - 1):
        responder.feed(wrong)
        assert not responder.core.closed
    responder.feed(wrong)
    assert responder.core.closed


def test_too_many_mistakes_end_the_connection() -> None:
    responder = Responder(CONFIG)
    said = responder.feed(b"NONSENSE\r\n" * (limits.ERRORS + 5))
    assert said.count(b"\r\n") == limits.ERRORS + 1
    assert said.endswith(b"-ERR Too many errors\r\n")
    assert responder.core.closed


def test_too_many_commands_before_the_login_end_the_connection() -> None:
    responder = Responder(CONFIG)
    said = responder.feed(b"UTF8\r\n" * (limits.IDLE_COMMANDS + 5))
    assert said.endswith(b"-ERR Too many commands and no login\r\n")
    assert responder.core.closed


def test_after_the_login_commands_are_not_counted() -> None:
    responder = Responder(CONFIG, passwords=PASSWORDS, tls=True)
    said = responder.feed(LOGIN + b"NOOP\r\n" * 10_000 + b"CAPA\r\n" * 200)
    assert said.count(b"+OK\r\n") == 10_000
    assert not responder.core.closed


def test_a_line_too_long_is_answered_and_the_next_is_good() -> None:
    responder = Responder(CONFIG)
    said = responder.feed(b"USER " + b"x" * limits.COMMAND_LINE + b"\r\nQUIT\r\n")
    assert said == b"-ERR The line is too long\r\n+OK Goodbye\r\n"


def test_a_line_without_end_is_not_kept_and_ends_the_connection() -> None:
    responder = Responder(CONFIG)
    for _ in range(limits.MAX_DRAINED_LINE // 1024 + 8):
        responder.feed(b"x" * 1024)
        assert responder.core.held <= limits.COMMAND_LINE
    assert responder.core.closed


def test_a_line_too_long_within_an_exchange_ends_the_exchange_only() -> None:
    responder = Responder(CONFIG, passwords=PASSWORDS, tls=True)
    responder.feed(b"AUTH PLAIN\r\n")
    assert responder.feed(b"A" * limits.AUTH_LINE + b"\r\n").startswith(b"-ERR")
    assert responder.feed(LOGIN).endswith(b"+OK The maildrop is open and locked\r\n")


@pytest.mark.parametrize(
    "line",
    [
        b"USER \xff\xfe", b"PASS se\x00cret", b"LIST 1\x00", b"LIST 99999999999", b"LIST +1",
        "LIST ١".encode(), b"TOP 1 1 1", b"TOP 1  1", b"AUTH PL@IN", b"LANG " + b"x" * 100,
        b"\xc3\x28", b"", b" ", b"QUIT now", b"STAT\n", b"US\rER",
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused(line: bytes) -> None:
    responder = Responder(CONFIG, passwords=PASSWORDS, tls=True)
    assert responder.feed(line + b"\r\n").startswith(b"-ERR")
    responder.feed(LOGIN)
    assert responder.feed(line + b"\r\n").startswith(b"-ERR")


def test_clear_octets_after_stls_end_the_connection() -> None:
    core = ServerConnection(CONFIG)
    core.data_to_send()
    assert feed(core, b"STLS\r\n")[0] == TlsWanted()
    core.accept_tls()
    core.data_to_send()
    event, _ = feed(core, b"USER evil\r\n")
    assert isinstance(event, Mistake)
    assert core.closed
    with pytest.raises(LocalProtocolError):
        core.tls_started()


def test_what_was_said_before_tls_is_forgotten() -> None:
    config = ServerConfig(offers_stls=True, auth_requires_tls=False)
    responder = Responder(config, passwords=PASSWORDS)
    responder.feed(b"USER alice\r\nSTLS\r\n")
    responder.core.tls_started()
    assert responder.feed(b"PASS secret\r\n").startswith(b"-ERR")


def test_without_a_certificate_stls_is_neither_announced_nor_taken() -> None:
    responder = Responder(ServerConfig())
    assert b"STLS" not in responder.feed(b"CAPA\r\n")
    assert responder.feed(b"STLS\r\n").startswith(b"-ERR")


def test_scram_plus_is_offered_where_it_can_be_bound_only() -> None:
    config = ServerConfig(auth_mechanisms=("SCRAM-SHA-256-PLUS", "PLAIN"))
    for bound, mechanisms in ((True, b"SASL SCRAM-SHA-256-PLUS PLAIN"), (False, b"SASL PLAIN")):
        core = ServerConnection(config, tls=True, bound=bound)
        core.receive_data(b"CAPA\r\n")
        assert core.next_event() is NEED_DATA
        assert mechanisms + b"\r\n" in core.data_to_send()


def test_a_login_delay_is_announced() -> None:
    responder = Responder(ServerConfig(login_delay=60))
    assert b"\r\nLOGIN-DELAY 60\r\n" in responder.feed(b"CAPA\r\n")


def test_a_long_listing_is_made_in_slices() -> None:
    core = opened(*[1000] * 50_000)
    event, said = feed(core, b"UIDL\r\nNOOP\r\n")
    assert event is NEED_FLUSH
    most = len(said)
    while core.next_event() is NEED_FLUSH:
        slice_ = core.data_to_send()
        most = max(most, len(slice_))
        said += slice_
    assert most < 2 * limits.SLICE
    assert said.count(b"\r\n") == 1 + 50_000 + 1
    assert core.data_to_send() == b"+OK\r\n"


def test_quit_asks_for_the_removal_of_what_is_marked_and_says_how_it_went() -> None:
    core = opened(10, 20, 30)
    event, _ = feed(core, b"DELE 3\r\nDELE 1\r\nQUIT\r\n")
    assert event == Update((0, 2))
    core.reject(err(Text.NOT_REMOVED, Code.TEMPORARY))
    assert core.data_to_send().startswith(b"-ERR [SYS/TEMP]")
    assert core.closed


def test_a_message_that_cannot_be_had_is_refused_and_the_session_goes_on() -> None:
    core = opened(10)
    assert feed(core, b"RETR 1\r\n")[0] == Retrieve(0, whole=True)
    core.reject(err(Text.LOST, Code.PERMANENT))
    assert feed(core, b"NOOP\r\n")[1].endswith(b"+OK\r\n")


def test_nothing_is_said_after_the_end() -> None:
    core = opened(10)
    feed(core, b"QUIT\r\n")
    assert feed(core, b"STAT\r\nSTAT\r\n") == (NEED_DATA, b"")
    core.end(REFUSED)
    assert core.data_to_send() == b""


def test_the_end_of_the_client_is_told_once() -> None:
    core = opened(10)
    assert feed(core, b"")[0] == Disconnected()
    assert feed(core, b"") == (NEED_DATA, b"")


def test_patience_is_short_before_the_login_and_as_the_standard_says_after_it() -> None:
    core = ServerConnection(CONFIG, tls=True)
    assert core.timeout() == limits.LOGIN_TIMEOUT
    assert opened(1).timeout() >= 600


def test_a_timeout_ends_without_a_word() -> None:
    core = opened(10)
    core.end()
    assert core.closed
    assert core.data_to_send() == b""


@pytest.mark.parametrize(
    "call",
    [
        lambda core: core.open(Maildrop()),
        lambda core: core.challenge(b""),
        lambda core: core.accept_tls(),
        lambda core: core.tls_started(),
        lambda core: core.begin_body(),
        lambda core: core.send_body(b"x"),
        lambda core: core.end_body(),
        lambda core: core.updated(),
        lambda core: core.reject(REFUSED),
    ],
)
def test_an_answer_that_is_not_due_is_a_mistake_of_ours(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LocalProtocolError):
        call(opened(10))


def test_a_refusal_is_never_positive() -> None:
    core = opened(10)
    feed(core, b"RETR 1\r\n")
    with pytest.raises(LocalProtocolError):
        core.reject(ok(Text.GOODBYE))


@pytest.mark.parametrize("uid", ["", "has space", "x" * 71, "ü"])
def test_a_unique_id_out_of_its_alphabet_cannot_be_built(uid: str) -> None:
    with pytest.raises(ValueError, match="RFC 1939"):
        Entry(1, uid)


def test_passwords_do_not_show_in_events() -> None:
    core = ServerConnection(CONFIG, tls=True)
    core.receive_data(LOGIN + b"AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n")
    shown = repr(core.next_event())
    core.reject(REFUSED)
    shown += repr(core.next_event())
    assert "secret" not in shown


def test_every_text_is_there_in_every_language_and_fits_on_its_line() -> None:
    for language in ("en", "zh-Hans", "ja"):
        for text in Text:
            line = err(text, Code.LOGIN_DELAY).encode(language)
            assert len(line) <= limits.REPLY_LINE
            assert line.endswith(b"\r\n") and line.count(b"\n") == 1


def test_a_code_like_bracket_stands_only_where_a_code_is_meant() -> None:
    for text in Text:
        assert b"[" not in err(text).encode()[:6]


def test_signals_are_no_events() -> None:
    assert {NEED_DATA, NEED_FLUSH, PAUSED} == set(Signal)
