"""ENVELOPE and BODYSTRUCTURE of any message are of RFC 9051's grammar."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.message import body, body_structure, envelope, scan

QUOTED = re.compile(rb'"(?:[^"\\\r\n\0\x80-\xff]|\\["\\])*"')
LITERAL = re.compile(rb"\{(\d+)\}\r\n")
OTHER = re.compile(rb"NIL|\d+")
VALUES = st.sampled_from(
    [
        b"a@b", b'"x\\"y" <a@b>', b"g: a@b;", b"=?utf-8?q?x?=", b"\xe4\xbd\xa0", b"\xff", b"\x00",
        b"text/html; charset=x", b"multipart/mixed; boundary=q", b"message/rfc822", b"multipart/q",
        b"message/rfc822\x00", "meßage/rfc822".encode(), b"message/global",
        b"text/plain; n*=utf-8''%ff", b"multipart/digest; boundary=r", b"en, de", b"<id@x>",
        b"attachment; filename=\"a\\b\"", b"base64", b"8bit", b"", b" ", b"a\n b", b"\\", b'"',
        b"()", b"x" * 1200,
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    [
        b"From", b"To", b"Cc", b"Sender", b"Reply-To", b"Subject", b"Date", b"Message-ID",
        b"In-Reply-To", b"Content-Type", b"Content-ID", b"Content-Transfer-Encoding",
        b"Content-Description", b"Content-Disposition", b"Content-Language", b"Content-MD5",
    ]
)  # fmt: skip
BREAKS = st.sampled_from([b"\n", b"\n\n--q\n", b"--q--\n", b"\n--r\n", b"--q\n\n", b"text\n"])
FIELD = st.tuples(NAMES, VALUES).map(lambda pair: pair[0] + b": " + pair[1] + b"\n")
MESSAGES = st.lists(FIELD | FIELD | BREAKS, max_size=30).map(b"".join)


class Reader:
    """A strict reader of IMAP's parenthesized lists."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pos = 0

    def whole(self) -> Any:
        value = self.item()
        assert self.pos == len(self.data)
        return value

    def item(self) -> Any:
        if self.data[self.pos : self.pos + 1] == b"(":
            return self.list()
        if found := QUOTED.match(self.data, self.pos):
            self.pos = found.end()
            return found[0]
        if found := LITERAL.match(self.data, self.pos):
            self.pos = found.end() + int(found[1])
            value = self.data[found.end() : self.pos]
            assert len(value) == int(found[1])
            assert b"\0" not in value
            return value
        found = OTHER.match(self.data, self.pos)
        assert found, self.data[self.pos :]
        self.pos = found.end()
        return None if found[0] == b"NIL" else int(found[0])

    def list(self) -> list[Any]:
        self.pos += 1
        out: list[Any] = []
        while self.data[self.pos : self.pos + 1] != b")":
            out.append(self.item())
            if self.data[self.pos : self.pos + 1] == b" ":
                self.pos += 1
            else:
                assert self.data[self.pos : self.pos + 1] in (b")", b"(")
        self.pos += 1
        return out


def check_envelope(value: Any) -> None:
    assert len(value) == 10
    for addresses in value[2:8]:
        assert addresses is None or all(len(address) == 4 for address in addresses)


def check_structure(value: Any, extension: int) -> None:
    if isinstance(value[0], list):
        parts = [item for item in value if isinstance(item, list)]
        first = next(i for i, item in enumerate(value) if not isinstance(item, list))
        assert len(value) == first + 1 + extension
        for part in parts[:first]:
            check_structure(part, extension)
        return
    size = 7
    assert isinstance(value[6], int)
    if value[0] == b'"TEXT"':
        size = 8
    elif value[:2] in ([b'"MESSAGE"', b'"RFC822"'], [b'"MESSAGE"', b'"GLOBAL"']):
        size = 10
        check_envelope(value[7])
        check_structure(value[8], extension)
    assert isinstance(value[size - 1], int)
    assert len(value) == size + extension


@settings(max_examples=200, deadline=None)
@given(MESSAGES)
def test_views_are_of_the_grammar_whatever_the_message(data: bytes) -> None:
    message = scan(data)
    check_envelope(Reader(envelope(message.headers)).whole())
    extension = Reader(body_structure(message)).whole()
    check_structure(extension, 4)
    check_structure(Reader(body(message)).whole(), 0)
