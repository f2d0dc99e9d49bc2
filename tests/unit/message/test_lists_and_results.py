"""Mailing-list fields, automatic mail, Authentication-Results."""

from __future__ import annotations

import pytest

from postroad.message import (
    MethodResult,
    auto_submitted,
    is_automatic,
    parse_authentication_results,
    parse_list_id,
    parse_urls,
    scan_header,
    unsubscribe,
)


def test_a_list_is_named() -> None:
    assert parse_list_id(b'"A list" <dev.lists.x.test>') == ("dev.lists.x.test", "A list")
    assert parse_list_id(b"dev.lists.x.test") == ("dev.lists.x.test", "")


def test_urls_lose_comments_and_brackets() -> None:
    assert parse_urls(b"<mailto:a@b> (or), <https://x.test/\t y>") == (
        "mailto:a@b", "https://x.test/y",
    )  # fmt: skip
    assert parse_urls(b"https://x.test/") == ("https://x.test/",)


@pytest.mark.parametrize(
    ("block", "one_click"),
    [
        (b"List-Unsubscribe: <https://x.test/u>\r\n", False),
        (
            b"List-Unsubscribe: <https://x.test/u>\r\n"
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            True,
        ),
        (
            b"List-Unsubscribe: <mailto:u@x.test>\r\n"
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            False,
        ),
    ],
)
def test_one_click_needs_both_fields_and_https(block: bytes, one_click: bool) -> None:
    assert unsubscribe(scan_header(block)).one_click is one_click


@pytest.mark.parametrize(
    ("block", "automatic"),
    [
        (b"Subject: hi\r\n", False),
        (b"Auto-Submitted: no\r\n", False),
        (b"Auto-Submitted: auto-generated (rule)\r\n", True),
        (b"Precedence: bulk\r\n", True),
        (b"List-Id: <x>\r\n", True),
        (b"Return-Path: <>\r\n", True),
    ],
)
def test_machines_are_known(block: bytes, automatic: bool) -> None:
    assert is_automatic(scan_header(block)) is automatic


def test_the_auto_submitted_keyword_is_read() -> None:
    headers = scan_header(b"Auto-Submitted: Auto-Replied; owner=x\r\n")
    assert auto_submitted(headers) == "auto-replied"


def test_the_example_of_rfc_8601_is_read() -> None:
    found = parse_authentication_results(
        b"example.com; auth=pass (cram-md5) smtp.auth=sender@example.net;"
        b' spf=fail reason="not \\"allowed\\"" smtp.mailfrom=example.net; dkim/1=none'
    )
    assert (found.authserv_id, found.version, found.instance) == ("example.com", "", 0)
    assert found.results[0] == MethodResult(
        "auth", "pass", properties={"smtp.auth": "sender@example.net"}, comments=("cram-md5",)
    )
    assert found.results[1].reason == 'not "allowed"'
    assert (found.results[2].method, found.results[2].version) == ("dkim", "1")


@pytest.mark.parametrize(
    ("value", "authserv", "methods"),
    [
        (b"example.org 1; none", "example.org", []),
        (b"i=2; mx.x.test; arc=pass", "mx.x.test", ["arc"]),
        (b"spf=pass smtp.mailfrom=x.test; dkim=none", "", ["spf", "dkim"]),
        (b"x.test; dkim = pass (ok (nested)) header.d = y.test", "x.test", ["dkim"]),
        (b"", "", []),
        (b"((((", "", []),
        (b"=;=;=", "", []),
    ],
)
def test_results_are_read_as_they_come(value: bytes, authserv: str, methods: list[str]) -> None:
    found = parse_authentication_results(value)
    assert found.authserv_id == authserv
    assert [result.method for result in found.results] == methods
