"""Attack 8: empty quoted local parts, group syntax, truncated UTF-8, 8-bit names: no crash.

Dovecot CVE-2020-10967, CVE-2020-7046, CVE-2019-19722, CVE-2019-10691.
"""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import ServerConfig
from postroad.sasl import Failure, server_mechanism
from postroad.testing.smtp import Responder

ADDRESSES = [
    b'""@b',
    b'"',
    b'""',
    b'"\\"@b',
    b'"\\',
    b'"a"b@c',
    b"group:a@b,c@d;",
    b"undisclosed-recipients:;",
    b"a@b,c@d",
    b"a@[",
    b"a@[IPv6:",
    b"a@[]",
    b"@",
    b"@:",
    b"@a:",
    b"@a:@b:c@d",
    b"<a@b>",
    b"a@b>",
    b" ",
    b"(comment)a@b",
    b"\xc3@b",
    b"\xe4\xb8@b",
    b"\xf0\x9f\x98@b",
    b"\xc0\xaf@b",
    b"\xed\xa0\x80@b",
    b"\xff@b",
    "用".encode() * 200 + b"@b",
    b"a@" + "用".encode() * 200,
    b"." * 250,
    b"a." * 120 + b"@b",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("utf8", [b"", b" SMTPUTF8"])
def test_an_odd_address_is_taken_or_refused_and_the_session_goes_on(
    address: bytes, utf8: bytes
) -> None:
    server = Responder(ServerConfig(hostname="mx.example"))
    server.feed(b"EHLO a\r\n")
    for line in (
        b"MAIL FROM:<%b>%b" % (address, utf8),
        b"RSET",
        b"MAIL FROM:<>%b" % utf8,
        b"RCPT TO:<%b>" % address,
    ):
        said = server.feed(line + b"\r\n")
        assert said.count(b"\r\n") == 1
        assert said[:3] in (b"250", b"500", b"501", b"550", b"553")
    assert server.feed(b"NOOP\r\n") == b"250 2.0.0 OK\r\n"


@pytest.mark.parametrize("name", [b"\xff", b"\xc3", b"a\xe4\xb8", b"\xed\xa0\x80", b"\xc0\x80"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "SCRAM-SHA-256"])
def test_an_8_bit_user_name_is_malformed_and_nobody_is_looked_up(
    name: bytes, mechanism: str
) -> None:
    server = server_mechanism(mechanism, "nonce")
    first = {"PLAIN": b"\0" + name + b"\0pw", "LOGIN": name, "SCRAM-SHA-256": b"n,,n=%b,r=a" % name}
    step = server.start(first[mechanism])
    if mechanism == "LOGIN":
        step = server.respond(b"pw")
    assert isinstance(step, Failure)
    assert step.malformed
