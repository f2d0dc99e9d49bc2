"""Attack 67: nobody is bothered by notifications that they did not cause, and nothing circles.

RFC 5321 §6.1 (a notification is never answered by one), §6.3 (loops).
"""

from __future__ import annotations

import pytest

from postroad.testing.process import wait_for

pytestmark = pytest.mark.system
END = b"\r\n.\r\n"


def letter(mark, hops=0):
    trail = b"Received: from a.test by b.test; Mon, 1 Jan 2024 00:00:00 +0000\r\n" * hops
    return trail + b"From: bob@example.test\r\nSubject: " + mark + b"\r\n\r\nx" + END


def begin(wire, sender, *recipients):
    wire.say(b"EHLO a.test", b"RSET", b"MAIL FROM:" + sender)
    for recipient in recipients:
        wire.say(b"RCPT TO:" + recipient)
    assert wire.say(b"DATA").startswith(b"354 ")


@pytest.mark.parametrize(
    ("hops", "code"), [(50, b"250 2."), (51, b"554 5.4.6"), (5000, b"554 5.4.6")]
)
@pytest.mark.parametrize("port", ["smtp", "lmtp"])
def test_what_has_passed_too_many_hosts_is_refused(house, port, hops, code):
    wire = house.wire(port)
    wire.say(b"LHLO a.test" if port == "lmtp" else b"EHLO a.test")
    wire.say(b"MAIL FROM:<loop@a.test>", b"RCPT TO:<bob@example.test>", b"DATA")
    wire.send(letter(b"loop", hops))
    assert wire.reply().startswith(code)


@pytest.mark.parametrize(
    "recipient", [b"<nobody@example.test>", b"<x@elsewhere.test>", b"<bob%a.test@example.test>"]
)
def test_a_stranger_is_told_at_once_and_the_named_sender_never(house, recipient):
    before, heard = house.query("SELECT count(*) FROM journey"), len(house.elsewhere.heard)
    wire = house.wire("smtp")
    wire.say(b"EHLO a.test", b"MAIL FROM:<innocent@elsewhere.test>")
    assert wire.say(b"RCPT TO:" + recipient).startswith(b"550 5.")
    assert wire.say(b"DATA").startswith(b"503 ")
    assert house.query("SELECT count(*) FROM journey") == before
    assert len(house.elsewhere.heard) == heard


def test_a_notification_that_fails_is_not_answered(house):
    mark = b"null-sender-fails"
    house.elsewhere.refuse = b"550 5.1.1 no such person\r\n"
    wire = house.submit()
    before = house.filed()
    try:
        begin(wire, b"<>", b"<gone@elsewhere.test>")
        wire.send(letter(mark))
        assert wire.reply().startswith(b"250 ")
        wait_for(lambda: not house.queued())
    finally:
        house.elsewhere.refuse = b""
    assert house.filed() == before


def test_who_failed_to_log_in_causes_no_notification(house):
    wire = house.wire("submissions")
    wire.say(b"EHLO a.test")
    before = house.filed(), len(house.elsewhere.heard)
    for _ in range(3):
        wire.say(b"AUTH PLAIN AGJvYkBleGFtcGxlLnRlc3QAd3Jvbmc=")
        wire.say(b"MAIL FROM:<bob@example.test>", b"RCPT TO:<x@elsewhere.test>", b"DATA")
    assert (house.filed(), len(house.elsewhere.heard)) == before
