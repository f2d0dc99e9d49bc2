"""File names of parts: what the sender wrote, and what may be used for a file.

A filter, a list and a download all call `filename`, so they see one name (CVE-2024-39929).

Standards: RFC 2183 §2.3, RFC 2231; Unicode Technical Report 36 (bidirectional overrides)
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from postroad.message._part import Part

_MAX_OCTETS: Final = 200
"""UTF-8 octets of a safe name: file systems allow 255, and a `(2)` may have to be added."""
_UNSAFE: Final = re.compile(r'[<>:"|?*\\/]')
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def filename(part: Part) -> str:
    """The part's name as its sender wrote it, "" when there is none; not safe for a path.

    Content-Disposition's filename comes before Content-Type's name (RFC 2183 §2.3).
    """
    return part.disposition.get("filename") or part.content_type.get("name")


def safe_filename(name: str, default: str = "attachment") -> str:
    """A name that is one harmless path component: no directory, control or hidden characters.

    Format characters go too (right-to-left override makes `exe.fdp` of `pdf.exe`).
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", name[:1000])
    kept = (c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co"))
    name = _UNSAFE.sub("_", " ".join("".join(kept).split())).strip(". ")
    if _RESERVED.match(name):
        name = "_" + name
    return _cut(name) or default


def _cut(name: str) -> str:
    """At most _MAX_OCTETS, the extension kept."""
    if len(name.encode()) <= _MAX_OCTETS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 20:
        stem, dot, extension = name, "", ""
    room = _MAX_OCTETS - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + dot + extension
