"""zstd at level 3, from the standard library where it has it (Python 3.14)."""

from __future__ import annotations

import sys
import threading

if sys.version_info >= (3, 14):
    from compression.zstd import CompressionParameter, ZstdCompressor, ZstdError, decompress
else:
    from backports.zstd import CompressionParameter, ZstdCompressor, ZstdError, decompress

__all__ = ["ZstdError", "compress", "decompress"]

LEVEL = 3
"""630 MB/s here; higher levels cost more than the disk they save."""


_ours = threading.local()
"""One compressor for each thread: making one costs half as much as compressing a message."""


def compress(data: bytes) -> bytes:
    """Return `data` as one zstd frame with its own checksum."""
    try:
        compressor: ZstdCompressor = _ours.compressor
    except AttributeError:
        options: dict[int, int] = {
            CompressionParameter.compression_level: LEVEL,
            CompressionParameter.checksum_flag: 1,
        }
        compressor = _ours.compressor = ZstdCompressor(options=options)
    return compressor.compress(data, ZstdCompressor.FLUSH_FRAME)
