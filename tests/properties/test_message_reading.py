"""Reading any bytes: nothing is raised, every byte has its place, truncation is survived."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.message import (
    HeaderForm,
    Message,
    Part,
    Section,
    describe,
    find_part,
    header_form,
    numbered,
    parse_authentication_results,
    parse_received,
    reply,
    scan,
    section_bytes,
)

FRAGMENTS = st.sampled_from(
    [
        b"\r\n", b"\n", b"\r", b"--", b"--q", b"--q--", b"\n--q\n", b"\n--r--\n", b": ", b";",
        b"Content-Type: multipart/mixed; boundary=q\n", b"Content-Type: message/rfc822\n\n",
        b"Content-Type: multipart/digest;boundary=r", b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: text/html; charset=utf-16\n\n", b"charset=utf-7", b",", b"@", b"> ", b" \n",
        b"Content-Disposition: attachment; filename", b"*0*=utf-8''%e4", b"=?utf-8?b?", b"?=",
        b"=?iso-2022-jp?q?=1B$B?=", b"<", b">", b"(", b'"', b"From: ", b"To: a@b,",
        b"Date: Mon, 23 Nov 2026", b"Received: from a (", b"References: <", b"\x00", b"\xff",
        b"\xe4\xbd\xa0", b"<!--", b"&#9999999999;", b"begin 644 x\n", b"\\",
        b"\x78\x9f\x3e\x22", b"application/ms-tnef", b"format=flowed",
    ]
)  # fmt: skip
DATA = st.lists(FRAGMENTS | st.binary(max_size=12), max_size=40).map(b"".join)


def covered(part: Part) -> list[tuple[int, int]]:
    """Ranges of a part that must follow each other without gap or overlap."""
    headers = part.headers
    ranges = [(headers.start, headers.prelude)]
    ranges += [(field.start, field.end) for field in headers]
    ranges += [(headers.fields_end, headers.end), (headers.end, headers.body_start)]
    return [*ranges, (part.body_start, part.end)]


def check_offsets(message: Message) -> None:
    for part in message.walk():
        ranges = covered(part)
        assert all(a[1] == b[0] for a, b in pairwise(ranges))
        at = part.body_start
        for child in part.children:
            assert at <= child.start <= child.end <= part.end
            at = child.end


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_any_bytes_are_a_message_whose_offsets_cover_them(data: bytes) -> None:
    message = scan(data)
    check_offsets(message)
    assert (message.start, message.end) == (0, len(data))


@settings(max_examples=100, deadline=None)
@given(DATA)
def test_every_view_of_any_bytes_answers(data: bytes) -> None:
    message = scan(data)
    json.dumps(describe(message)).encode()
    reply(message, everyone=True)
    for field in message.headers:
        parse_received(field.value)
        parse_authentication_results(field.value)
        json.dumps([header_form(field, form) for form in HeaderForm]).encode()


@settings(max_examples=100, deadline=None)
@given(DATA)
def test_numbers_lead_back_to_their_parts(data: bytes) -> None:
    message = scan(data)
    for number, part in numbered(message):
        if number and not number.endswith("TEXT"):
            path = tuple(int(digits) for digits in number.split("."))
            assert find_part(message, path) is part
            assert section_bytes(message, Section(path)) == part.body


WHOLE = b"""From: a@b.test\r
Subject: =?utf-8?b?5L2g5aW9?=\r
Content-Type: multipart/mixed; boundary="q"\r
\r
--q\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: base64\r
\r
5L2g5aW9\r
--q\r
Content-Type: message/rfc822\r
\r
Subject: in\r
\r
--not\r
--q--\r
"""


def test_every_truncation_of_a_message_still_answers() -> None:
    for end in range(len(WHOLE)):
        message = scan(WHOLE[:end])
        check_offsets(message)
        describe(message)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=20))
def test_a_damaged_message_still_answers(at: int, junk: bytes) -> None:
    message = scan(WHOLE[:at] + junk + WHOLE[at:])
    check_offsets(message)
    describe(message)
