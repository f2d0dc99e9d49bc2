"""The trace fields that we write: Received, as `parse_received` reads it back.

Invariant: what a peer said is cut to the characters of a host name before it is written.

Standards: RFC 5321 §4.4, RFC 3848, RFC 8314 §7
"""

from __future__ import annotations

import re
from typing import Final

from postroad.message._dates import format_date
from postroad.message._encode import format_structured
from postroad.message._received import Received

_NOT_HOST: Final = re.compile(r"[^A-Za-z0-9._:\[\]-]")
_NOT_PATH: Final = re.compile(r"[\s<>()\x00-\x1f\x7f]")


def format_received(hop: Received, date: float, offset: int = 0, *, utf8: bool = False) -> bytes:
    """A Received field for `hop`, stamped `date` (epoch seconds); ends in CRLF.

    `hop.helo`, `reverse_name`, `address`, `by`, `protocol`, `id`, `recipient`, `tls_version` and
    `tls_cipher` are used; empty ones are left out. Give `recipient` only
    when there is a single one (RFC 5321 §7.2).
    """
    parts: list[str] = []
    if hop.helo or hop.address:
        parts.append(f"from {_host(hop.helo) or 'unknown'} ({_peer(hop)})")
    if hop.tls_version:
        cipher = f" with cipher {_host(hop.tls_cipher)}" if hop.tls_cipher else ""
        parts.append(f"(using {_host(hop.tls_version)}{cipher})")
    parts.append(f"by {_host(hop.by)} (Postroad)")
    if hop.protocol:
        parts.append(f"with {_host(hop.protocol)}")
    if hop.id:
        parts.append(f"id {_host(hop.id)}")
    recipient = _NOT_PATH.sub("?", hop.recipient)
    if recipient and (utf8 or recipient.isascii()):
        parts.append(f"for <{recipient}>")
    value = f"{' '.join(parts)}; {format_date(date, offset)}"
    return format_structured("Received", value, utf8=utf8)


def _peer(hop: Received) -> str:
    literal = f"[{'IPv6:' if ':' in hop.address else ''}{_host(hop.address)}]"
    name = _host(hop.reverse_name) or "unknown"
    return f"{name} {literal}" if hop.address else name


def _host(text: str) -> str:
    return _NOT_HOST.sub("?", text)
