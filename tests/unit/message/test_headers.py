"""Header blocks and their fields."""

from __future__ import annotations

import pytest

from postroad.message import scan, scan_header

BLOCK = b"Subject: one\r\n two\r\nX-Empty:\r\nTo : a@b\r\nSUBJECT: last\r\n\r\nbody"


def test_fields_come_in_order_with_their_names_as_written() -> None:
    assert [f.name for f in scan_header(BLOCK)] == ["Subject", "X-Empty", "To", "SUBJECT"]


def test_a_field_keeps_its_raw_bytes() -> None:
    field = scan_header(BLOCK).first("subject")
    assert field is not None
    assert field.raw == b"Subject: one\r\n two\r\n"
    assert field.raw_value == b" one\r\n two"
    assert field.value == b"one two"


def test_the_last_of_several_is_the_value() -> None:
    headers = scan_header(BLOCK)
    assert headers.text("Subject") == "last"
    assert [f.value for f in headers.all("subject")] == [b"one two", b"last"]


def test_the_body_begins_after_the_empty_line() -> None:
    headers = scan_header(BLOCK)
    assert BLOCK[headers.end :] == b"\r\nbody"
    assert BLOCK[headers.body_start :] == b"body"


def test_a_block_without_empty_line_is_whole() -> None:
    headers = scan_header(b"A: b\r\nC: d")
    assert [f.value for f in headers] == [b"b", b"d"]
    assert headers.end == headers.body_start == 10


def test_a_line_that_is_no_field_begins_the_body() -> None:
    message = scan(b"From: a@b\nnot a field\nTo: c@d\n\nx")
    assert [f.name for f in message.headers] == ["From"]
    assert message.body.startswith(b"not a field")


def test_an_mbox_line_in_front_is_passed_over() -> None:
    message = scan(b"From someone Mon Nov 23 18:30:06 2026\nSubject: x\n\nbody")
    assert message.headers.text("subject") == "x"
    assert message.headers.prelude == 38


def test_folded_lines_in_front_of_the_first_field_are_passed_over() -> None:
    message = scan(b" continues nothing\n\t\nSubject: x\n\nbody")
    assert (message.headers.text("subject"), message.body) == ("x", b"body")
    assert scan(b"  indented text\n").body == b"  indented text\n"


def test_a_line_of_white_space_only_continues_the_field() -> None:
    assert scan_header(b"Subject: a\r\n \r\n b\r\n\r\n").value("subject") == b"a  b"


def test_absent_fields_are_empty() -> None:
    headers = scan_header(BLOCK)
    assert headers.value("Date") == b""
    assert headers.text("Date") == ""
    assert headers.first("Date") is None
    assert "Date" not in headers
    assert "to" in headers


@pytest.mark.parametrize("name", ["__proto__", "constructor", "__class__", "fields"])
def test_strange_names_are_normal_fields(name: str) -> None:
    assert scan_header(f"{name}: v\r\n\r\n".encode()).text(name) == "v"


def test_raw_utf8_is_text() -> None:
    assert scan_header("Subject: 你好\r\n\r\n".encode()).text("subject") == "你好"


def test_raw_latin_is_guessed_and_never_fails() -> None:
    text = scan_header("Subject: Grüße aus Köln\r\n\r\n".encode("latin-1")).text("subject")
    assert text == "Grüße aus Köln"
