"""Attack 9: of more than thirty ways to ask, none makes the gateway send mail for a stranger."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.system

FOREIGN = [
    b"<victim@elsewhere.test>",
    b"<victim@ELSEWHERE.test>",
    b"<victim@elsewhere.test.>",
    b"<victim%elsewhere.test@example.test>",
    b"<victim%elsewhere.test@[127.0.0.1]>",
    b"<victim%elsewhere.test@localhost>",
    b"<victim%elsewhere.test>",
    b"<elsewhere.test!victim@example.test>",
    b"<elsewhere.test!victim>",
    b'<"victim@elsewhere.test"@example.test>',
    b'<"victim%elsewhere.test"@example.test>',
    b'<"victim@elsewhere.test">',
    b"<victim@elsewhere.test@example.test>",
    b"<@example.test:victim@elsewhere.test>",
    b"<@example.test,@mail.example.test:victim@elsewhere.test>",
    b"<@elsewhere.test:victim@elsewhere.test>",
    b"<victim@[127.0.0.1]>",
    b"<victim@[192.0.2.1]>",
    b"<victim@[IPv6:::1]>",
    b"<victim@[IPv6:::ffff:192.0.2.1]>",
    b"<victim@2130706433>",
    b"<victim@local>",
    b"<victim@localhost>",
    b"<victim@elsewhere.test\t>",
    b"victim@elsewhere.test",
    b"<victim(@example.test)@elsewhere.test>",
    b"<bob@example.test,victim@elsewhere.test>",
    b"<bob@example.test>,<victim@elsewhere.test>",
    b"<bob@example.test> <victim@elsewhere.test>",
    b"<bob@example.test.elsewhere.test>",
    b"<bob@xexample.test>",
    b"<victim@elsewhere.test>\0<bob@example.test>",
    b"<victim@elsewhere.test> NOTIFY=NEVER ORCPT=rfc822;bob@example.test",
    b"<postmaster@elsewhere.test>",
    b"<>",
]
SENDERS = [b"<>", b"<bob@example.test>", b"<a@stranger.test> AUTH=<>", b"<postmaster>"]
CODES = (b"550 5.7.1", b"550 5.1.1", b"501 5.1.3", b"501 5.5.4", b"500 5.5.2", b"555 5.5.4")


@pytest.mark.parametrize("recipient", FOREIGN)
def test_no_form_of_a_foreign_address_is_taken_from_anybody(house, recipient):
    wire = house.wire("smtp")
    wire.say(b"EHLO mail.example.test")
    for sender in SENDERS:
        wire.say(b"MAIL FROM:" + sender)
        assert wire.say(b"RCPT TO:" + recipient).startswith(CODES)
        assert wire.say(b"DATA").startswith(b"503 ")
        wire.say(b"RSET")
    assert house.queued() == 0


@pytest.mark.parametrize("recipient", FOREIGN)
def test_nor_over_lmtp(house, recipient):
    wire = house.wire("lmtp")
    wire.say(b"LHLO mail.example.test", b"MAIL FROM:<bob@example.test>")
    assert wire.say(b"RCPT TO:" + recipient)[:1] == b"5"
    assert wire.say(b"DATA").startswith(b"503 ")
    assert house.queued() == 0


@pytest.mark.parametrize("port", ["submission", "submissions"])
def test_the_submission_ports_take_nothing_from_who_has_not_logged_in(house, port):
    wire = house.wire(port)
    wire.say(b"EHLO mail.example.test")
    for sender in SENDERS:
        assert wire.say(b"MAIL FROM:" + sender).startswith((b"530 5.7.0", b"555 ", b"501 "))
        assert wire.say(b"RCPT TO:<victim@elsewhere.test>").startswith(b"503 ")


@pytest.mark.parametrize(
    "sender", [b"<betty@example.test>", b"<ceo@elsewhere.test>", b"<BETTY@example.test>",
               b'<"betty"@example.test>', b"<@bob.test:betty@example.test>"]
)  # fmt: skip
def test_who_has_logged_in_sends_as_nobody_else(house, sender):
    wire = house.submit()
    assert wire.say(b"MAIL FROM:" + sender).startswith(b"550 5.7.1")


def test_a_name_claimed_by_xclient_helo_or_ident_gives_no_rights(house):
    wire = house.wire("smtp")
    wire.say(b"EHLO localhost")
    assert wire.say(b"XCLIENT ADDR=127.0.0.1 LOGIN=bob@example.test").startswith(b"500 ")
    assert wire.say(b"XFORWARD ADDR=127.0.0.1").startswith(b"500 ")
    assert wire.say(b"AUTH PLAIN AGEAYg==").startswith(b"502 ")
    wire.say(b"MAIL FROM:<bob@example.test>")
    assert wire.say(b"RCPT TO:<victim@elsewhere.test>").startswith(b"550 5.7.1")
