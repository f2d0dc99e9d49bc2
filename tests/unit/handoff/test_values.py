"""Addresses, peers, summaries and trace lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.handoff import (
    Address,
    Envelope,
    Outcome,
    Peer,
    Recipient,
    Reply,
    Report,
    Taken,
    domain_of,
    received_line,
    summarize,
)
from postroad.message import parse_received, scan_header

NOW = 1_800_000_000.0
TLS = ("TLSv1.3", "TLS_AES_256_GCM_SHA384")


def line(peer: Peer, *recipients: str, utf8: bool = False, **more: object) -> bytes:
    envelope = Envelope("bob@beta.test", tuple(map(Recipient, recipients)), smtputf8=utf8)
    return received_line(peer, envelope, by="mx.alpha.test", trace="0" * 20, at=NOW, **more)


@pytest.mark.parametrize(
    ("text", "local", "domain"),
    [
        ("a@B.Test", "a", "b.test"),
        ('"a@b"@C', '"a@b"', "c"),
        ("A@[IPv6:::1]", "A", "[ipv6:::1]"),
    ],
)
def test_an_address_is_split_at_its_last_at(text, local, domain) -> None:
    address = Address.parse(text)
    assert (address.local, address.domain) == (local, domain) == (local, domain_of(text))


@pytest.mark.parametrize("text", ["", "a", "a@", "@b", "postmaster"])
def test_what_has_no_two_sides_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="name@domain"):
        Address.parse(text)


def test_a_bare_name_has_no_domain() -> None:
    assert domain_of("postmaster") == "" == domain_of("")


@pytest.mark.parametrize(
    ("peer", "utf8", "keyword"),
    [
        ({"extended": False}, False, "SMTP"),
        ({}, False, "ESMTP"),
        ({"tls": TLS}, False, "ESMTPS"),
        ({"tls": TLS, "user": "a@b"}, False, "ESMTPSA"),
        ({"user": "a@b"}, False, "ESMTPA"),
        ({}, True, "UTF8SMTP"),
        ({"tls": TLS, "user": "a@b"}, True, "UTF8SMTPSA"),
        ({"lmtp": True}, False, "LMTP"),
        ({"lmtp": True, "tls": TLS}, True, "UTF8LMTPS"),
    ],
)
def test_the_protocol_is_named_as_registered(peer, utf8, keyword) -> None:
    assert Peer("192.0.2.7", 1, **peer).protocol(utf8) == keyword


def test_our_received_line_says_who_and_how_and_for_whom() -> None:
    peer = Peer("192.0.2.7", 1, helo="me.test", ptr="ptr.test", tls=TLS)
    hop = parse_received(scan_header(line(peer, "alice@alpha.test")).value("received"))
    assert (hop.helo, hop.reverse_name, hop.address) == ("me.test", "ptr.test", "192.0.2.7")
    assert (hop.by, hop.protocol, hop.id) == ("mx.alpha.test", "ESMTPS", "0" * 20)
    assert (hop.recipient, hop.tls_version) == ("alice@alpha.test", "TLSv1.3")


def test_of_several_recipients_none_is_named() -> None:
    trace = line(Peer("192.0.2.7", 1), "alice@alpha.test", "hidden@alpha.test")
    assert b"for" not in trace and b"hidden" not in trace


def test_a_client_may_stay_unnamed() -> None:
    trace = line(Peer("192.0.2.7", 1, helo="laptop"), "a@b", show_address=False)
    assert b"192.0.2.7" not in trace and b"laptop" not in trace and b"from" not in trace


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_peer_says_stays_one_field(helo: str, ptr: str, recipient: str) -> None:
    peer = Peer("192.0.2.7", 1, helo=helo, ptr=ptr, tls=(ptr, helo))
    trace = line(peer, recipient, utf8=recipient.isprintable())
    assert len(scan_header(trace).fields) == 1 and trace.endswith(b"+0000\r\n")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_a_summary_can_be_made_of_anything(block: bytes) -> None:
    summary = summarize(block)
    (summary.message_id + summary.subject + "".join(summary.references)).encode()
    assert summary.header == block


@pytest.mark.parametrize("date", [b"31 Dec 9999 23:59:59 -9999", b"1 Jan 0000 00:00 +0000", b"x"])
def test_a_strange_date_is_a_number_or_none(date: bytes) -> None:
    assert isinstance(summarize(b"Date: " + date + b"\r\n").sent, float | None)


def test_a_summary_counts_hops_in_any_spelling() -> None:
    assert summarize(b"Received: a\r\nRECEIVED : b\r\nX-Received: c\r\n").hops == 2


def report(outcome: Outcome) -> Report:
    return Report("a@b", outcome, Reply(452, "4.2.2", outcome.value))


def test_nobody_took_it_only_when_everybody_was_deferred() -> None:
    late, gone = report(Outcome.DEFERRED), report(Outcome.FAILED)
    assert Taken((late, late), 0).nobody and not Taken((late, gone), 0).nobody
    assert str(Taken((late,), 0).refusal) == "452 4.2.2 deferred"
