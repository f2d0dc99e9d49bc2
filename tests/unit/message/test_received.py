"""Received lines as the servers of the world write them."""

from __future__ import annotations

from typing import Any

import pytest

from postroad.message import Received, format_received, parse_received, scan_header

DATE = "; Mon, 23 Nov 2026 18:30:06 +0000"

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "Postfix": (
        "from said.test (mail.a.test [192.0.2.1]) (using TLSv1.3 with cipher"
        " TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested)"
        " by mx.b.test (Postfix) with ESMTPS id 4ABC for <u@b.test>",
        {"helo": "said.test", "reverse_name": "mail.a.test", "address": "192.0.2.1",
         "by": "mx.b.test", "protocol": "ESMTPS", "id": "4ABC", "recipient": "u@b.test",
         "tls_version": "TLSv1.3", "tls_cipher": "TLS_AES_256_GCM_SHA384"},
    ),
    "Postfix, from itself": (
        "from localhost (localhost [127.0.0.1]) by mx.b.test (using tls 1.3) with ESMTP id 2",
        {"helo": "localhost", "reverse_name": "localhost", "address": "127.0.0.1",
         "tls_version": "TLSv1.3"},
    ),
    "Postfix, no name": (
        "from said.test (unknown [IPv6:2001:db8::1]) by mx.b.test (Postfix) with ESMTP id 1",
        {"helo": "said.test", "reverse_name": "", "address": "2001:db8::1"},
    ),
    "Exim": (
        "from mail.a.test ([192.0.2.1]:45678 helo=said.test) by mx.b.test with esmtps"
        " (TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256) (Exim 4.94)"
        " (envelope-from <s@a.test>) id 1abc-0001 for u@b.test",
        {"helo": "said.test", "reverse_name": "mail.a.test", "address": "192.0.2.1",
         "protocol": "esmtps", "envelope_from": "s@a.test", "id": "1abc-0001",
         "recipient": "u@b.test", "tls_version": "TLSv1.3"},
    ),
    "Exim, tls clause": (
        "from mail.a.test ([192.0.2.1]) by mx.b.test with esmtps (TLS1.3) tls"
        " TLS_AES_256_GCM_SHA384 (Exim 4.97) id 1abc",
        {"helo": "mail.a.test", "address": "192.0.2.1", "tls_version": "TLSv1.3",
         "tls_cipher": "TLS_AES_256_GCM_SHA384", "id": "1abc"},
    ),
    "Sendmail": (
        "from said.test (mail.a.test [192.0.2.1] (may be forged)) by mx.b.test (8.17.1/8.17.1)"
        " with ESMTPS id 3ABC (version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256"
        " verify=NO) for <u@b.test>",
        {"helo": "said.test", "reverse_name": "mail.a.test", "address": "192.0.2.1",
         "tls_version": "TLSv1.2", "tls_cipher": "ECDHE-RSA-AES256-GCM-SHA384"},
    ),
    "qmail": (
        "from unknown (HELO said.test) (192.0.2.1) by mx.b.test with SMTP",
        {"helo": "said.test", "reverse_name": "", "address": "192.0.2.1", "by": "mx.b.test"},
    ),
    "qmail, authenticated": (
        "from mail.a.test (HELO ?10.0.0.2?) (user@192.0.2.1) by mx.b.test with ESMTPA",
        {"helo": "?10.0.0.2?", "reverse_name": "mail.a.test", "address": "192.0.2.1"},
    ),
    "Microsoft 365": (
        "from A.eurprd01.prod.test (2603:10a6:20b::10) by B.prod.test (2603:10a6:20b::22) with"
        " Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id"
        " 15.20.9000.10 via Frontend Transport",
        {"helo": "A.eurprd01.prod.test", "address": "2603:10a6:20b::10", "by": "B.prod.test",
         "protocol": "Microsoft SMTP Server", "via": "Frontend Transport", "id": "15.20.9000.10",
         "tls_version": "TLSv1.2", "tls_cipher": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    ),
    "Gmail": (
        "from mail-a.google.test (mail-a.google.test. [209.85.220.41]) by mx.google.test with"
        " SMTPS id a1 for <u@b.test> (Google Transport Security)",
        {"helo": "mail-a.google.test", "reverse_name": "mail-a.google.test",
         "address": "209.85.220.41", "protocol": "SMTPS"},
    ),
    "Gmail, inner": (
        "by 2002:a05:6a10:1234 with SMTP id x9csp1",
        {"helo": "", "by": "2002:a05:6a10:1234", "protocol": "SMTP", "id": "x9csp1"},
    ),
    "Dovecot LMTP": (
        "from mx.b.test by store.b.test with LMTP id aBcD (envelope-from <s@a.test>)"
        " for <u@b.test>",
        {"helo": "mx.b.test", "protocol": "LMTP", "envelope_from": "s@a.test"},
    ),
    "Courier": (
        "from said.test (mail.a.test [::ffff:192.0.2.1]) (AUTH: LOGIN u, TLS: TLS1.2,256bits)"
        " by mx.b.test with esmtp",
        {"helo": "said.test", "reverse_name": "mail.a.test", "address": "::ffff:192.0.2.1",
         "tls_version": "TLSv1.2"},
    ),
    "OpenSMTPD": (
        "from said.test (mail.a.test [192.0.2.1]) by mx.b.test (OpenSMTPD) with ESMTPS id 0a1b"
        " (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO) for <u@b.test>",
        {"helo": "said.test", "tls_version": "TLSv1.3", "tls_cipher": "TLS_AES_256_GCM_SHA384"},
    ),
    "Domino": (
        "from said.test ([192.0.2.1]) by mx.b.test (Lotus Domino Release 8.5.3) with ESMTP id"
        " 2026112318300",
        {"helo": "said.test", "address": "192.0.2.1", "by": "mx.b.test", "id": "2026112318300"},
    ),
    "Yahoo": (
        "from 192.0.2.1 (EHLO said.test) (192.0.2.1) by mta1.y.test with SMTPs",
        {"helo": "said.test", "address": "192.0.2.1", "by": "mta1.y.test", "reverse_name": ""},
    ),
    "Haraka": (
        "from said.test (mail.a.test [192.0.2.1]) by mx.b.test (Haraka/3.0.0) with ESMTPS id"
        " 9A.1 envelope-from <s@a.test> tls TLS_AES_256_GCM_SHA384",
        {"helo": "said.test", "id": "9A.1", "envelope_from": "s@a.test",
         "tls_cipher": "TLS_AES_256_GCM_SHA384"},
    ),
    "Stalwart": (
        "from said.test (mail.a.test [192.0.2.1]) (using TLSv1.3 with cipher"
        " TLS13_AES_256_GCM_SHA384) by mx.b.test (Stalwart SMTP) with ESMTPS id 2F",
        {"helo": "said.test", "address": "192.0.2.1", "tls_version": "TLSv1.3",
         "tls_cipher": "TLS13_AES_256_GCM_SHA384", "id": "2F"},
    ),
    "mox": (
        "from said.test (mail.a.test [192.0.2.1]) by mx.b.test ([198.51.100.1]) via tcp with"
        " ESMTPS id qrs (TLS1.3 TLS_AES_128_GCM_SHA256) for <u@b.test>",
        {"helo": "said.test", "via": "tcp", "protocol": "ESMTPS", "tls_version": "TLSv1.3",
         "tls_cipher": "TLS_AES_128_GCM_SHA256", "recipient": "u@b.test"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("writer", CASES)
def test_a_received_line_is_taken_apart(writer: str) -> None:
    text, expected = CASES[writer]
    hop = parse_received(text + DATE)
    assert {name: getattr(hop, name) for name in expected} == expected
    assert hop.date is not None
    assert hop.date.epoch == 1795458606


def test_what_we_write_is_read_back() -> None:
    hop = Received(
        helo="said.test", reverse_name="mail.a.test", address="2001:db8::1", by="mx.b.test",
        protocol="ESMTPS", id="0trace", recipient="u@b.test", tls_version="TLSv1.3",
        tls_cipher="TLS_AES_256_GCM_SHA384",
    )  # fmt: skip
    found = parse_received(scan_header(format_received(hop, 1795458606)).value("received"))
    names = [name for name in Received.__slots__ if name not in ("comments", "date")]
    assert [getattr(found, n) for n in names] == [getattr(hop, n) for n in names]


def test_a_hostile_helo_cannot_write_clauses() -> None:
    hop = Received(helo="x) by fake (\r\nBcc: y", address="192.0.2.1", by="mx.b.test")
    line = format_received(hop, 0)
    assert len(scan_header(line).fields) == 1
    assert parse_received(scan_header(line).value("received")).by == "mx.b.test"
