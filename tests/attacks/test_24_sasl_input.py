"""Attack 24: no base64, huge responses, cancelled exchanges: 501 or 500, no leak, no lasting harm.

Dovecot CVE-2025-59028, CVE-2017-15132; Exim CVE-2018-6789, CVE-2020-12783, CVE-2023-42114
"""

from __future__ import annotations

import tracemalloc
from base64 import b64encode

import pytest

from postroad.protocols.smtp import Mode, ServerConfig, limits
from postroad.testing.smtp import Responder

CONFIG = ServerConfig(
    hostname="mail.example",
    mode=Mode.SUBMISSION,
    auth_mechanisms=("SCRAM-SHA-256", "PLAIN", "LOGIN"),
    max_errors=1_000,
)
GOOD = b"AUTH PLAIN " + b64encode(b"\0tim\0secret") + b"\r\n"
MECHANISMS = [b"PLAIN", b"LOGIN", b"SCRAM-SHA-256"]

NOT_BASE64 = [
    b"A",
    b"AA",
    b"AAA",
    b"A===",
    b"=",
    b"====",
    b"AA=A",
    b"A A=",
    b"@@@@",
    b"AAAA\0",
    b"\xff",
]


def server() -> Responder:
    responder = Responder(CONFIG, passwords={"tim": "secret"}, tls=True)
    responder.feed(b"EHLO a\r\n")
    return responder


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("text", NOT_BASE64)
def test_what_is_no_base64_ends_the_exchange_and_not_the_session(
    mechanism: bytes, text: bytes
) -> None:
    responder = server()
    assert responder.feed(b"AUTH %b\r\n" % mechanism).startswith(b"334 ")
    assert responder.feed(text + b"\r\n").startswith(b"501 5.5.2")
    assert responder.feed(GOOD).startswith(b"235 2.7.0")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_huge_response_is_dropped_and_refused(mechanism: bytes) -> None:
    responder = server()
    responder.feed(b"AUTH %b\r\n" % mechanism)
    tracemalloc.start()
    for _ in range(400):
        assert responder.feed(b"A" * 1_000) == b""
        assert responder.core.held < limits.AUTH_LINE
    assert tracemalloc.get_traced_memory()[1] < 200_000
    tracemalloc.stop()
    assert responder.feed(b"\r\n").startswith(b"500 5.5.6")
    assert responder.feed(GOOD).startswith(b"235 2.7.0")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_largest_response_that_fits_is_a_failed_login(mechanism: bytes) -> None:
    responder = server()
    responder.feed(b"AUTH %b\r\n" % mechanism)
    said = responder.feed(b64encode(b"\0" * 9_200) + b"\r\n")
    if mechanism == b"LOGIN":
        said = responder.feed(b64encode(b"x") + b"\r\n")
    assert said[:9] in (b"501 5.5.2", b"535 5.7.8")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_cancelling_at_any_step_leaves_nothing_behind(mechanism: bytes) -> None:
    responder = server()
    for answers in ([], [b64encode(b"tim")]):
        responder.feed(b"AUTH %b\r\n" % mechanism)
        for answer in answers:
            if not responder.feed(answer + b"\r\n").startswith(b"334 "):
                break
        else:
            assert responder.feed(b"*\r\n") == b"501 5.7.0 AUTH cancelled\r\n"
    assert responder.feed(GOOD).startswith(b"235 2.7.0")


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0", b"\0\0\0", b"a\0b\0c\0d", b"\0" * 3_000])
def test_no_shape_of_plain_crashes(data: bytes) -> None:
    said = server().feed(b"AUTH PLAIN " + (b64encode(data) or b"=") + b"\r\n")
    assert said[:9] in (b"501 5.5.2", b"535 5.7.8")


def test_no_answer_repeats_what_was_sent() -> None:
    responder = server()
    said = responder.feed(b"AUTH PLAIN " + b64encode(b"\0tim\0hunter2") + b"\r\n")
    said += responder.feed(b"AUTH PLAIN hunter2!\r\nAUTH hunter2 hunter2\r\nhunter2\r\n")
    assert b"hunter2" not in said
    assert "hunter2" not in repr(responder.events)
