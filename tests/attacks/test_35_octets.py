"""Attack 35: NUL and 8-bit octets where none may stand (Dovecot CVE-2019-11500): BAD, no crash."""

from __future__ import annotations

import pytest

from postroad.protocols.imap import ServerConfig
from postroad.testing.imap import Responder

PASSWORDS = {"alice": "secret"}


def alice(*, utf8: bool = False) -> Responder:
    station = Responder(ServerConfig(), passwords=PASSWORDS)
    station.feed(b"0 LOGIN alice secret\r\n1 SELECT INBOX\r\n")
    if utf8:
        station.feed(b"2 ENABLE UTF8=ACCEPT\r\n")
    return station


PLACES = [
    b'a SEARCH SUBJECT "x%by"', b"a SEARCH SUBJECT x%by", b"a SELECT x%by", b'a LIST "" "x%b"',
    b"a%b NOOP", b"a NO%bOP", b"a STORE 1 FLAGS (x%b)", b"a FETCH 1 BODY[HEADER.FIELDS (x%b)]",
    b'a LOGIN "x%b" y', b'a ID ("x" "y%b")', b"a SEARCH KEYWORD x%b", b"a SEARCH 1%b",
    b'a APPEND x "01-Jan-2020 00:00:00%b+0000" {1+}\r\nx', b"a SEARCH TEXT {3+}\r\nx%by",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("utf8", [False, True])
def test_nul_is_refused_and_the_session_goes_on(place: bytes, utf8: bool) -> None:
    station = alice(utf8=utf8)
    said = station.feed(place % b"\0" + b"\r\n")
    assert b" BAD " in said and said.count(b"\r\n") == 1
    assert station.feed(b"b NOOP\r\n").endswith(b"b OK Done\r\n")


QUOTED_OR_ATOM = [place for place in PLACES if b"{3+}" not in place]


@pytest.mark.parametrize("place", QUOTED_OR_ATOM)
@pytest.mark.parametrize(
    "octet", [b"\xe4", b"\xff", b"\x80", b"\xc0\xaf", b"\r", b"\n", b"\r\r\n\n"]
)
def test_eight_bits_and_bare_line_ends_are_refused(place: bytes, octet: bytes) -> None:
    station = alice()
    said = station.feed(place % octet + b"\r\n")
    assert b" BAD " in said
    assert station.feed(b"b NOOP\r\n").endswith(b"b OK Done\r\n")


def test_utf8_in_a_quoted_string_needs_enable() -> None:
    line = 'a SEARCH SUBJECT "日本"\r\n'.encode()
    assert alice().feed(line).startswith(b"a BAD")
    assert alice(utf8=True).feed(line).startswith(b"* SEARCH")


@pytest.mark.parametrize("octets", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_what_is_not_utf8_is_refused_where_utf8_may_stand(octets: bytes) -> None:
    said = alice(utf8=True).feed(b'a SEARCH SUBJECT "' + octets + b'"\r\n')
    assert said.startswith(b"a BAD")


@pytest.mark.parametrize("name", [b"&", b"&AA", b"&AGE-", b"&2AA-", b"&!!!-", b"&ZeVnLIqe"])
def test_names_that_are_not_modified_utf7_are_refused(name: bytes) -> None:
    station = alice()
    assert station.feed(b"a SELECT " + name + b"\r\n").startswith(b"a NO [CANNOT]")
    assert len(station.commands) == 1  # the first SELECT


def test_nul_in_a_message_needs_a_binary_literal() -> None:
    station = alice()
    assert station.feed(b"a APPEND x {3+}\r\na\0b\r\n").startswith(b"a BAD")
    assert station.texts == []
    assert station.feed(b"b APPEND x ~{3+}\r\na\0b\r\n") == b"b OK Done\r\n"
    assert station.texts == [b"a\0b"]
