"""Header forms and body parts of RFC 8621."""

from __future__ import annotations

from typing import Any

import pytest

from postroad.message import (
    HeaderForm,
    body_part,
    body_value,
    find_part,
    form_allowed,
    header_form,
    scan,
)

MESSAGE = scan(
    b'From: "  James Smythe" <james@example.com>, Friends:\r\n'
    b"  jane@example.com, =?UTF-8?Q?John_Sm=C3=AEth?=\r\n"
    b"  <john@example.com>;\r\n"
    b"Subject:  =?utf-8?q?e=CC=81?= x\0\xff\r\n"
    b"References: <a@b> <c@d>\r\n"
    b"In-Reply-To: none\r\n"
    b"Date: Mon, 23 Nov 2026 19:30:06 +0100\r\n"
    b"List-Post: NO (posting not allowed)\r\n"
    b"List-Unsubscribe: <https://x.test/u>, (mail) <mailto:\r\n u@x.test>\r\n"
    b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
    b"Content-Language: de, en\r\n"
    b"\r\nbody \xe4\xbd\xa0\r\n"
)
JAMES = {"name": "James Smythe", "email": "james@example.com"}
JANE = {"name": None, "email": "jane@example.com"}
JOHN = {"name": "John Smîth", "email": "john@example.com"}


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("from", HeaderForm.ADDRESSES, [JAMES, JANE, JOHN]),
        ("from", HeaderForm.GROUPED_ADDRESSES, [
            {"name": None, "addresses": [JAMES]},
            {"name": "Friends", "addresses": [JANE, JOHN]},
        ]),
        ("subject", HeaderForm.RAW, "  =?utf-8?q?e=CC=81?= x\ufffd"),
        ("references", HeaderForm.MESSAGE_IDS, ["a@b", "c@d"]),
        ("in-reply-to", HeaderForm.MESSAGE_IDS, None),
        ("date", HeaderForm.DATE, "2026-11-23T19:30:06+01:00"),
        ("subject", HeaderForm.DATE, None),
        ("list-unsubscribe", HeaderForm.URLS, ["https://x.test/u", "mailto:u@x.test"]),
        ("list-post", HeaderForm.URLS, None),
    ],
)  # fmt: skip
def test_a_field_takes_its_form(name: str, form: HeaderForm, expected: Any) -> None:
    field = MESSAGE.headers.last(name)
    assert field is not None
    assert header_form(field, form) == expected


def test_text_is_composed_and_without_controls() -> None:
    field = MESSAGE.headers.last("subject")
    assert field is not None
    assert header_form(field, HeaderForm.TEXT).startswith("é x")
    assert "\0" not in header_form(field, HeaderForm.TEXT)


def test_forms_are_allowed_where_they_make_sense() -> None:
    assert form_allowed("Subject", HeaderForm.TEXT)
    assert not form_allowed("From", HeaderForm.TEXT)
    assert not form_allowed("Received", HeaderForm.DATE)
    assert form_allowed("X-Anything", HeaderForm.DATE)
    assert form_allowed("Received", HeaderForm.RAW)


def test_a_body_part_tells_its_properties() -> None:
    found = body_part(MESSAGE, "1")
    del found["headers"]
    assert found == {
        "partId": "1", "size": 10, "name": None, "type": "text/plain", "charset": "utf-8",
        "disposition": None, "cid": None, "language": ["de", "en"], "location": None,
    }  # fmt: skip


def test_a_body_value_is_cut_at_a_character() -> None:
    assert body_value(MESSAGE, "1") == {
        "value": "body 你\n", "isEncodingProblem": False, "isTruncated": False,
    }  # fmt: skip
    cut = body_value(MESSAGE, "1", 6)
    assert cut is not None
    assert (cut["value"], cut["isTruncated"]) == ("body ", True)
    assert body_value(MESSAGE, "7") is None
    assert body_value(MESSAGE, "x") is None


def test_a_body_value_is_not_cut_inside_a_tag() -> None:
    page = scan(b"Content-Type: text/html\n\n<p>text <a href='x'>y")
    found = body_value(page, "1", 14)
    assert found is not None
    assert found["value"] == "<p>text "


@pytest.mark.parametrize("part_id", ["", "0", "-1", "3", "1.1", "1.0", "x", "1_0", "1" * 5000, "٣"])
def test_a_part_that_is_not_there_has_no_value(part_id: str) -> None:
    data = b"Content-Type: multipart/mixed; boundary=q\n\n--q\n\none\n--q\n\ntwo\n--q--\n"
    assert body_value(scan(data), part_id) is None
    assert find_part(scan(data), (0,)) is None
    assert find_part(scan(data), (-1,)) is None
