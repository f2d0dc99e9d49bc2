"""Attack 6: line breaks and NULs in MAIL, RCPT and their parameters never reach the next hop.

nodemailer CVE-2026-82853, CVE-2026-82854; aiosmtplib GHSA-v3q9-hj7j-63hq.
"""

from __future__ import annotations

import itertools

import pytest

from postroad.protocols.smtp import Hello, MailFrom, RcptTo, ServerConfig
from postroad.testing.smtp import Responder

BREAKS = ["\n", "\r", "\0", "\x85", "\u2028", "\x0b", "\x0c", "\x1b", "\x7f"]
PLACES = [
    "MAIL FROM:<a{}RCPT TO:<x@y>@b>",
    "MAIL FROM:<a@b{}RSET>",
    "MAIL FROM:<a@b> SIZE={}",
    "MAIL FROM:<a@b> ENVID=x{}DATA",
    "MAIL FROM:<a@b> RET=FULL{}",
    "MAIL FROM:<a@b> BODY=8BITMIME{}X",
    "MAIL FROM:<a@b> AUTH=<>{}RSET",
    "EHLO a{}b",
]


def server() -> Responder:
    responder = Responder(ServerConfig(hostname="mx.example"))
    responder.feed(b"EHLO a\r\n")
    return responder


@pytest.mark.parametrize(("place", "mark"), list(itertools.product(PLACES, BREAKS)))
def test_a_break_in_a_command_is_refused_and_nothing_of_it_taken(place: str, mark: str) -> None:
    responder = server()
    said = responder.feed(place.format(mark).encode() + b"\r\n")
    assert all(line[:1] == b"5" for line in said.splitlines())
    taken = [e for e in responder.events[1:] if isinstance(e, MailFrom | RcptTo | Hello)]
    assert taken == []


@pytest.mark.parametrize("encoded", ["+0D+0A", "+00", "+7F", "+0d", "+", "+G1", "=", "+C3+BC"])
def test_nor_does_a_break_come_in_encoded(encoded: str) -> None:
    for place in ("MAIL FROM:<> ENVID=a{}b", "MAIL FROM:<> AUTH=a{}b"):
        assert server().feed(place.format(encoded).encode() + b"\r\n").startswith(b"501 5.5.4")


@pytest.mark.parametrize("size", ["-1", "1e9", "0x10", "9" * 21, "9" * 2000, "١", "1 2", "", "+5"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    said = server().feed(f"MAIL FROM:<> SIZE={size}\r\n".encode())
    assert said[:3] in (b"501", b"555")


def test_a_size_beyond_all_memory_is_too_big_and_nothing_else() -> None:
    assert server().feed(b"MAIL FROM:<> SIZE=" + b"9" * 20 + b"\r\n").startswith(b"552 5.3.4")


@pytest.mark.parametrize("verb", [b"XCLIENT ADDR=127.0.0.1", b"XFORWARD NAME=x", b"PROXY TCP4 x"])
def test_nobody_may_say_who_somebody_else_is(verb: bytes) -> None:
    assert server().feed(verb + b"\r\n").startswith(b"500 5.5.2")


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\0"])
def test_a_command_with_a_break_cannot_even_be_built(mark: str) -> None:
    for build in (
        lambda: MailFrom(f"a{mark}@b"),
        lambda: MailFrom("a@b", envid=f"x{mark}"),
        lambda: MailFrom("a@b", auth=f"x{mark}"),
        lambda: RcptTo(f"a@b{mark}"),
        lambda: RcptTo("a@b", orcpt=f"rfc822;a{mark}"),
        lambda: Hello("EHLO", f"a{mark}"),
    ):
        with pytest.raises(ValueError, match=r".+"):
            build()
