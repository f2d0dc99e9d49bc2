"""Message bytes, kept once under their SHA-256 and shared by everyone who refers to them."""

from postroad.blobs._blobs import CHUNK, Blobs
from postroad.blobs._rows import (
    INLINE_LIMIT,
    Located,
    StoredBlob,
    add_refs,
    inline,
    locate,
    put,
    release,
)
from postroad.blobs._writer import BlobWriter
from postroad.blobs.errors import BlobCorrupt, BlobMissing

__all__ = [
    "CHUNK",
    "INLINE_LIMIT",
    "BlobCorrupt",
    "BlobMissing",
    "BlobWriter",
    "Blobs",
    "Located",
    "StoredBlob",
    "add_refs",
    "inline",
    "locate",
    "put",
    "release",
]
