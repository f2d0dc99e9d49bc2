"""Address lists, tidy and wild."""

from __future__ import annotations

import pytest

from postroad.message import Group, Mailbox, mailboxes, parse_addresses, parse_mailbox

# RFC 5322 appendix A, RFC 6532, and what mail in the wild holds: (name, local part, domain).
CASES = {
    "John Doe <jdoe@machine.example>": [("John Doe", "jdoe", "machine.example")],
    '"Joe Q. Public" <john.q.public@example.com>': [
        ("Joe Q. Public", "john.q.public", "example.com")
    ],
    "jdoe@example.org, Who? <one@y.test>": [
        ("", "jdoe", "example.org"), ("Who?", "one", "y.test"),
    ],
    '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>': [
        ("", "boss", "nil.test"), ('Giant; "Big" Box', "sysservices", "example.net"),
    ],
    "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>": [
        ("Pete", "pete", "silly.test")
    ],
    "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example": [
        ("Mary Smith", "mary", "example.net"), ("", "jdoe", "test.example"),
    ],
    "<@a.test,@b.test:c@d.test>, e@f.test": [("", "c", "d.test"), ("", "e", "f.test")],
    "Joe Q. Public <john . q . public @ example.com>": [
        ("Joe Q. Public", "john.q.public", "example.com")
    ],
    "用户@例子.中国": [("", "用户", "例子.中国")],
    "=?utf-8?q?J=C3=BCrgen?= <j@x.test>": [("Jürgen", "j", "x.test")],
    '"=?utf-8?b?5byg5LiJ?=" <z@x.test>': [("张三", "z", "x.test")],
    '"odd local"@x.test, "a\\"b"@x.test': [("", "odd local", "x.test"), ("", 'a"b', "x.test")],
    "=?utf-8?q?Smith,_J@home?= <j@x.test>": [("Smith, J@home", "j", "x.test")],
    "a@[192.0.2.1]": [("", "a", "[192.0.2.1]")],
    "old@style.test (Jim Old)": [("Jim Old", "old", "style.test")],
    "John Doe john@x.test": [("John Doe", "john", "x.test")],
    "Foo <a@b.test": [("Foo", "a", "b.test")],
    '"unclosed <a@b.test>': [("unclosed", "a", "b.test")],
    "<<a@b.test>>": [("", "a", "b.test")],
    "a@b.test; c@d.test": [("", "a", "b.test"), ("", "c", "d.test")],
    "a@b.test <c@d.test>": [("a@b.test", "c", "d.test")],
    "<a@b.test> <c@d.test>": [("", "a", "b.test"), ("", "c", "d.test")],
    "root": [("", "root", "")],
    "Foo <mailto:a@b.test>": [("Foo", "a", "b.test")],
    "No Address Here": [("No Address Here", "", "")],
    "<>": [("", "", "")],
    "": [],
    ",,;, ,": [],
    '"Foo" <a@b.test> via List <l@x.test>': [("Foo", "a", "b.test"), ("via List", "l", "x.test")],
    "a <a@b.test> =?utf-8?q?=2C?= =?utf-8?b?w6k=?= b <c@d.test>": [
        ("a", "a", "b.test"), ("é b", "c", "d.test"),
    ],
    "Foo @ Bar <a@b.test>": [("Foo @ Bar", "a", "b.test")],
    "mailto:a@b.test": [("", "a", "b.test")],
    "=?utf-8?q?John_=3Ca=40b.test=3E?=": [("John <a@b.test>", "", "")],
    '"John Doe <a@b.test>"': [("John Doe <a@b.test>", "", "")],
    "a\0b@x.test\0": [("", "ab", "x.test")],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_an_address_field_is_read(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = mailboxes(parse_addresses(text.encode()))
    assert [(box.name, box.local, box.domain) for box in found] == expected


def test_groups_keep_their_members_and_name() -> None:
    text = b"A Group:Ed Jones <joe@a.test>,joe@where.test;, x@y.test, Undisclosed recipients:;"
    first, single, last = parse_addresses(text)
    assert isinstance(first, Group)
    assert (first.name, [box.address for box in first.members]) == (
        "A Group", ["joe@a.test", "joe@where.test"],
    )  # fmt: skip
    assert single == Mailbox("", "x", "y.test")
    assert last == Group("Undisclosed recipients", ())


def test_the_usual_form_is_found_again_after_an_unusual_address() -> None:
    text = b"(c) a@b.test, Bob <bob@x.test>, c@d.test"
    addresses = [box.address for box in mailboxes(parse_addresses(text))]
    assert addresses == ["a@b.test", "bob@x.test", "c@d.test"]


def test_an_addr_spec_is_quoted_where_it_must_be() -> None:
    assert Mailbox("", "a b", "x.test").addr_spec == '"a b"@x.test'
    assert Mailbox("", "a.b", "x.test").addr_spec == "a.b@x.test"
    assert Mailbox("", "root", "").addr_spec == "root"
    assert Mailbox("", "a..b", "docomo.test").addr_spec == "a..b@docomo.test"


def test_a_single_mailbox_is_the_first() -> None:
    assert parse_mailbox(b"<bounce@x.test>") == Mailbox("", "bounce", "x.test")
    assert parse_mailbox(b"") is None
