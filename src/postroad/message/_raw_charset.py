"""Which charset the raw 8-bit header fields of a message are written in.

Mailers that put raw octets into a header use the charset of the body, which is labelled. So the
labels come first, and then the detector, which sees all such lines together: one name says little.

Invariants: nothing is decoded before the first question; one detection for a message at most.

Standards: none: RFC 5322 forbids these octets, RFC 6532 allows UTF-8 only
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from postroad.message._charsets import codec_of, detect, is_ascii_superset
from postroad.message._limits import DETECT_SAMPLE

if TYPE_CHECKING:
    from mmap import mmap

_LABEL: Final = re.compile(
    rb"charset\*?[ \t]{0,9}=[ \t\"']{0,9}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_MAX_LABELS: Final = 20
"""Labels looked at; a message with more parts in view repeats itself."""


class RawCharset:
    """The charset of a message's raw header octets; header blocks that have some are added."""

    __slots__ = ("_blocks", "_data", "_name")

    def __init__(self, data: bytes | mmap) -> None:
        self._data = data
        self._blocks: list[tuple[int, int]] = []
        self._name: str | None = None

    def add(self, start: int, end: int) -> None:
        """A header block with octets above 127."""
        self._blocks.append((start, end))

    @property
    def name(self) -> str:
        """A label for what is neither ASCII nor UTF-8, "" when there is nothing of the kind."""
        if self._name is None:
            self._name = self._guess()
        return self._name

    def _guess(self) -> str:
        raw: list[bytes] = []
        size = 0
        for start, end in self._blocks:
            for line in self._data[start : min(end, start + DETECT_SAMPLE)].split(b"\n"):
                if not line.isascii() and not _decodes(line, "utf-8"):
                    raw.append(line.strip())
                    size += len(line)
            if size > DETECT_SAMPLE:
                break
        if not raw:
            return ""
        sample = b"\n".join(raw)
        return self._label(sample) or detect(sample)

    def _label(self, sample: bytes) -> str:
        """The first label that the sample obeys, near the first block or where the data begins."""
        start, end = self._blocks[0]
        nearby = self._data[start : min(end, start + DETECT_SAMPLE) + DETECT_SAMPLE]
        nearby += self._data[: min(start, DETECT_SAMPLE)]
        labels = (found[1].decode("ascii").lower() for found in _LABEL.finditer(nearby))
        for label in dict.fromkeys(islice(labels, _MAX_LABELS)):
            codec = codec_of(label)
            if codec is None or codec == "utf-8" or label.endswith("ascii"):
                continue
            if is_ascii_superset(label) and _decodes(sample, codec):
                return label
        return ""


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeError:
        return False
    return True
