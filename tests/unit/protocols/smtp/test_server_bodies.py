"""Bodies on the server core: DATA, BDAT, sizes, faults, LMTP."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import Aborted, Mode, ProtocolError, Reply, ServerConfig
from postroad.testing.smtp import Letter, Responder

SMALL = ServerConfig(hostname="mx.example", max_message_size=65_536)
LMTP = ServerConfig(hostname="mx.example", mode=Mode.LMTP, max_message_size=65_536)
ENVELOPE = b"EHLO a\r\nMAIL FROM:<s@t>%b\r\nRCPT TO:<a@b>\r\n"
LINE = b"x" * 76 + b"\r\n"


def ready(config: ServerConfig = SMALL, parameters: bytes = b"") -> Responder:
    """A core with a sender and one recipient."""
    responder = Responder(config)
    responder.feed(ENVELOPE % parameters)
    return responder


def codes(answer: bytes) -> list[bytes]:
    """The codes of all replies but 354."""
    found = [line.split(b" ", 2) for line in answer.split(b"\r\n") if line[3:4] == b" "]
    return [b" ".join(words[:2]) for words in found if words[0] != b"354"]


@pytest.mark.parametrize("size", [0, 10, 65_535, 65_536])
def test_a_message_up_to_the_maximum_is_taken(size: int) -> None:
    responder = ready()
    body = (b"x" * (size - 2) + b"\r\n") if size else b""
    assert codes(responder.feed(b"DATA\r\n" + body + b".\r\n")) == [b"250 2.0.0"]
    assert responder.letters == [Letter("s@t", ("a@b",), body)]


def test_dots_are_not_counted() -> None:
    responder = ready()
    assert codes(responder.feed(b"DATA\r\n" + b"..\r\n" * 21_000 + b".\r\n")) == [b"250 2.0.0"]
    assert len(responder.letters[0].body) == 63_000


def test_a_message_over_the_maximum_is_drained_and_refused_at_its_end() -> None:
    responder = ready()
    assert responder.feed(b"DATA\r\n" + LINE).startswith(b"354")
    for _ in range(2_000):
        assert responder.feed(LINE) == b""
    assert codes(responder.feed(b".\r\nNOOP\r\n")) == [b"552 5.3.4", b"250 2.0.0"]
    assert isinstance(responder.events[-1], Aborted)
    assert not responder.letters
    assert responder.core.held == 0


def test_a_message_without_end_is_cut_off() -> None:
    responder = ready()
    responder.feed(b"DATA\r\n")
    for _ in range(10_000):
        if responder.core.closed:
            break
        answer = responder.feed(LINE)
    assert codes(answer) == [b"552 5.3.4"]
    assert not responder.letters


@pytest.mark.parametrize(
    "bad", [b"a\nb", b"a\rb", b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"a\0b"]
)
def test_a_body_with_a_bare_newline_or_nul_is_drained_and_refused(bad: bytes) -> None:
    responder = ready()
    answer = responder.feed(b"DATA\r\nx\r\n" + bad + b"\r\nRSET\r\n.\r\nNOOP\r\n")
    assert codes(answer) == [b"550 5.6.0", b"250 2.0.0"]
    assert not responder.letters
    assert responder.core.state == "ready"


def test_the_station_may_refuse_a_body_while_it_comes() -> None:
    responder = ready()
    responder.feed(b"DATA\r\nx\r\n")
    responder.core.fail_body(Reply(452, "4.3.1", ("Full",)))
    responder.core.fail_body(Reply(550, "5.0.0", ("Too late",)))
    assert codes(responder.feed(b"y\r\n.\r\n")) == [b"452 4.3.1"]
    assert not responder.letters


def test_a_421_for_a_body_closes_after_it() -> None:
    responder = ready(LMTP)
    responder.feed(b"LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n")
    responder.core.fail_body(Reply(421, "4.3.1", ("Bye",)))
    assert responder.feed(b".\r\nNOOP\r\n") == b"421 4.3.1 Bye\r\n"
    assert responder.core.closed


def test_chunks_make_a_message() -> None:
    responder = ready()
    answer = responder.feed(b"BDAT 3\r\nab\rBDAT 2\r\n\nc")
    assert codes(answer) == [b"250 2.0.0", b"250 2.0.0"]
    assert answer.endswith(b"5 octets received\r\n")
    assert codes(responder.feed(b"BDAT 0 LAST\r\nNOOP\r\n")) == [b"250 2.0.0"] * 2
    assert responder.letters == [Letter("s@t", ("a@b",), b"ab\r\nc")]


def test_chunks_take_commands_for_octets() -> None:
    responder = ready()
    responder.feed(b"BDAT 25 LAST\r\nRSET\r\nSTARTTLS\r\n.\r\n")
    assert responder.core.state == "chunk"
    responder.feed(b"QUIT\r\n")
    assert responder.letters[0].body == b"RSET\r\nSTARTTLS\r\n.\r\nQUIT\r\n"


@pytest.mark.parametrize(
    "bad",
    [
        b"BDAT 3 LAST\r\na\nb",
        b"BDAT 2\r\na\rBDAT 2 LAST\r\nbc",
        b"BDAT 2 LAST\r\na\r",
        b"BDAT 1 LAST\r\n\0",
    ],
)
def test_chunks_with_a_bare_newline_are_refused(bad: bytes) -> None:
    responder = ready()
    assert codes(responder.feed(bad))[-1] == b"550 5.6.0"
    assert not responder.letters


def test_binary_chunks_may_hold_anything() -> None:
    responder = ready(parameters=b" BODY=BINARYMIME")
    body = bytes(range(256)) + b"\n.\n\r\n.\r\n\r"
    assert codes(responder.feed(b"BDAT %d LAST\r\n" % len(body) + body)) == [b"250 2.0.0"]
    assert responder.letters[0].body == body


def test_a_binary_message_cannot_come_by_data() -> None:
    responder = ready(parameters=b" BODY=BINARYMIME")
    assert codes(responder.feed(b"DATA\r\n")) == [b"503 5.5.1"]
    assert codes(responder.feed(b"BDAT 1 LAST\r\n\0")) == [b"250 2.0.0"]


def test_data_after_bdat_is_out_of_sequence_and_rset_clears_it() -> None:
    responder = ready()
    assert codes(responder.feed(b"BDAT 1\r\nxDATA\r\n")) == [b"250 2.0.0", b"503 5.5.1"]
    assert codes(responder.feed(b"RSET\r\nDATA\r\n")) == [b"250 2.0.0", b"503 5.5.1"]
    assert not responder.letters


def test_chunks_over_the_maximum_are_drained_and_refused() -> None:
    responder = ready()
    assert codes(responder.feed(b"BDAT 40000\r\n" + b"x" * 40_000)) == [b"250 2.0.0"]
    answer = responder.feed(b"BDAT 40000\r\n" + b"x" * 40_000 + b"BDAT 1 LAST\r\nxNOOP\r\n")
    assert codes(answer) == [b"552 5.3.4", b"503 5.5.1", b"250 2.0.0"]
    assert not responder.letters


def test_a_chunk_of_absurd_size_closes_before_it_came() -> None:
    responder = ready()
    assert codes(responder.feed(b"BDAT 99999999999999999999 LAST\r\nx")) == [b"552 5.3.4"]
    assert responder.core.closed


@pytest.mark.parametrize("line", [b"BDAT\r\n", b"BDAT x\r\n", b"BDAT 5 FIRST\r\n", b"BDAT -1\r\n"])
def test_a_chunk_of_unknown_size_closes(line: bytes) -> None:
    responder = ready()
    assert codes(responder.feed(line + b"MAIL FROM:<>\r\n")) == [b"501 5.5.4"]
    assert responder.core.closed


@pytest.mark.parametrize("before", [b"", b"EHLO a\r\n", b"EHLO a\r\nMAIL FROM:<>\r\n"])
def test_a_chunk_out_of_sequence_is_drained_and_refused(before: bytes) -> None:
    responder = Responder(SMALL)
    responder.feed(before)
    state = responder.core.state
    assert codes(responder.feed(b"BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")) == [b"503 5.5.1", b"250 2.0.0"]
    assert responder.core.state == state
    assert isinstance(responder.events[-1], ProtocolError)


def lmtp(*recipients: bytes, unknown: tuple[str, ...] = ()) -> Responder:
    responder = Responder(LMTP, unknown=unknown)
    lines = b"".join(b"RCPT TO:<%b>\r\n" % recipient for recipient in recipients)
    responder.feed(b"LHLO a\r\nMAIL FROM:<>\r\n" + lines)
    return responder


def test_lmtp_answers_for_each_accepted_recipient() -> None:
    responder = lmtp(b"a@b", b"x@y", b"c@d", b"a@b", unknown=("x@y",))
    assert codes(responder.feed(b"DATA\r\nhi\r\n.\r\n")) == [b"250 2.0.0"] * 3
    assert responder.letters == [Letter("", ("a@b", "c@d", "a@b"), b"hi\r\n")]


def test_lmtp_refuses_a_body_for_each_accepted_recipient() -> None:
    responder = lmtp(b"a@b", b"c@d")
    assert codes(responder.feed(b"DATA\r\nh\ni\r\n.\r\n")) == [b"550 5.6.0"] * 2


def test_lmtp_answers_the_last_chunk_for_each_and_others_once() -> None:
    responder = lmtp(b"a@b", b"c@d")
    assert codes(responder.feed(b"BDAT 1\r\nx")) == [b"250 2.0.0"]
    assert codes(responder.feed(b"BDAT 0 LAST\r\n")) == [b"250 2.0.0"] * 2


def test_lmtp_says_nothing_to_a_last_chunk_for_nobody() -> None:
    # RFC 2033 §4.3
    responder = lmtp(b"x@y", unknown=("x@y",))
    assert responder.feed(b"BDAT 1 LAST\r\nx") == b""
    assert codes(responder.feed(b"BDAT 1\r\nx")) == [b"503 5.5.1"]
    assert codes(responder.feed(b"DATA\r\n")) == [b"503 5.5.1"]


def test_a_disconnect_amid_a_body_leaves_no_letter() -> None:
    for body in (b"DATA\r\nhalf", b"BDAT 9 LAST\r\nhalf", b"DATA\r\nwhole\r\n."):
        responder = ready()
        responder.feed(body)
        responder.finish()
        assert not responder.letters
        assert responder.core.closed
