"""Raw 8-bit fields: their charset is that of the body, and is asked for once a message."""

from __future__ import annotations

import base64
import email

import pytest

from postroad.message import (
    _raw_charset,
    envelope,
    filename,
    header_form,
    mailboxes,
    parse_addresses,
    reply,
    scan,
    text_body,
)
from postroad.message._jmap import HeaderForm

PLAIN = b"\r\nContent-Type: text/plain; charset="


@pytest.mark.parametrize(
    ("name", "charset"),
    [("张三", "gb2312"), ("表示", "Shift_JIS"), ("Ж", "windows-1251"), ("é", "iso-8859-1")],
)
def test_a_short_raw_name_is_read_by_the_bodys_label(name: str, charset: str) -> None:
    raw = b"From: " + name.encode(charset) + b" <a@b.test>" + PLAIN + charset.encode()
    message = scan(raw + b"\r\n\r\nhi\r\n")
    (box,) = mailboxes(parse_addresses(message.headers.unfolded("from")))
    assert (box.name, box.address) == (name, "a@b.test")
    assert f"({{{len(name.encode())}}}\r\n{name}".encode() in envelope(message.headers)
    field = message.headers.last("from")
    assert field is not None
    assert header_form(field, HeaderForm.ADDRESSES) == [{"name": name, "email": "a@b.test"}]
    assert reply(message).to == (box,)


def test_a_label_further_down_is_found_and_a_false_one_is_not_believed() -> None:
    head = b"Subject: " + "表示".encode("cp932")
    parts = b"\nContent-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain;charset="
    assert scan(head + parts + b"shift_jis\n\nhi").headers.text("subject") == "表示"
    utf_8 = scan(head + "件名のテストです".encode("cp932") + parts + b"euc-kr; x=utf-8\n\nhi")
    assert utf_8.headers.text("subject") == "表示件名のテストです"


def test_utf_8_fields_stand_beside_others() -> None:
    data = b"From: " + "é".encode() + b"\nSubject: " + "é".encode("cp1252") + b"\nX: \xd0\xb6\n"
    headers = scan(data + b"Content-Type: text/plain; charset=iso-8859-1\n\n").headers
    assert [headers.text(name) for name in ("from", "subject", "x")] == ["é", "é", "ж"]


def test_a_raw_file_name_in_a_part_is_read_by_the_same_label() -> None:
    part = b'Content-Disposition: attachment; filename="' + "表.txt".encode("cp932") + b'"\n\nx'
    top = b"Content-Type: multipart/mixed; boundary=q; charset=shift_jis\n\n--q\n"
    assert filename(scan(top + part + b"\n--q--\n").children[0]) == "表.txt"


def test_two_thousand_raw_parts_cost_one_detection(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []
    monkeypatch.setattr(_raw_charset, "detect", lambda data: calls.append(data) or "cp1252")
    part = b"--q\nContent-Type: text/plain; name=\xe4\xfc\n\nx\n"
    message = scan(b"Content-Type: multipart/mixed; boundary=q\n\n" + part * 2000)
    assert {filename(child) for child in message.children} == {"äü"}
    assert len(calls) == 1


@pytest.mark.parametrize("text", ["Caf\xe9", "Z\xfcrich", "Gr\xf6\xdfe", "\x93quoted\x94 text"])
def test_a_short_latin_1_text_is_no_broken_utf_8(text: str) -> None:
    raw = text.encode("latin-1")
    wanted = raw.decode("cp1252")
    assert scan(b"Subject: " + raw + b"\n\n" + raw).headers.text("subject") == wanted
    assert text_body(scan(b"\n" + raw)).value == wanted


@pytest.mark.parametrize("label", [b"", b"Content-Type: text/plain; charset=us-ascii\n"])
def test_japanese_without_a_label_is_known_by_its_escapes(label: bytes) -> None:
    raw = "山田の件名".encode("iso-2022-jp")
    data = b"From: " + raw + b" <a@b.test>\nSubject: " + raw + b"\n" + label + b"\n" + raw
    message = scan(data)
    assert message.headers.text("subject") == "山田の件名"
    assert mailboxes(parse_addresses(message.headers.unfolded("from")))[0].address == "a@b.test"
    assert text_body(message).value == "山田の件名"
    assert "山田の件名".encode() in envelope(message.headers)


def test_escapes_under_another_label_are_left_alone() -> None:
    data = b"Content-Type: text/plain; charset=utf-8\n\n\x1b$B;3ED\x1b(B"
    assert text_body(scan(data)).value == "\x1b$B;3ED\x1b(B"


@pytest.mark.parametrize(
    "label", ["utf-8;", "utf-8, text/plain", '"utf-8"', "utf-8\0", "'UTF-8'", "utf-8 "]
)
def test_a_label_with_something_behind_it_is_known(label: str) -> None:
    head = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: base64\n\n"
    body = text_body(scan(head.encode() + base64.b64encode("né".encode())))
    assert (body.value, body.problem) == ("né", False)


def test_raw_octets_agree_with_email_where_it_answers() -> None:
    data = "Subject: grüße\nContent-Type: text/plain; charset=utf-8\n\nhé\n".encode()
    theirs = email.message_from_bytes(data)
    assert text_body(scan(data)).value.encode() == theirs.get_payload(decode=True)
