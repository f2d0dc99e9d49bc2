"""What submission may change in a header: it takes Bcc away, and adds Date and Message-ID.

Everything else stays byte for byte as the person's program wrote it.

Standards: RFC 6409 §8 (message modifications), RFC 5322 §3.6.3 (Bcc), §3.6.1 (Date), §3.6.4
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from postroad.message import format_date, format_structured

_LINE = rb"[^\n]*(?:\n|\Z)"
_BCC = re.compile(rb"^(?:Resent-)?Bcc[ \t]*:%b(?:[ \t]%b)*" % (_LINE, _LINE), re.I | re.M)
"""A Bcc field with its continuation lines. Linear: each line has one end. What came by BDAT may end
without a line end, or have lines that end in LF alone: a Bcc must not stay for that."""

_NAME = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.M)
"""The name of each field; continuation lines begin with white space."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Header lines to put above a message, and the names of what was added."""

    lines: bytes
    added: tuple[str, ...]


def without_bcc(block: bytes) -> bytes:
    """Return the header block without Bcc and Resent-Bcc; the same object when it has none."""
    if b"bcc" not in block.lower():
        return block
    cleaned = _BCC.sub(b"", block)
    return block if len(cleaned) == len(block) else cleaned


def complete(block: bytes, *, at: float, identifier: str, hostname: str) -> Completion:
    """Return the Date and Message-ID that `block` lacks. `identifier` is unique: the trace id."""
    present = {name.lower() for name in _NAME.findall(block)}
    lines, added = [], []
    if b"date" not in present:
        lines.append(format_structured("Date", format_date(at)))
        added.append("Date")
    if b"message-id" not in present:
        lines.append(format_structured("Message-ID", f"<{identifier}@{hostname}>"))
        added.append("Message-ID")
    return Completion(b"".join(lines), tuple(added))
