"""ENVELOPE, BODYSTRUCTURE and sections."""

from __future__ import annotations

import pytest

from postroad.message import (
    Section,
    SectionError,
    UnknownEncodingError,
    binary_section,
    body,
    body_structure,
    envelope,
    find_part,
    imap_string,
    scan,
    scan_header,
    section_bytes,
    section_range,
)

# RFC 9051 §8.
MEETING = (
    b"Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
    b"Subject: IMAP4rev2 WG mtg summary and minutes\r\n"
    b"From: Terry Gray <gray@cac.washington.edu>\r\n"
    b"To: imap@cac.washington.edu\r\n"
    b"Cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
    b"Message-Id: <B27397-0100000@cac.washington.ed>\r\n\r\n"
)
GRAY = b'(("Terry Gray" NIL "gray" "cac.washington.edu"))'


def test_the_envelope_of_rfc_9051_is_made() -> None:
    assert envelope(scan_header(MEETING)) == (
        b'("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" '
        + b" ".join([GRAY, GRAY, GRAY])
        + b' ((NIL NIL "imap" "cac.washington.edu")) '
        b'((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) '
        b'NIL NIL "<B27397-0100000@cac.washington.ed>")'
    )


def test_groups_have_their_marks() -> None:
    found = envelope(scan_header(b"To: Friends: a@b.test;\r\n\r\n"))
    group = b'((NIL NIL "Friends" NIL)(NIL NIL "a" "b.test")(NIL NIL NIL NIL))'
    assert group in found


def test_an_empty_header_gives_an_envelope_of_nils() -> None:
    assert envelope(scan_header(b"")) == b"(" + b" ".join([b"NIL"] * 10) + b")"


def test_encoded_words_are_left_to_the_client() -> None:
    found = envelope(scan_header(b"Subject: =?utf-8?q?a?=\r\n\r\n"))
    assert b'"=?utf-8?q?a?="' in found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"plain", b'"plain"'),
        (b'q"b\\', b'"q\\"b\\\\"'),
        ("é".encode(), b"{2}\r\n\xc3\xa9"),
        (b"a\r\nb", b"{4}\r\na\r\nb"),
        (b"n\0l", b'"nl"'),
        (b"", b'""'),
    ],
)
def test_strings_are_quoted_or_literal(value: bytes, expected: bytes) -> None:
    assert imap_string(value) == expected


MIXED = b"""Content-Type: multipart/mixed; boundary=q

--q

plain
--q
Content-Type: text/x-diff; charset=us-ascii; name="cc.diff"
Content-ID: <960723163407@cac.washington.edu>
Content-Description: Compiler diff
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*=utf-8''%E4%BD%A0
Content-Language: en, de
Content-Location: http://x.test/

TElORQ==

--q
Content-Type: message/rfc822

Subject: in

inner
--q--
"""


def test_a_structure_has_its_extension_data() -> None:
    message = scan(MIXED)
    assert body_structure(message) == (
        b'(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 0 NIL NIL NIL NIL)'
        b'("TEXT" "X-DIFF" ("CHARSET" "us-ascii" "NAME" "cc.diff") '
        b'"<960723163407@cac.washington.edu>" "Compiler diff" "BASE64" 9 1 NIL '
        b'("ATTACHMENT" ("FILENAME*" "utf-8\'\'%E4%BD%A0")) ("en" "de") "http://x.test/")'
        b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 18 '
        + envelope(scan_header(b"Subject: in\n\n"))
        + b' ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 0 NIL NIL NIL NIL) 2 NIL NIL NIL NIL)'
        b' "MIXED" ("BOUNDARY" "q") NIL NIL NIL)'
    )


def test_body_has_no_extension_data() -> None:
    assert body(scan(b"A: b\n\nx\n")) == b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1)'
    assert body(scan(MIXED)).endswith(b' "MIXED")')


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("", MIXED),
        ("1", b"plain"),
        ("2.MIME", MIXED[MIXED.index(b"Content-Type: text/x-diff") : MIXED.index(b"TElO")]),
        ("3", b"Subject: in\n\ninner"),
        ("3.HEADER", b"Subject: in\n\n"),
        ("3.TEXT", b"inner"),
        ("3.1", b"inner"),
        ("3.1.MIME", b"Subject: in\n\n"),
        ("3.HEADER.FIELDS (SUBJECT)", b"Subject: in\n\r\n"),
        ("3.HEADER.FIELDS.NOT (subject)", b"\r\n"),
        ("HEADER", b"Content-Type: multipart/mixed; boundary=q\n\n"),
        ("TEXT", MIXED[MIXED.index(b"--q") :]),
        ("4", None),
        ("1.1", None),
        ("1.HEADER", None),
        ("3.2", None),
    ],
)
def test_a_section_is_cut_by_offsets(section: str, expected: bytes | None) -> None:
    assert section_bytes(scan(MIXED), Section.parse(section)) == expected


def test_a_section_can_be_streamed_from_its_place() -> None:
    message = scan(MIXED)
    start, end = section_range(message, Section.parse("3.TEXT")) or (0, 0)
    assert MIXED[start:end] == b"inner"
    assert section_range(message, Section.parse("HEADER.FIELDS (To)")) is None
    assert section_range(message, Section.parse("9")) is None


def test_a_plain_message_has_one_part() -> None:
    message = scan(b"A: b\r\n\r\nbody")
    assert find_part(message, (1,)) is message
    assert find_part(message, (1, 1)) is None
    assert section_bytes(message, Section.parse("1")) == b"body"


@pytest.mark.parametrize("text", ["0", "1.", ".1", "MIME", "HEADER.FIELDS", "1.TEXT.2", "x", "01"])
def test_what_is_no_section_is_refused(text: str) -> None:
    with pytest.raises(SectionError):
        Section.parse(text)


def test_binary_is_decoded_with_crlf() -> None:
    message = scan(MIXED)
    assert binary_section(message, (2,)) == b"LINE"
    assert binary_section(message, (9,)) is None
    assert binary_section(scan(b"A: b\n\n1\n2\n"), (1,)) == b"1\r\n2\r\n"


def test_binary_of_an_unknown_encoding_is_an_error() -> None:
    with pytest.raises(UnknownEncodingError):
        binary_section(scan(b"Content-Transfer-Encoding: x-y\n\nz"), (1,))
