"""Attack 51: charsets. Bytes are kept, text is shown with replacement, nothing is raised."""

from __future__ import annotations

import pytest

from postroad.message import decode, decode_header, describe, scan, text_body
from postroad.message._charsets import _LABELS

JUNK = [
    b"", b"\x00", b"\xff" * 9, b"\xc0\xaf\xe0\x80\xaf", b"\xed\xa0\x80", b"\x1b$B\x1b(B\x1b$B!",
    b"\x1b\x1b\x1b", b"\x1b$(Q\x21", b"\x1b$)C\x0e\xff", b"~{~~}~", b"+AGE-+2AA-+", b"+/v8-",
    b"\x81\x30\x81\x30\xff", bytes(range(256)), b"\xfe\xff\xd8\x00",
    b"\x00\x00\xfe\xff\x00\x11\x00\x00",
]  # fmt: skip


@pytest.mark.parametrize("label", [*sorted(set(_LABELS.values())), "", "x-unknown", "idna", "zlib"])
def test_any_bytes_in_any_charset_are_text_that_can_be_written(label: str) -> None:
    for data in JUNK:
        decode(data, label).encode("utf-8")
        word = b"=?" + (label or "x").encode() + b"?q?" + data.replace(b"?", b"") + b"?="
        decode_header(word).encode("utf-8")


def test_the_bytes_are_kept() -> None:
    data = b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + bytes(range(256))
    message = scan(data)
    assert message.raw == data
    assert text_body(message).problem
    describe(message)


def test_script_in_utf_7_is_text_and_nothing_else() -> None:
    page = b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-x"
    message = scan(b"Content-Type: text/html; charset=utf-7\n\n" + page)
    assert text_body(message).value == "<script>alert(1)</script>x"
