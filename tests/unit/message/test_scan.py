"""The scan: offsets of headers, bodies and parts."""

from __future__ import annotations

import mmap
import tempfile
import tracemalloc

import pytest

from postroad.message import DefectKind, Part, body_structure, preview, scan

NESTED = b"""From: a@b.test\r
Content-Type: multipart/mixed; boundary="xx"\r
\r
preamble\r
--xx\r
Content-Type: text/plain\r
\r
hello\r
--xx\r
Content-Type: message/rfc822\r
\r
Subject: inner\r
Content-Type: multipart/alternative; boundary=yy\r
\r
--yy\r
\r
one\r
--yy\r
Content-Type: text/html\r
\r
<p>two\r
--yy--\r
--xx--\r
epilogue\r
"""


def kinds(data: bytes) -> list[DefectKind]:
    return [defect.kind for defect in scan(data).scan_defects]


def tree(part: Part) -> object:
    return (part.type, [tree(child) for child in part.children]) if part.children else part.type


def test_a_nested_message_gives_its_tree() -> None:
    alternative = ("multipart/alternative", ["text/plain", "text/html"])
    assert tree(scan(NESTED)) == (
        "multipart/mixed", ["text/plain", ("message/rfc822", [alternative])],
    )  # fmt: skip


def test_bodies_end_before_the_line_end_that_belongs_to_the_delimiter() -> None:
    bodies = [part.body for part in scan(NESTED).walk() if not part.children]
    assert bodies == [b"hello", b"one", b"<p>two"]


def test_preamble_and_epilogue_are_kept_by_offset() -> None:
    message = scan(NESTED)
    assert NESTED[message.body_start : message.preamble_end] == b"preamble"
    assert NESTED[message.epilogue : message.end] == b"epilogue\r\n"
    assert message.closed


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_line_ends_do_not_change_the_tree(ending: bytes) -> None:
    data = NESTED.replace(b"\r\n", ending)
    assert tree(scan(data)) == tree(scan(NESTED))


def test_mixed_line_ends_are_followed() -> None:
    data = NESTED.replace(b"--xx\r\n", b"--xx\n").replace(b"rfc822\r\n\r\n", b"rfc822\n\r\n")
    assert tree(scan(data)) == tree(scan(NESTED))


def test_a_file_map_is_scanned_in_place() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(NESTED)
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            message = scan(mapped)
            assert message.data is mapped
            assert [part.type for part in message.walk()][-1] == "text/html"
            del message


def test_bytes_are_never_copied() -> None:
    message = scan(NESTED)
    assert message.data is NESTED
    assert message.view.obj is NESTED


def test_a_large_attachment_is_not_copied() -> None:
    data = NESTED.replace(b"hello", b"A" * 76 + b"\r\n" + b"B" * 10_000_000)
    tracemalloc.start()
    try:
        message = scan(data)
        body_structure(message)
        preview(message)
        assert tracemalloc.get_traced_memory()[1] < 200_000
    finally:
        tracemalloc.stop()


def test_an_empty_message_is_a_message() -> None:
    message = scan(b"")
    assert (message.start, message.body_start, message.end) == (0, 0, 0)
    assert message.type == "text/plain"


def test_a_multipart_without_boundary_is_shown_as_text() -> None:
    message = scan(b"Content-Type: multipart/mixed\n\nwords\n")
    assert message.shown_type == "text/plain"
    assert [d.kind for d in message.scan_defects] == [DefectKind.NO_BOUNDARY]


def test_a_missing_first_delimiter_is_a_defect() -> None:
    data = b"Content-Type: multipart/mixed; boundary=q\n\nwords\n"
    assert kinds(data) == [DefectKind.NO_START]
    assert scan(data).shown_type == "text/plain"


def test_a_truncated_multipart_keeps_its_last_part() -> None:
    message = scan(b"Content-Type: multipart/mixed; boundary=q\n\n--q\n\none\n--q\n\ntw")
    assert [part.body for part in message.children] == [b"one", b"tw"]
    assert [d.kind for d in message.scan_defects] == [DefectKind.NOT_CLOSED]


def test_an_outer_delimiter_ends_an_unclosed_inner_multipart() -> None:
    data = NESTED.replace(b"--yy--\r\n", b"")
    assert tree(scan(data)) == tree(scan(NESTED))
    assert kinds(data) == [DefectKind.NOT_CLOSED]


def test_the_outer_of_two_equal_boundaries_wins() -> None:
    inner = b"--q\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nx\n--q--\n"
    message = scan(b"Content-Type: multipart/mixed; boundary=q\n\n" + inner)
    assert [part.depth for part in message.walk()] == [0, 1, 1]
    assert message.scan_defects[0].kind is DefectKind.DUPLICATE_BOUNDARY


def test_a_line_that_only_begins_like_a_delimiter_is_text() -> None:
    data = b"Content-Type: multipart/mixed; boundary=q\n\n--q\n\n--qq\n--q x\n --q\n--q--\n"
    assert [part.body for part in scan(data).children] == [b"--qq\n--q x\n --q"]


def test_white_space_after_a_delimiter_is_padding() -> None:
    data = b"Content-Type: multipart/mixed; boundary=q\n\n--q \t\n\none\n--q--\t\n"
    assert [part.body for part in scan(data).children] == [b"one"]


def test_two_delimiters_in_a_row_enclose_nothing() -> None:
    data = b"Content-Type: multipart/mixed; boundary=q\n\n--q\n--q\n\none\n--q\n--q--\n"
    assert [part.body for part in scan(data).children][:1] == [b"one"]


def test_a_delimiter_that_looks_like_a_field_still_ends_the_header() -> None:
    data = b'Content-Type: multipart/mixed; boundary="=_a:b"\n\n--=_a:b\nX: 1\n--=_a:b--\n'
    message = scan(data)
    assert [field.name for field in message.children[0].headers] == ["X"]
    assert message.closed


def test_the_parts_of_a_digest_are_messages_by_default() -> None:
    data = b"Content-Type: multipart/digest; boundary=q\n\n--q\n\nSubject: in\n\nx\n--q--\n"
    part = scan(data).children[0]
    assert part.type == "message/rfc822"
    assert part.children[0].headers.text("Subject") == "in"


def test_an_encoded_message_is_left_closed() -> None:
    data = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYQo=\n"
    message = scan(data)
    assert not message.children
    assert message.shown_type == "application/octet-stream"
    assert message.scan_defects[0].kind is DefectKind.ENCODED_COMPOSITE


def test_lines_are_counted_in_the_body_only() -> None:
    assert scan(b"A: b\n\n1\n2\n3").lines() == 2


def test_a_byte_order_mark_in_front_hides_no_field() -> None:
    message = scan(b"\xef\xbb\xbfFrom: a@b.test\r\nSubject: x\r\n\r\nhi\r\n")
    assert [field.name for field in message.headers] == ["From", "Subject"]
    assert (message.headers.prelude, message.body) == (3, b"hi\r\n")


def test_a_from_field_with_space_before_its_colon_is_no_mbox_line() -> None:
    assert scan(b"From : a@b.test\n\n").headers.text("from") == "a@b.test"


def test_line_ends_that_were_converted_twice_still_end_the_header() -> None:
    message = scan(b"Subject: x\r\r\n\r\r\nhi\r\r\n")
    assert (message.headers.text("subject"), message.body) == ("x", b"hi\r\r\n")
