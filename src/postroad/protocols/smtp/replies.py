"""A reply: three digits for programs, an enhanced code for better programs, a text for people.

Standards: RFC 5321 §4.2 (replies), RFC 2034 §4 (enhanced codes), RFC 3463 §2 (their shape)
"""

from __future__ import annotations

import re
import textwrap

import msgspec

from postroad.protocols.smtp import limits

_ENHANCED = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})")
_TEXT_WIDTH = limits.REPLY_LINE - len("250-2.000.000 \r\n")


class Reply(msgspec.Struct, frozen=True):
    """One reply. `enhanced` is "" where none belongs: 220 greeting, EHLO, 334, 354.

    Lines are printable text, at least one. Raises ValueError otherwise, so that no value can bring
    a line break into a dialogue.
    """

    code: int
    enhanced: str
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 200 <= self.code <= 599:
            raise ValueError(f"not a reply code: {self.code}")
        if self.enhanced:
            parts = _ENHANCED.fullmatch(self.enhanced)
            if parts is None or parts[1] != str(self.code)[0]:
                raise ValueError(f"{self.enhanced!r} does not go with {self.code}")
        if not self.lines or not " ".join(self.lines).isprintable():
            raise ValueError("a reply needs lines of printable text")

    @classmethod
    def of(cls, code: int, enhanced: str, text: str) -> Reply:
        """A reply with any `text`: what cannot be sent becomes `?`, long text becomes lines."""
        printable = "".join(c if c.isascii() and c.isprintable() else "?" for c in text)
        return cls(code, enhanced, tuple(textwrap.wrap(printable, _TEXT_WIDTH)) or ("",))

    @property
    def text(self) -> str:
        """All lines as one, without codes."""
        return " ".join(self.lines)

    @property
    def positive(self) -> bool:
        """Whether it is 2yz or 3yz."""
        return self.code < 400

    @property
    def transient(self) -> bool:
        """Whether it is 4yz: the same may succeed later."""
        return 400 <= self.code < 500

    @property
    def permanent(self) -> bool:
        """Whether it is 5yz: the same will fail again."""
        return self.code >= 500

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)

    def encode(self) -> bytes:
        """The octets to send; characters beyond ASCII become `?` (RFC 5321 §2.4)."""
        if len(self.lines) == 1:
            separator = " " if self.enhanced else ""
            line = f"{self.code} {self.enhanced}{separator}{self.lines[0]}\r\n"
            return line.encode("ascii", "replace")
        status = self.enhanced and f"{self.enhanced} "
        last = len(self.lines) - 1
        return "".join(
            f"{self.code}{' ' if number == last else '-'}{status}{line}\r\n"
            for number, line in enumerate(self.lines)
        ).encode("ascii", "replace")


def split_enhanced(code: int, text: str) -> tuple[str, str]:
    """The enhanced code at the start of a reply's text, or "", and the rest of the text.

    A code of another class than the reply's is none (RFC 2034 §4) and stays in the text.
    """
    first, _, rest = text.partition(" ")
    match = _ENHANCED.fullmatch(first)
    if match and match[1] == str(code)[0]:
        return first, rest
    return "", text
