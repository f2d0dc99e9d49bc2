"""Encoded-words and charset labels."""

from __future__ import annotations

import codecs

import pytest

from postroad.message import codec_of, decode, decode_header, decode_words
from postroad.message._charsets import _LABELS

# RFC 2047 §8, then tolerances.
WORDS = {
    "=?US-ASCII?Q?Keith_Moore?=": "Keith Moore",
    "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=": "Keld Jørn Simonsen",
    "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?="
    " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=":
        "If you can read this you understand the example.",
    "(=?ISO-8859-1?Q?a?=)": "(a)",
    "(=?ISO-8859-1?Q?a?= b)": "(a b)",
    "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)": "(ab)",
    "(=?ISO-8859-1?Q?a_b?=)": "(a b)",
    "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)": "(a b)",
    "=?utf-8?B?5L0=?= =?utf-8?B?oA==?=": "你",
    "=?utf-8?Q?=E4=BD?= =?UTF-8?Q?=A0?=": "你",
    "=?gb2312?B?xOO6ww==?=": "你好",
    "=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=": "こんにちは",
    "=?iso-2022-jp?B?GyRCLSEbKEI=?=": "①",
    "=?utf-8*en?q?lang?=": "lang",
    "=?utf-8?q?what?? end?=": "what?? end",
    "=?utf-8?b?YWJj": "=?utf-8?b?YWJj",
    "=?utf-8?b?YWI?=": "ab",
    "=?utf-8?q?a?=b": "ab",
    "=?x-nothing?q?abc?=": "abc",
    "no words = ? here": "no words = ? here",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WORDS.items())
def test_encoded_words_are_read(text: str, expected: str) -> None:
    assert decode_words(text) == expected


def test_a_header_value_never_holds_line_ends() -> None:
    assert decode_header(b"=?utf-8?q?a=0D=0ABcc:_x?=") == "a Bcc: x"


# dependencies: 36 of 83 labels seen in mail are unknown to Python; these are some.
LABELS = {
    "gb2312": "gb18030", "KS_C_5601-1987": "cp949", "shift_jis": "cp932", "latin1": "cp1252",
    "windows-874": "cp874", "x-sjis": "cp932", "unicode-1-1-utf-7": "utf-7", "cp-850": "cp850",
    '"UTF-8"': "utf-8", "iso-8859-8-i": "iso8859-8", "x-unknown": None, "hex": None, "rot13": None,
}  # fmt: skip


@pytest.mark.parametrize(("label", "codec"), LABELS.items())
def test_labels_follow_the_whatwg_table(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


def test_every_codec_of_the_table_exists() -> None:
    assert all(codecs.lookup(codec) for codec in set(_LABELS.values()))


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        (b"caf\x92", "iso-8859-1", "caf’"),
        ("日本".encode(), "us-ascii", "日本"),
        (b"\x1b$B-!\x1b(B", "iso-2022-jp", "①"),
        (b"\x1b(I1\x1b(Bx\x1b$B-!\x1b(J~\x1b", "iso-2022-jp", "ｱx①~\ufffd"),
        (b"\xad\xa1", "euc-jp", "①"),
        (b"\xff\xfe", "utf-8", "\ufffd\ufffd"),
        (b"a\xe4\xbd", None, "a\ufffd"),
        (b"+2AA-", "utf-7", "\ufffd"),
        (b"abc", "utf-16", "扡\ufffd"),
        ("Привет, как дела сегодня".encode("koi8-r"), None, "Привет, как дела сегодня"),
    ],
)
def test_bytes_become_text_whatever_they_are(data: bytes, label: str | None, text: str) -> None:
    assert decode(data, label) == text
