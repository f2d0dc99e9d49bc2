"""STARTTLS and AUTH on the server core."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from postroad.protocols.smtp import (
    NEED_DATA,
    AuthCancelled,
    LocalProtocolError,
    Mode,
    ProtocolError,
    Reply,
    ServerConfig,
    ServerConnection,
    limits,
)
from postroad.sasl import client_mechanism
from postroad.testing.smtp import Responder

MECHANISMS = ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN")
MSA = ServerConfig(
    hostname="mail.example",
    mode=Mode.SUBMISSION,
    offers_starttls=True,
    auth_mechanisms=MECHANISMS,
)
PASSWORDS = {"tim": "tanstaaf"}
PLAIN = b64encode(b"\0tim\0tanstaaf")
WRONG = b64encode(b"\0tim\0wrong")


def msa(*, tls: bool = True) -> Responder:
    responder = Responder(MSA, passwords=PASSWORDS, tls=tls)
    responder.feed(b"EHLO a\r\n")
    return responder


def test_the_state_is_new_after_tls() -> None:
    responder = msa(tls=False)
    assert responder.feed(b"STARTTLS\r\n") == b"220 2.0.0 Begin TLS\r\n"
    responder.core.tls_started()
    assert responder.core.hello is None
    assert responder.feed(b"MAIL FROM:<>\r\n").startswith(b"503 5.5.1")
    answer = responder.feed(b"EHLO a\r\nSTARTTLS\r\n")
    assert b"250-STARTTLS" not in answer
    assert b"AUTH SCRAM-SHA-256 PLAIN LOGIN\r\n502 5.5.1" in answer


@pytest.mark.parametrize("injected", [b"R", b"RSET\r\n", b"\r\n", b"EHLO x\r\nMAIL FROM:<>\r\n"])
def test_octets_behind_starttls_end_the_connection(injected: bytes) -> None:
    responder = msa(tls=False)
    answer = responder.feed(b"STARTTLS\r\n" + injected)
    assert answer.startswith(b"554 5.5.1")
    assert answer.count(b"\r\n") == 1
    assert responder.core.closed
    assert len(responder.events) == 2  # EHLO, and the fault


def test_octets_between_the_220_and_the_handshake_end_the_connection() -> None:
    responder = msa(tls=False)
    responder.feed(b"STARTTLS\r\n")
    assert responder.feed(b"RSET\r\n") == b""
    assert isinstance(responder.events[-1], ProtocolError)
    assert responder.core.closed


def test_octets_that_came_unseen_are_not_read_after_the_handshake() -> None:
    responder = msa(tls=False)
    responder.feed(b"STARTTLS\r\n")
    responder.core.receive_data(b"RSET\r\n")
    with pytest.raises(LocalProtocolError):
        responder.core.tls_started()


def test_tls_that_is_not_available_now_leaves_the_session_as_it_was() -> None:
    core = ServerConnection(MSA)
    core.accept()
    core.receive_data(b"EHLO a\r\nSTARTTLS\r\n")
    core.next_event()
    core.accept()
    core.next_event()
    core.reply(Reply(454, "4.7.0", ("Not now",)))
    assert core.state == "ready"


def test_auth_before_tls_is_neither_offered_nor_taken() -> None:
    responder = Responder(MSA, passwords=PASSWORDS)
    assert b"AUTH" not in responder.feed(b"EHLO a\r\n")
    assert responder.feed(b"AUTH PLAIN %b\r\n" % PLAIN).startswith(b"538 5.7.11")
    assert responder.feed(b"AUTH PLAIN\r\n").startswith(b"538 5.7.11")
    assert not responder.core.authenticated


def test_mail_before_auth_is_refused_on_a_submission_port() -> None:
    assert msa().feed(b"MAIL FROM:<>\r\n").startswith(b"530 5.7.0 AUTH")
    assert msa(tls=False).feed(b"MAIL FROM:<>\r\n").startswith(b"530 5.7.0 STARTTLS")


def test_plain_with_an_initial_response() -> None:
    responder = msa()
    assert responder.feed(b"AUTH PLAIN %b\r\n" % PLAIN) == b"235 2.7.0 Authenticated\r\n"
    assert responder.core.authenticated
    assert responder.feed(b"MAIL FROM:<>\r\n").startswith(b"250 2.1.0")


def test_plain_without_one() -> None:
    responder = msa()
    assert responder.feed(b"AUTH PLAIN\r\n") == b"334 \r\n"
    assert responder.feed(PLAIN + b"\r\n").startswith(b"235 2.7.0")


def test_login() -> None:
    responder = msa()
    assert responder.feed(b"AUTH LOGIN\r\n") == b"334 VXNlcm5hbWU6\r\n"
    assert responder.feed(b64encode(b"tim") + b"\r\n") == b"334 UGFzc3dvcmQ6\r\n"
    assert responder.feed(b64encode(b"tanstaaf") + b"\r\n").startswith(b"235 2.7.0")


def test_scram_ends_with_the_servers_proof_in_a_challenge() -> None:
    responder = msa()
    client = client_mechanism(["SCRAM-SHA-256"], "tim", "tanstaaf", "nonce")
    assert client is not None
    line = b"AUTH SCRAM-SHA-256 " + b64encode(client.start() or b"")
    for _ in range(2):
        answer = responder.feed(line + b"\r\n")
        assert answer.startswith(b"334 ")
        line = b64encode(client.respond(b64decode(answer[4:])))
    assert client.complete
    assert responder.feed(b"\r\n") == b"235 2.7.0 Authenticated\r\n"


@pytest.mark.parametrize("mechanism", [b"GSSAPI", b"SCRAM-SHA-256-PLUS", b"scram-sha-1"])
def test_a_mechanism_that_is_not_offered_is_refused(mechanism: bytes) -> None:
    assert msa().feed(b"AUTH %b\r\n" % mechanism).startswith(b"504 5.5.4")


def test_plus_is_offered_to_who_can_be_bound() -> None:
    core = ServerConnection(MSA, tls=True, bound=True)
    core.accept()
    core.receive_data(b"EHLO a\r\n")
    core.next_event()
    core.accept()
    assert core.data_to_send().endswith(
        b"250 AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN\r\n"
    )


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"*", b"501 5.7.0"),
        (b"**", b"501 5.5.2"),
        (b"=AAA", b"501 5.5.2"),
        (b"AAA=BBB", b"501 5.5.2"),
        (b"AGEAYg", b"501 5.5.2"),
        (b"AGE AYg==", b"501 5.5.2"),
        (b"\xff\xfe", b"501 5.5.2"),
        (b"\0", b"501 5.5.2"),
        (b"A" * 12_300, b"500 5.5.6"),
    ],
)
def test_an_exchange_that_goes_wrong_is_over(line: bytes, answer: bytes) -> None:
    responder = msa()
    responder.feed(b"AUTH PLAIN\r\n")
    assert responder.feed(line + b"\r\n").startswith(answer)
    assert responder.events[-1] == AuthCancelled()
    assert responder.core.state == "ready"
    assert responder.feed(b"AUTH PLAIN %b\r\n" % PLAIN).startswith(b"235")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"AUTH", b"501 5.5.4"),
        (b"AUTH PLAIN ***", b"501 5.5.2"),
        (b"AUTH PLAIN " + WRONG, b"535 5.7.8"),
        (b"AUTH PLAIN =", b"501 5.5.2"),
    ],
)
def test_a_failed_auth_leaves_the_session_open(line: bytes, answer: bytes) -> None:
    responder = msa()
    assert responder.feed(line + b"\r\n").startswith(answer)
    assert not responder.core.authenticated
    assert responder.core.state == "ready"


def test_auth_is_taken_once_and_never_in_a_transaction() -> None:
    responder = msa()
    responder.feed(b"AUTH PLAIN %b\r\n" % PLAIN)
    assert responder.feed(b"AUTH PLAIN %b\r\n" % PLAIN).startswith(b"503 5.5.1")
    responder.feed(b"MAIL FROM:<>\r\n")
    assert responder.feed(b"AUTH PLAIN %b\r\n" % PLAIN).startswith(b"503 5.5.1")


def test_a_server_without_mechanisms_has_no_auth() -> None:
    responder = Responder(ServerConfig(hostname="mx.example"))
    assert responder.feed(b"EHLO a\r\nAUTH PLAIN\r\n").endswith(
        b"502 5.5.1 Nobody needs AUTH here\r\n"
    )


def test_guessing_ends_the_connection() -> None:
    responder = msa()
    answer = responder.feed(b"AUTH PLAIN %b\r\n" % WRONG * 50)
    assert answer.count(b"535 5.7.8") == limits.AUTH_FAILURES
    assert b"\r\n421 4.7.0" in answer
    assert responder.core.closed


def test_a_disconnect_amid_an_exchange_is_quiet() -> None:
    responder = msa()
    responder.feed(b"AUTH PLAIN\r\nAGEA")
    assert responder.finish() == b""
    assert responder.core.next_event() is NEED_DATA
