"""Attack 52: snippet, thread keys and views are made of anything (CVE-2020-7957)."""

from __future__ import annotations

import pytest

from postroad.message import (
    base_subject,
    body_structure,
    envelope,
    has_attachment,
    is_automatic,
    preview,
    scan,
    select,
    thread_ids,
    unsubscribe,
)

ODD = [
    b"", b"\n", b"\r\n\r\n", b"\x00" * 100, b":\n", b"A", b"From:\n\n", b" leading\n\n",
    b"Subject: \n \n \n\n", b"References: <<<>>><\n\n", b"Message-ID: <\n\n",
    b"Content-Type: multipart/alternative; boundary=x\n\n--x--\n",
    b"Content-Type: multipart/mixed; boundary=\"\"\n\n--\n----\n",
    b"Content-Type: text/html\n\n<", b"Content-Type: text/html\n\n<blockquote>> ",
    b"Content-Transfer-Encoding: base64\n\n=", b"Content-Transfer-Encoding: quoted-printable\n\n=",
    b"Content-Type: message/rfc822\n\n", b"Content-Type: text/plain; format=flowed\n\n> \n>> ",
    b"Content-Type: text/plain; charset=utf-16\n\n\xff", b"To: :;:;\n\n", b"Date: 99999999999\n\n",
]  # fmt: skip


@pytest.mark.parametrize("data", ODD)
def test_every_derived_field_of_an_odd_message_is_there(data: bytes) -> None:
    message = scan(data)
    headers = message.headers
    selection = select(message)
    assert len(preview(message, selection)) <= 256
    assert isinstance(has_attachment(selection), bool)
    assert envelope(headers).startswith(b"(")
    assert body_structure(message).endswith(b")")
    assert base_subject(headers.text("subject")) == base_subject(headers.text("subject")).strip()
    ids = thread_ids(headers.value("references"), headers.value("in-reply-to"))
    assert all("<" not in identifier for identifier in ids)
    assert not unsubscribe(headers).one_click
    assert not is_automatic(headers)
