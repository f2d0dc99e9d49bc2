"""Attack 48, the part of TNEF: hostile winmail.dat ends, and grows to nothing (CVE-2026-62641).

Archives and office files are opened elsewhere, in a process of their own.
"""

from __future__ import annotations

import struct
import time

import pytest

from postroad.message import open_tnef

HEAD = struct.pack("<IH", 0x223E9F78, 1)
ATTACHMENT, PROPERTIES = 0x00069002, 0x00069005


def attribute(kind: int, value: bytes, size: int | None = None) -> bytes:
    return struct.pack("<BII", 2, kind, len(value) if size is None else size) + value + b"\0\0"


HOSTILE = {
    "no end": HEAD + attribute(ATTACHMENT, b"", 0xFFFFFFFF),
    "empty attributes": HEAD + attribute(ATTACHMENT, b"") * 100_000,
    "property count": HEAD + attribute(ATTACHMENT, b"") + attribute(PROPERTIES, b"\xff" * 100_000),
    "value count": HEAD
    + attribute(ATTACHMENT, b"")
    + attribute(PROPERTIES, struct.pack("<IHHI", 1, 0x101E, 0x3707, 90_000) + bytes(100_000)),
    "named property": HEAD
    + attribute(ATTACHMENT, b"")
    + attribute(PROPERTIES, struct.pack("<IHH", 2, 0x1E, 0x8000) + b"\xff" * 24),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_soon(name: str) -> None:
    start = time.process_time()
    tnef = open_tnef(HOSTILE[name])
    assert time.process_time() - start < 1
    assert tnef is not None
    assert sum(len(file.data) for file in tnef.files) <= len(HOSTILE[name])
