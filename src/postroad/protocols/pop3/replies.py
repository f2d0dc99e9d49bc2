"""What the server says in one line: a status, a code that programs read, a text for people.

Texts are named, not written, where they are said; `words` turns the name into a sentence of the
language that LANG chose. Nothing that a client sent is ever repeated in an answer.

Standards: RFC 1939 §3, RFC 2449 §8 (response codes), RFC 3206, RFC 6856 §3 (LANG)
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from postroad.protocols.pop3 import limits
from postroad.protocols.pop3._texts import DEFAULT_LANGUAGE, Text, words


class Code(StrEnum):
    """Response codes that we send (RFC 2449 §8.1, RFC 3206 §4, §5)."""

    NONE = ""
    IN_USE = "IN-USE"
    LOGIN_DELAY = "LOGIN-DELAY"
    AUTH = "AUTH"
    TEMPORARY = "SYS/TEMP"
    PERMANENT = "SYS/PERM"


class Reply(msgspec.Struct, frozen=True):
    """`ok` is +OK or -ERR; `fields` stand between code and text, such as a drop listing."""

    ok: bool
    text: Text | None = None
    code: Code = Code.NONE
    fields: str = ""

    def encode(self, language: str = DEFAULT_LANGUAGE) -> bytes:
        """The line with its CRLF."""
        parts = [
            "+OK" if self.ok else "-ERR",
            f"[{self.code}]" if self.code else "",
            self.fields,
            words(self.text, language) if self.text is not None else "",
        ]
        line = " ".join(part for part in parts if part).encode()
        assert len(line) + 2 <= limits.REPLY_LINE
        return line + b"\r\n"

    def __str__(self) -> str:
        return self.encode().decode().rstrip()


def ok(text: Text | None = None, fields: str = "") -> Reply:
    """A positive answer."""
    return Reply(True, text, fields=fields)


def err(text: Text, code: Code = Code.NONE) -> Reply:
    """A negative answer."""
    return Reply(False, text, code)
