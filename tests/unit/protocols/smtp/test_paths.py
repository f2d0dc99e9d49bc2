"""Paths and mailboxes: the grammar of RFC 5321 §4.1.2, and one form for each."""

from __future__ import annotations

import time

import pytest

from postroad.protocols.smtp import AddressError, canonical, forward_path, reverse_path
from postroad.protocols.smtp.paths import hello_name, is_domain

GOOD = [
    ("a@b.example", "a@b.example"),
    ("a@B.Example", "a@b.example"),
    ("A@b.example", "A@b.example"),
    ("a@b", "a@b"),
    ("a.b.c@d.example", "a.b.c@d.example"),
    ("!#$%&'*+-/=?^_`{|}~@d.example", "!#$%&'*+-/=?^_`{|}~@d.example"),
    ('"a"@d.example', "a@d.example"),
    ('"a.b"@d.example', "a.b@d.example"),
    ('"a b"@d.example', '"a b"@d.example'),
    ('"a\\b"@d.example', "ab@d.example"),
    ('"a\\"b"@d.example', '"a\\"b"@d.example'),
    ('"a\\\\b"@d.example', '"a\\\\b"@d.example'),
    ('"a@b"@d.example', '"a@b"@d.example'),
    ('"a>b"@d.example', '"a>b"@d.example'),
    ('".a"@d.example', '".a"@d.example'),
    ('""@d.example', '""@d.example'),
    ("a%b@c.example", "a%b@c.example"),
    ("a@xn--fsq.example", "a@xn--fsq.example"),
    ("a@[127.0.0.1]", "a@[127.0.0.1]"),
    ("a@[IPv6:2001:DB8::1]", "a@[IPv6:2001:db8::1]"),
    ("a@[ipv6:::1]", "a@[IPv6:::1]"),
    ("用户@例子.测试", "用户@例子.测试"),
    ("a@" + "b" * 63 + ".example", "a@" + "b" * 63 + ".example"),
    ("a" * 100 + "@d.example", "a" * 100 + "@d.example"),  # LONG_LOCAL_PART
]

BAD = [
    "",
    "a",
    "@",
    "a@",
    "@b",
    "a@b@c",
    ".a@b",
    "a.@b",
    "a..b@c",
    "a b@c",
    'a"b"@c',
    '"a@c',
    '"a\nb"@c',
    "a@b..c",
    "a@.b",
    "a@b.",
    "a@-b",
    "a@b-",
    "a@b_c",
    "a@b c",
    "a@[1.2.3]",
    "a@[1.2.3.256]",
    "a@[01.2.3.4]",
    "a@[IPv6:1]",
    "a@[IPv6:fe80::1%eth0]",
    "a@[X-tag:text]",
    "a@[]",
    "a@" + "b" * 64 + ".example",
    "a@" + ".".join(["b" * 60] * 5),
    "a" * 250 + "@b.example",
    "a\x00@b",
    "a\u0080@b",
    "a\u2028@b",
    "\ud800@b",
    "用" * 90 + "@b.example",
]


@pytest.mark.parametrize(("text", "form"), GOOD)
def test_a_mailbox_has_one_form(text: str, form: str) -> None:
    assert canonical(text) == form
    assert canonical(form) == form


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        canonical(text)


@pytest.mark.parametrize("text", ["postmaster", "Postmaster", "POSTMASTER"])
def test_postmaster_stands_alone(text: str) -> None:
    assert forward_path(text) == "postmaster"
    with pytest.raises(AddressError):
        canonical(text)


def test_the_null_path_is_for_senders_only() -> None:
    assert reverse_path("") == ""
    with pytest.raises(AddressError):
        forward_path("")


@pytest.mark.parametrize("route", ["@x:", "@x.example,@y.example:"])
def test_a_source_route_is_ignored(route: str) -> None:
    assert forward_path(route + "a@b.example") == "a@b.example"
    assert reverse_path(route + "a@b.example") == "a@b.example"


@pytest.mark.parametrize("path", ["@x", "@x,", "@x,@:a@b", "@:a@b", "@x;a@b", "x:a@b", "@x:@y:a@b"])
def test_a_broken_source_route_is_refused(path: str) -> None:
    with pytest.raises(AddressError):
        forward_path(path)


@pytest.mark.parametrize(
    "name", ["a", "a.example", "[127.0.0.1]", "[IPv6:::1]", "my_host", "1.2.3.4", "a" * 255]
)
def test_a_host_may_call_itself_many_things(name: str) -> None:
    assert hello_name(name) == name


@pytest.mark.parametrize("name", ["", "a b", "a\r\nb", "a(b)", "<a>", "例子", "a" * 256, 'a"'])
def test_but_nothing_that_would_break_a_trace_field(name: str) -> None:
    with pytest.raises(AddressError):
        hello_name(name)


def test_a_domain_is_no_literal() -> None:
    assert is_domain("a.example")
    assert not is_domain("[127.0.0.1]")
    assert not is_domain("")


@pytest.mark.parametrize("piece", ["a.", "a-", '"\\a', "@a,", "a@", "\\", "[", "-", '"a"', "a."])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    from postroad.protocols.smtp.commands._parameters import _PATH
    from postroad.protocols.smtp.paths import _DOMAIN, _MAILBOX, _ROUTE  # noqa: F401

    text = piece * (200_000 // len(piece))
    start = time.process_time()
    _MAILBOX.fullmatch(text)
    _MAILBOX.fullmatch("a@" + text + "!")
    _ROUTE.match("@" + text)
    _PATH.fullmatch("<" + text)
    assert time.process_time() - start < 1.0
