"""Attacks 1, 2, 14, 15, 16, 19 against a whole server: framing, TLS and other protocols.

The cores have tests of their own; these show that nothing between the socket and the mailbox, and
between the submission port and the next host, undoes what the cores hold.
"""

from __future__ import annotations

import ssl

import pytest

from postroad.testing.process import wait_for

pytestmark = pytest.mark.system

ENDINGS = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r\r\n", b"\r\n\0.\r\n"]
END = b"\r\n.\r\n"
HTTP = (
    b"POST / HTTP/1.1\r\nHost: mail.example.test\r\n\r\nEHLO x\r\nMAIL FROM:<a@b.test>\r\n"
    b"RCPT TO:<bob@example.test>\r\nDATA\r\nSubject: alpaca\r\n\r\nx\r\n.\r\nQUIT\r\n"
)


def smuggled(mark: bytes) -> bytes:
    return (
        b"MAIL FROM:<ceo@example.test>\r\nRCPT TO:<betty@example.test>\r\nDATA\r\n"
        b"Subject: " + mark + b"\r\n\r\nx\r\n.\r\n"
    )


def journeys(house, sender):
    return house.query("SELECT count(*) FROM journey WHERE reverse_path = ?", sender)[0][0]


@pytest.mark.parametrize("port", ["smtp", "lmtp"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_01_one_message_or_none_and_never_the_smuggled_one(house, port, ending):
    wire, before = house.wire(port), house.filed()
    hello = b"LHLO a.test" if port == "lmtp" else b"EHLO a.test"
    wire.say(hello, b"MAIL FROM:<a@a.test>", b"RCPT TO:<bob@example.test>", b"DATA")
    wire.send(b"Subject: one\r\n\r\ntext" + ending + smuggled(b"two") + b"QUIT\r\n")
    said = wire.rest()
    assert said.startswith(b"550 5.6.0")
    assert said.count(b"250 ") == 0
    assert house.filed() == before
    assert journeys(house, "ceo@example.test") == 0


@pytest.mark.parametrize("ending", ENDINGS)
def test_02_what_was_submitted_to_smuggle_never_leaves(house, ending):
    wire, mark = house.submit(), ending.hex().encode()
    wire.say(b"MAIL FROM:<bob@example.test>", b"RCPT TO:<a@elsewhere.test>", b"DATA")
    wire.send(b"From: bob@example.test\r\nSubject: " + mark + b"\r\n\r\nx" + ending)
    wire.send(smuggled(b"inner") + b"QUIT\r\n")
    assert wire.rest().startswith(b"550 5.6.0")
    assert house.queued() == 0
    assert mark not in house.elsewhere


PORTS = ["smtp", "submission", "submissions", "lmtp", "pop3", "pop3s", "imap", "imaps"]
LINES = [[b"..", b"."], [b"."], [b"", b"..", b"...", b"a"], [b".", b"", b".a", b"MAIL FROM:<>"]]


@pytest.mark.parametrize("lines", LINES)
def test_02_dots_leave_doubled_and_there_is_one_end_of_data(house, lines):
    wire = house.submit()
    stuffed = b"\r\n".join(b"." + line if line[:1] == b"." else line for line in lines)
    mark = b"dots-" + stuffed.hex().encode() + b"-end"
    wire.say(b"MAIL FROM:<bob@example.test>", b"RCPT TO:<a@elsewhere.test>", b"DATA")
    wire.send(b"From: bob@example.test\r\nSubject: " + mark + b"\r\n\r\n" + stuffed + END)
    assert wire.reply().startswith(b"250 ")
    sent = wait_for(lambda: house.elsewhere.after(mark, END))
    assert sent.partition(END)[0] == b"\r\n\r\n" + stuffed
    assert sent.count(b"\n") == sent.count(b"\r") == sent.count(b"\r\n")


INJECTED = {
    "smtp": b"EHLO x\r\nSTARTTLS\r\nMAIL FROM:<in@jected.test>\r\n",
    "submission": b"EHLO x\r\nSTARTTLS\r\nAUTH PLAIN AGEAYg==\r\n",
    "lmtp": b"LHLO x\r\nSTARTTLS\r\nRSET\r\n",
    "pop3": b"CAPA\r\nSTLS\r\nUSER bob@example.test\r\n",
    "imap": b"a NOOP\r\nb STARTTLS\r\nc NOOP\r\n",
}


@pytest.mark.parametrize("port", INJECTED)
def test_14_what_follows_starttls_in_clear_ends_the_connection(house, port):
    wire = house.wire(port)
    wire.send(INJECTED[port])
    said = wire.rest().splitlines()
    assert said[-1].startswith((b"554 5.5.1", b"421 4.7.0", b"-ERR", b"* BYE"))
    assert not any(line.startswith((b"220 ", b"+OK Begin", b"b OK", b"c OK")) for line in said)


@pytest.mark.parametrize("port", ["smtp", "submission", "lmtp"])
def test_15_after_the_handshake_all_is_as_at_the_start(house, port):
    wire = house.wire(port)
    hello = b"LHLO a.test" if port == "lmtp" else b"EHLO a.test"
    wire.say(hello)
    assert wire.say(b"STARTTLS").startswith(b"220 ")
    wire.secure()
    assert wire.say(b"MAIL FROM:<bob@example.test>").startswith(b"503 ")
    assert b"STARTTLS" not in wire.say(hello)
    assert wire.say(b"STARTTLS")[:1] == b"5"


ATTEMPTS = [b"PLAIN AGJvYgBwdw==", b"LOGIN", b"LOGIN Ym9i", b"SCRAM-SHA-256", b"PLAIN", b"GSSAPI"]


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("port", ["smtp", "submission", "lmtp"])
def test_16_nobody_logs_in_in_clear(house, port, attempt):
    wire = house.wire(port)
    offered = wire.say(b"LHLO a.test" if port == "lmtp" else b"EHLO a.test")
    assert b"STARTTLS" in offered
    assert b"AUTH" not in offered
    assert wire.say(b"AUTH " + attempt).startswith((b"538 5.7.11", b"502 5.5.1"))
    assert wire.say(b"Ym9i").startswith(b"500 ")


@pytest.mark.parametrize("attempt", [*(b"AUTH " + a for a in ATTEMPTS), b"USER bob@example.test"])
def test_16_nor_over_pop3(house, attempt):
    wire = house.wire("pop3")
    wire.send(b"CAPA\r\n")
    offered = list(iter(wire.reply, b".\r\n"))
    assert b"STLS\r\n" in offered
    assert not [line for line in offered if line.startswith((b"SASL", b"USER"))]
    assert wire.say(attempt).startswith(b"-ERR")
    assert wire.say(b"PASS pw").startswith(b"-ERR")


@pytest.mark.parametrize("port", PORTS)
def test_19_http_gets_one_line_and_the_end(house, port):
    before = house.filed()
    wire = house.wire(port)
    wire.send(HTTP)
    said = wire.rest()
    assert said.count(b"\r\n") == 1
    assert said.startswith((b"554 5.5.1", b"-ERR", b"* BYE"))
    assert house.filed() == before


@pytest.mark.parametrize("port", ["submissions", "pop3s", "imaps"])
def test_19_http_in_clear_where_tls_comes_first_is_not_answered(house, port):
    house.ports["clear"] = house.ports[port]
    wire = house.wire("clear", greeted=False)
    wire.send(HTTP)
    assert b"HTTP" not in wire.rest()


def test_15_old_versions_of_tls_are_refused(house):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    house.ports["clear"] = house.ports["pop3s"]
    wire = house.wire("clear", greeted=False)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(wire.socket)
