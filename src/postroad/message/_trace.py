"""The trace fields that we write: Received, as `parse_received` reads it back.

Invariant: what a peer said is cut to the characters of a host name before it is written.

Standards: RFC 5321 §4.4, RFC 3848, RFC 8314 §7
"""

from __future__ import annotations

import re
from typing import Final

from postroad.message._dates import format_date
from postroad.message._received import Received

_NOT_HOST: Final = re.compile(r"[^A-Za-z0-9._:\[\]-]")
_NOT_PATH: Final = re.compile(r"[\s<>()\x00-\x1f\x7f]")
_MAX_HOST: Final = 255
"""RFC 5321 §4.5.3.1.2: the longest domain name."""
_MAX_PATH: Final = 320
"""RFC 5321 §4.5.3.1: local part, at sign and domain."""


def format_received(hop: Received, date: float, offset: int = 0, *, utf8: bool = False) -> bytes:
    """A Received field for `hop`, stamped `date` (epoch seconds); ends in CRLF.

    `hop.helo`, `reverse_name`, `address`, `by`, `protocol`, `id`, `recipient`, `tls_version` and
    `tls_cipher` are used; empty ones are left out. Give `recipient` only
    when there is a single one (RFC 5321 §7.2). Every clause has a line of its own, so nothing needs
    to be folded: a host name has 255 characters at most, a line 998 (RFC 5322 §2.1.1).
    """
    lines: list[str] = []
    if hop.helo or hop.address:
        lines.append(f"from {_host(hop.helo) or 'unknown'} ({_peer(hop)})")
    if hop.tls_version:
        cipher = f" with cipher {_host(hop.tls_cipher)}" if hop.tls_cipher else ""
        lines.append(f"(using {_host(hop.tls_version)}{cipher})")
    means = f" with {_host(hop.protocol)}" if hop.protocol else ""
    lines.append(f"by {_host(hop.by)} (Postroad){means}")
    last = [f"id {_host(hop.id)}"] if hop.id else []
    recipient = _NOT_PATH.sub("?", hop.recipient[:_MAX_PATH])
    if recipient and (utf8 or recipient.isascii()):
        last.append(f"for <{recipient}>")
    if last:
        lines.append(" ".join(last))
    lines[-1] += ";"
    lines.append(format_date(date, offset))
    return ("Received: " + "\r\n ".join(lines) + "\r\n").encode("utf-8", "replace")


def _peer(hop: Received) -> str:
    literal = f"[{'IPv6:' if ':' in hop.address else ''}{_host(hop.address)}]"
    name = _host(hop.reverse_name) or "unknown"
    return f"{name} {literal}" if hop.address else name


def _host(text: str) -> str:
    return _NOT_HOST.sub("?", text[:_MAX_HOST])
