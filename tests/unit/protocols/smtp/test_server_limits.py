"""What one client may cost: lines, recipients, errors, idle commands, messages, time."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import ProtocolError, ServerConfig, limits
from postroad.testing.smtp import Responder

CONFIG = ServerConfig(hostname="mx.example", max_recipients=100, max_messages=3, max_errors=10)
ENVELOPE = b"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"
MESSAGE = ENVELOPE + b"DATA\r\n.\r\n"


def ready(**station: object) -> Responder:
    responder = Responder(CONFIG, **station)  # type: ignore[arg-type]
    responder.feed(b"EHLO a\r\n")
    return responder


def test_recipients_over_the_maximum_wait_for_the_next_transaction() -> None:
    responder = ready()
    responder.feed(b"MAIL FROM:<>\r\n")
    answer = responder.feed(b"RCPT TO:<a@b>\r\n" * 150)
    assert answer.count(b"250 2.1.5") == 100
    assert answer.count(b"452 4.5.3") == 50
    responder.feed(b"DATA\r\nhi\r\n.\r\n")
    assert len(responder.letters[0].recipients) == 100


def test_a_hundred_thousand_recipients_end_the_connection() -> None:
    responder = ready()
    responder.feed(b"MAIL FROM:<>\r\n")
    answer = b"".join(responder.feed(b"RCPT TO:<a@b>\r\n" * 100) for _ in range(1_000))
    assert responder.core.closed
    assert answer.count(b"\r\n") == 100 + 100 + CONFIG.max_errors + 1
    assert b"\r\n421 4.7.0" in answer


def test_refused_recipients_are_counted_across_transactions() -> None:
    responder = ready(unknown={"a@b"})
    for _ in range(300):
        answer = responder.feed(ENVELOPE + b"RSET\r\n")
        if responder.core.closed:
            break
    assert b"421 4.7.0" in answer


def test_a_message_that_arrives_wipes_the_slate() -> None:
    responder = ready(unknown={"x@y"})
    for _ in range(2):
        responder.feed(b"MAIL FROM:<>\r\n" + b"RCPT TO:<x@y>\r\n" * 80 + b"RSET\r\n" * 60)
        responder.feed(MESSAGE)
    assert not responder.core.closed


def test_too_many_errors_end_the_connection() -> None:
    responder = ready()
    answer = responder.feed(b"FOO\r\n" * 100)
    assert answer.count(b"500 5.5.2") == CONFIG.max_errors
    assert answer.endswith(b"421 4.7.0 mx.example closes the connection: too many errors\r\n")
    assert responder.core.closed


@pytest.mark.parametrize("line", [b"NOOP", b"RSET", b"HELP", b"VRFY a", b"EHLO a", b"HELO a"])
def test_a_flood_of_idle_commands_ends_the_connection(line: bytes) -> None:
    responder = ready()
    answer = responder.feed((line + b"\r\n") * 100_000)
    assert responder.core.closed
    assert b"421 4.7.0" in answer
    assert answer.count(b"\r\n2") + 1 <= limits.IDLE_COMMANDS * 12


def test_a_connection_has_its_share_of_messages() -> None:
    responder = ready()
    answer = responder.feed(MESSAGE * 4)
    assert len(responder.letters) == 3
    assert b"421 4.7.0" in answer
    assert responder.core.closed


def test_an_over_long_line_is_dropped_and_answered_at_its_end() -> None:
    responder = ready()
    for _ in range(100):
        assert responder.feed(b"x" * 4_000) == b""
        assert responder.core.held <= limits.COMMAND_LINE
    assert responder.feed(b"\r\nNOOP\r\n") == b"500 5.5.2 The line is too long\r\n250 2.0.0 OK\r\n"


def test_a_line_without_end_ends_the_connection() -> None:
    responder = ready()
    answer = b"".join(responder.feed(b"x" * 10_000) for _ in range(100))
    assert answer == b"500 5.5.2 The line is too long\r\n"
    assert responder.core.closed
    assert responder.core.held == 0


def test_progress_rises_with_commands_and_with_16_kib_of_body() -> None:
    responder = ready()
    responder.feed(ENVELOPE + b"DATA\r\n")
    before = responder.core.progress
    for size, steps in ((limits.PROGRESS // 2, 0), (limits.PROGRESS // 2 + 2, 1), (1, 1)):
        responder.feed(b"x" * size)
        assert responder.core.progress == before + steps
    for octet in b"NOOP":
        responder.feed(bytes([octet]))
    assert responder.core.progress == before + 1


def test_a_line_octet_by_octet_is_no_progress() -> None:
    responder = ready()
    before = responder.core.progress
    for octet in b"NOOP\r":
        responder.feed(bytes([octet]))
    assert responder.core.progress == before
    responder.feed(b"\n")
    assert responder.core.progress == before + 1


def test_the_time_allowed_depends_on_the_phase() -> None:
    responder = ready()
    assert responder.core.timeout() == limits.SERVER_TIMEOUT
    responder.feed(ENVELOPE + b"DATA\r\n")
    assert responder.core.timeout() == limits.DATA_BLOCK_TIMEOUT
    responder.feed(b".\r\n")
    assert responder.core.timeout() == limits.SERVER_TIMEOUT


def test_slowness_and_shutdown_are_told_with_a_421() -> None:
    slow, down = ready(), ready()
    slow.core.end_timeout()
    down.core.end_shutdown()
    assert slow.core.data_to_send().startswith(b"421 4.4.2")
    assert down.core.data_to_send().startswith(b"421 4.3.2")


def test_between_commands_is_not_amid_a_body() -> None:
    responder = ready()
    assert responder.core.between_commands
    responder.feed(ENVELOPE)
    assert responder.core.between_commands
    responder.feed(b"DATA\r\nx\r\n")
    assert not responder.core.between_commands


def test_errors_are_told_to_the_shell_with_the_answer_that_was_given() -> None:
    responder = ready()
    responder.feed(b"FOO\r\n")
    event = responder.events[-1]
    assert isinstance(event, ProtocolError)
    assert event.reply is not None
    assert event.reply.code == 500
