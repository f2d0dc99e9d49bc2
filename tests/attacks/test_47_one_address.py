"""Attack 47: every reader sees the same address, and a false one is no address (CVE-2023-27043)."""

from __future__ import annotations

import pytest

from postroad.message import (
    HeaderForm,
    describe,
    envelope,
    header_form,
    mailboxes,
    parse_addresses,
    scan,
)


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        (b"alice@a.test)bob@b.test", [""]),
        (b"alice@a.test(<)bob@b.test", [""]),
        (b"<alice@a.test>bob@b.test", ["alice@a.test"]),
        (b'"alice@a.test "<bob@b.test>', ["bob@b.test"]),
        (b"alice@a.test <bob@b.test>", ["bob@b.test"]),
        (b'"<alice@a.test>"@b.test', ["<alice@a.test>@b.test"]),
        (b"a@b.test@c.test", [""]),
        (b"<a@b.test@c.test>", [""]),
        (b"a@b.test\x00@c.test", [""]),
        (b"alice@a.test, bob@b.test", ["alice@a.test", "bob@b.test"]),
    ],
)
def test_an_address_is_one_thing_for_everyone(value: bytes, addresses: list[str]) -> None:
    assert [box.address for box in mailboxes(parse_addresses(value))] == addresses
    message = scan(b"From: " + value + b"\n\n")
    field = message.headers.fields[0]
    by_jmap = [item["email"] for item in header_form(field, HeaderForm.ADDRESSES)]
    by_tool = [item["address"] for item in describe(message)["fields"][0]["addresses"]]
    assert by_jmap == by_tool


def test_of_two_from_fields_every_view_takes_the_last() -> None:
    message = scan(b"From: a@a.test\nFrom: b@b.test\n\n")
    assert message.headers.text("from") == "b@b.test"
    assert b'"b" "b.test"' in envelope(message.headers)
    assert b'"a" "a.test"' not in envelope(message.headers)
