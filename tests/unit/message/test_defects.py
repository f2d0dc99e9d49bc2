"""What is wrong with a message, with its place."""

from __future__ import annotations

import json

import pytest

from postroad.message import DefectKind, defects, describe, scan

GOOD = (
    b"From: a@b.test\r\nDate: Mon, 23 Nov 2026 18:30:06 +0000\r\nMessage-ID: <1@b>\r\n"
    b"Subject: x\r\n\r\nbody\r\n"
)

BAD = {
    DefectKind.BARE_LF: GOOD.replace(b"body\r\n", b"body\n"),
    DefectKind.BARE_CR: GOOD.replace(b"body", b"bo\rdy"),
    DefectKind.NUL: GOOD.replace(b"body", b"bo\0dy"),
    DefectKind.LONG_LINE: GOOD.replace(b"body", b"x" * 1000),
    DefectKind.EIGHT_BIT_BODY: GOOD.replace(b"body", b"b\xc3\xb6dy"),
    DefectKind.EIGHT_BIT_HEADER: GOOD.replace(b"x\r\n\r\n", b"\xc3\xb6\r\n\r\n"),
    DefectKind.INVALID_UTF8_HEADER: GOOD.replace(b"x\r\n\r\n", b"\xf6\r\n\r\n"),
    DefectKind.DUPLICATE_FIELD: b"Subject: y\r\n" + GOOD,
    DefectKind.MISSING_FIELD: GOOD.replace(b"From:", b"X-From:"),
    DefectKind.BAD_DATE: GOOD.replace(b"23 Nov", b"33 Nov"),
    DefectKind.BAD_ADDRESS: GOOD.replace(b"a@b.test", b"a@b@c"),
    DefectKind.EMPTY_FIELD: GOOD.replace(b"a@b.test", b""),
    DefectKind.BAD_MESSAGE_ID: GOOD.replace(b"<1@b>", b"1@b"),
    DefectKind.BAD_ENCODED_WORD: GOOD.replace(b": x\r", b": =?klingon?q?x?=\r"),
    DefectKind.OBSOLETE_NAME: GOOD.replace(b"Subject:", b"Subject :"),
    DefectKind.NO_SEPARATOR: GOOD.replace(b"\r\n\r\nbody\r\n", b"\r\n"),
    DefectKind.BAD_CONTENT_TYPE: b"Content-Type: nothing\r\n" + GOOD,
    DefectKind.UNKNOWN_CHARSET: b"Content-Type: text/plain; charset=klingon\r\n" + GOOD,
    DefectKind.BAD_ENCODING: b"Content-Transfer-Encoding: rot13\r\n" + GOOD,
    DefectKind.BAD_BASE64: b"Content-Transfer-Encoding: base64\r\n"
    + GOOD.replace(b"body", b"!ody"),
    DefectKind.BAD_QUOTED_PRINTABLE: b"Content-Transfer-Encoding: quoted-printable\r\n"
    + GOOD.replace(b"body", b"=zz"),
    DefectKind.NO_BOUNDARY: b"Content-Type: multipart/mixed\r\n" + GOOD,
}


def test_a_good_message_has_none() -> None:
    assert defects(scan(GOOD)) == []


@pytest.mark.parametrize("kind", BAD)
def test_a_defect_is_found(kind: DefectKind) -> None:
    assert kind in [defect.kind for defect in defects(scan(BAD[kind]))]


def test_a_defect_has_its_place() -> None:
    (defect,) = defects(scan(BAD[DefectKind.NUL]))
    assert BAD[DefectKind.NUL][defect.offset] == 0
    assert str(defect) == f"{defect.offset}: NUL octet"


def test_a_description_is_json_and_says_it_all() -> None:
    found = json.loads(json.dumps(describe(scan(BAD[DefectKind.NUL]))))
    assert found["subject"] == "x"
    assert found["fields"][0]["name"] == "From"
    assert found["fields"][1]["epoch"] == 1795458606
    assert found["parts"][0]["number"] == "1"
    assert found["defects"][0]["kind"] == "nul"
    assert found["text"] == "bo\0dy\n"
