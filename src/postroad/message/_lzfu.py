r"""Compressed RTF, as Outlook puts it into winmail.dat, made plain RTF again.

A dictionary of 4096 octets, which begins with usual RTF, is written round and round; each bit of a
control octet says whether an octet follows or a place and a length in that dictionary.

Invariants: never raises; no more than MAX_RTF octets come out; what is cut off or damaged gives
what came before. The checksum is not asked: a damaged letter is worth reading.

Standards: MS-OXRTFCP §2.1 and §3.1
"""

from __future__ import annotations

import struct
from typing import Final

MAX_RTF: Final = 1024 * 1024
"""Octets of RTF that are made; a long letter with its formatting has 100 KB."""

_HEADER: Final = struct.Struct("<III4x")
_COMPRESSED: Final = 0x75465A4C
_PLAIN: Final = 0x414C454D
_RING: Final = 4096
_START: Final = (  # MS-OXRTFCP §2.1.2.1
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss "
    rb"\fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    rb"{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def _plan(control: int) -> tuple[int, ...]:
    """What follows a control octet: 0 for a reference, else how many octets stand as they are."""
    runs: list[int] = []
    for bit in range(8):
        if control >> bit & 1:
            runs.append(0)
        elif runs and runs[-1]:
            runs[-1] += 1
        else:
            runs.append(1)
    return tuple(runs)


_PLANS: Final = tuple(map(_plan, range(256)))


def decompress_rtf(data: bytes) -> bytes:
    """The RTF of PidTagRtfCompressed; b"" when it is of neither form that the standard names."""
    if len(data) < _HEADER.size:
        return b""
    _, size, kind = _HEADER.unpack_from(data)
    size = min(size, MAX_RTF)
    if kind == _PLAIN:
        return data[_HEADER.size : _HEADER.size + size]
    return _expand(data, size) if kind == _COMPRESSED else b""


def _expand(data: bytes, size: int) -> bytes:
    out = bytearray(_START)
    limit = len(_START) + size
    pos = _HEADER.size
    while pos < len(data) and len(out) < limit:
        plan = _PLANS[data[pos]]
        pos += 1
        for run in plan:
            if run:
                out += data[pos : pos + run]
                pos += run
            elif piece := _reference(out, data[pos : pos + 2]):
                out += piece
                pos += 2
            else:
                return bytes(out[len(_START) : limit])
    return bytes(out[len(_START) : limit])


def _reference(out: bytearray, pair: bytes) -> bytes:
    """What a reference stands for; b"" for the end mark, and for what points nowhere."""
    word = int.from_bytes(pair, "big")
    length = (word & 15) + 2
    back = (len(out) - (word >> 4)) % _RING
    if back == 0 or back > len(out) or len(pair) < 2:
        return b""
    start = len(out) - back
    piece = bytes(out[start : start + length])
    return (piece * length)[:length] if back < length else piece  # it may repeat itself
