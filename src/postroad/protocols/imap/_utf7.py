"""Mailbox names as IMAP4rev1 writes them: modified UTF-7 to text and back.

`&` begins a run of UTF-16 in base64 (with `,` for `/`, without padding), `-` ends it, `&-` is `&`.

Invariants: decode(encode(name)) == name; every text has one encoding, and no other is accepted.

Standards: RFC 3501 §5.1.3, RFC 9051 §A.1
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

_RUN = re.compile(rb"&([^-]*+)(-?)")
_BEYOND = re.compile("[^\x20-\x7e]++|&")


def encode_utf7(name: str) -> bytes:
    """A name in modified UTF-7. Raises UnicodeEncodeError for half a surrogate pair."""
    if name.isascii() and name.isprintable() and "&" not in name:
        return name.encode()
    return _BEYOND.sub(_encode_run, name).encode("ascii")


def _encode_run(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    run = b64encode(found[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{run.decode()}-"


def decode_utf7(name: bytes) -> str:
    """The text that is meant. Raises ValueError for what `encode_utf7` would not have written."""
    if b"&" not in name:
        return name.decode("ascii")
    text = "".join(_decoded(name))
    if encode_utf7(text) != name:
        raise ValueError("not modified UTF-7 in its one form")
    return text


def _decoded(name: bytes) -> list[str]:
    pieces, at = [], 0
    for found in _RUN.finditer(name):
        pieces.append(name[at : found.start()].decode("ascii"))
        at = found.end()
        pieces.append(_decode_run(found[1]) if found[2] else "")
        if not found[2]:
            raise ValueError("a run of base64 has no end")
    pieces.append(name[at:].decode("ascii"))
    return pieces


def _decode_run(run: bytes) -> str:
    if not run:
        return "&"
    padded = run.replace(b",", b"/") + b"=" * (-len(run) % 4)
    try:
        return b64decode(padded, validate=True).decode("utf-16-be")
    except Base64Error as fault:
        raise ValueError("not base64") from fault
