"""Transfer encodings as they come, texts and inline files."""

from __future__ import annotations

import binascii

import pytest

from postroad.message import (
    decode_transfer,
    decoded,
    decoded_size,
    encode_base64,
    encode_quoted_printable,
    encode_text,
    find_inline_files,
    scan,
    shown_text,
    text_body,
)

BASE64 = [
    (b"SGVsbG8=\r\n", b"Hello", True),
    (b"SGVs\r\n bG8=", b"Hello", True),
    (b"SGVsbG8", b"Hello", False),
    (b"SGVsbG8=\r\n\r\n-- \r\nlist footer, with words\r\n", b"Hello", False),
    (b"SGVsbG9v\r\n\r\n_____\r\nfooter here!\r\n", b"Helloo", False),
    (b"SG!Vs*bG8=", b"Hello", False),
    (b"SGVsbG8=SGVsbG8=", b"HelloHello", False),
    (b"aGVsbG8=\r\nd29ybGQ=\r\n", b"helloworld", False),
    (b"SGVsbG9v\r\n_______\r\nlist mailing list\r\nhttp://x.test\r\n", b"Helloo", False),
    (b"This is no base64, sorry.\r\n", b"This is no base64, sorry.\r\n", False),
    (b"=" * 9, b"", True),
    (b"A", b"", False),
    (b"", b"", True),
]


@pytest.mark.parametrize(("data", "expected", "ok"), BASE64)
def test_base64_is_undone(data: bytes, expected: bytes, ok: bool) -> None:
    assert decode_transfer(data, "base64") == (expected, ok)


PRINTABLE = [
    (b"a=3Db=\r\nc", b"a=bc", True),
    (b"soft= \t\r\nbreak", b"softbreak", True),
    (b"end=", b"end", True),
    (b"caf=c3=a9", "café".encode(), True),
    (b"1=2 =zz", b"1=2 =zz", False),
]


@pytest.mark.parametrize(("data", "expected", "ok"), PRINTABLE)
def test_quoted_printable_is_undone(data: bytes, expected: bytes, ok: bool) -> None:
    assert decode_transfer(data, "quoted-printable") == (expected, ok)


def test_unknown_encodings_leave_the_octets_alone() -> None:
    assert decode_transfer(b"=41", "x-strange") == (b"=41", False)


def uuencoded(data: bytes, name: str) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(lines) + b"`\nend\n"


def test_uuencode_is_undone_and_found_in_texts() -> None:
    data = bytes(range(256))
    encoded = uuencoded(data, "all octets.bin")
    assert decode_transfer(encoded, "x-uuencode") == (data, True)
    (file,) = find_inline_files(b"see below\n" + encoded + b"thanks\n")
    assert (file.kind, file.name, file.data) == ("uuencode", "all octets.bin", data)


def test_the_base64_form_of_uuencode_is_found_too() -> None:
    (file,) = find_inline_files(b"begin-base64 644 x.bin\nSGVsbG8=\n====\n")
    assert (file.name, file.data) == ("x.bin", b"Hello")


def test_damaged_uuencode_gives_what_it_can() -> None:
    (file,) = find_inline_files(b"begin 644 x\n#86)C\n!\xff\xff\n#86)C extra words\nend\n")
    assert file.data.startswith(b"abc")


def test_yenc_is_recognised_and_undone() -> None:
    text = b"=ybegin line=128 size=3 name=x y.bin\r\n" + b"k=}l\r\n" + b"=yend size=3\r\n"
    (file,) = find_inline_files(text)
    assert (file.kind, file.name, file.data) == ("yenc", "x y.bin", b"A\x13B")


def test_a_text_is_decoded_by_its_label() -> None:
    part = scan(b"Content-Type: text/plain; charset=shift_jis\n\n\x93\xfa\x96{\r\nx")
    assert text_body(part).value == "日本\nx"
    assert not text_body(part).problem


def test_an_unknown_label_is_a_problem_but_a_text() -> None:
    part = scan(b"Content-Type: text/plain; charset=x-klingon\n\nabc")
    assert text_body(part) == type(text_body(part))("abc", True)


def test_a_html_part_may_name_its_charset_itself() -> None:
    part = scan(b'Content-Type: text/html\n\n<meta charset="windows-1251"><p>\xcf\xf0\xe8')
    assert shown_text(part) == "При"


def test_sizes_are_those_after_decoding() -> None:
    part = scan(b"Content-Transfer-Encoding: base64\n\nSGVsbG8=\n")
    assert decoded(part).data == b"Hello"
    assert decoded_size(part) == 5
    assert decoded_size(scan(b"A: b\n\nabc")) == 3


@pytest.mark.parametrize(
    ("text", "eight_bit", "encoding"),
    [
        ("plain", False, "7bit"),
        ("Grüße aus Köln, wo es heute regnet", False, "quoted-printable"),
        ("你好世界", False, "base64"),
        ("你好世界", True, "8bit"),
        ("x" * 999, True, "quoted-printable"),
        ("nul\0", True, "quoted-printable"),
    ],
)
def test_a_text_is_encoded_as_its_path_allows(text: str, eight_bit: bool, encoding: str) -> None:
    chosen, data = encode_text(text, eight_bit=eight_bit)
    assert chosen == encoding
    assert decode_transfer(data, chosen).data == text.encode() + b"\r\n"
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_encoded_lines_are_short_and_end_in_crlf() -> None:
    for data in (encode_base64(bytes(500)), encode_quoted_printable("é\r\n".encode() * 200)):
        assert data.replace(b"\r\n", b"").count(b"\n") == 0
        assert max(map(len, data.split(b"\r\n"))) <= 76


def test_a_from_at_a_lines_start_is_hidden_from_mbox() -> None:
    assert encode_quoted_printable("From é\r\n".encode()).startswith(b"=46rom ")
