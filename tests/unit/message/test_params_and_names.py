"""Content-Type, Content-Disposition and file names."""

from __future__ import annotations

import pytest

from postroad.message import (
    filename,
    parse_content_type,
    parse_disposition,
    safe_filename,
    scan,
)

# RFC 2231 §3 and §4, then what is seen in the wild.
NAMES = {
    'attachment; filename="a b.txt"': "a b.txt",
    "attachment; filename=a b.txt": "a b.txt",
    "attachment; filename*=iso-8859-1'en'%A3%20rates": "£ rates",
    "attachment; filename*0*=utf-8''%e4%bd; filename*1*=%a0; filename*2=.txt": "你.txt",
    'attachment; filename*1="b"; filename*0="a"': "ab",
    'attachment; filename="=?utf-8?b?5L2g?=.txt"': "你.txt",
    'attachment; filename="C:\\dir\\x.txt"': "C:\\dir\\x.txt",
    'attachment; filename="q\\"r"': 'q"r',
    'attachment; filename="unclosed.txt': "unclosed.txt",
    'attachment (why); filename="a(b).txt"': "a(b).txt",
    'filename="bare.txt"': "bare.txt",
    "attachment; filename=plain.txt; filename*=utf-8''better.txt": "better.txt",
    "attachment; filename=IMG (1).jpg": "IMG (1).jpg",
    "attachment (filename=evil.exe); filename=good.pdf": "good.pdf",
    "attachment ( filename=evil.exe ); filename=good.pdf": "good.pdf",
    "attachment": "",
}


@pytest.mark.parametrize(("value", "name"), NAMES.items())
def test_a_file_name_is_read(value: str, name: str) -> None:
    found = parse_disposition(value.encode())
    assert (found.value, found.get("filename")) == ("attachment", name)


def test_the_rfc_2231_example_of_all_together() -> None:
    value = (
        b"application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20;"
        b' title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2="isn\'t it!"'
    )
    assert parse_content_type(value).get("title") == "This is even more ***fun*** isn't it!"


@pytest.mark.parametrize(
    ("value", "kind", "charset", "valid"),
    [
        (b"text/html; charset=UTF-8", "text/html", "UTF-8", True),
        (b'TEXT/Plain;charset="iso-8859-1" ;', "text/plain", "iso-8859-1", True),
        (b"text/plain (comment; charset=no) ; charset=yes", "text/plain", "yes", True),
        (b"text/html charset=utf-8", "text/html", "utf-8", True),
        (b"message/rfc822\x00", "message/rfc822", "", True),
        ("meßage/rfc822".encode(), "text/plain", "", False),
        (b"text/html, charset=utf-8", "text/html", "utf-8", True),
        (b"text", "text/plain", "", False),
        (b"", "text/plain", "", True),
        (b"; charset=x", "text/plain", "", False),
    ],
)
def test_a_content_type_is_read(value: bytes, kind: str, charset: str, valid: bool) -> None:
    found = parse_content_type(value)
    assert (found.value, found.charset, found.valid) == (kind, charset, valid)


def test_the_disposition_names_a_part_before_its_type_does() -> None:
    part = scan(b"Content-Type: a/b; name=two\nContent-Disposition: inline; filename=one\n\n")
    assert filename(part) == "one"
    assert filename(scan(b"Content-Type: a/b; name=two\n\n")) == "two"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("x\x00y\r\nz.txt", "xyz.txt"),
        ("con.txt", "_con.txt"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ("..", "attachment"),
        ("", "attachment"),
        ("  spaced   out .txt. ", "spaced out .txt"),
        ("日本語.pdf", "日本語.pdf"),
    ],
)
def test_a_safe_name_is_one_harmless_component(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_filename("日" * 300 + ".pdf")
    assert name.endswith("日.pdf")
    assert len(name.encode()) <= 200
