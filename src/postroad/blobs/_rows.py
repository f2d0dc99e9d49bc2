"""The rows of blobs, as plain functions over a transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from postroad.blobs._compression import ZstdError, compress, decompress
from postroad.blobs.errors import BlobCorrupt, BlobMissing
from postroad.db import Transaction

INLINE_LIMIT = 128 * 1024
"""Largest blob, in octets, that lives inside the database (design §4)."""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Bytes that are ready to be referred to: `data`, compressed and inline, or a `file`.

    `id` is their SHA-256, `size` their count. `discard` removes a file that no row came to name.
    """

    id: bytes
    size: int
    data: bytes | None = field(default=None, repr=False)
    file: str | None = None
    discard: Callable[[], None] | None = field(default=None, repr=False, compare=False)

    @property
    def weight(self) -> int:
        """Octets held in memory until the commit, for `Database.write`."""
        return len(self.data) if self.data else 0


def inline(data: bytes) -> StoredBlob:
    """Make a blob of bytes that are in memory anyway (a notification); of any size."""
    return StoredBlob(hashlib.sha256(data).digest(), len(data), data=compress(data))


def put(tx: Transaction, blob: StoredBlob, refs: int = 1) -> None:
    """Store `blob` with `refs` references, or add them to the row that has the same bytes."""
    rows = tx.execute(
        "INSERT INTO blob (id, refs, size, file, data) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET refs = blob.refs + excluded.refs, idle_since = NULL "
        "RETURNING file",
        (blob.id, refs, blob.size, blob.file, blob.data),
    )
    if blob.discard and rows[0][0] != blob.file:
        tx.on_commit(blob.discard)


def add_refs(tx: Transaction, blob: bytes, refs: int) -> None:
    """Refer `refs` times more to a blob that is stored. Raises BlobMissing."""
    rows = tx.execute(
        "UPDATE blob SET refs = refs + ?, idle_since = NULL WHERE id = ? RETURNING refs",
        (refs, blob),
    )
    if not rows:
        raise BlobMissing(blob)


def release(tx: Transaction, blob: bytes, refs: int = 1) -> None:
    """Give back `refs` references; without any left the collector removes the bytes later."""
    rows = tx.execute(
        "UPDATE blob SET refs = refs - ? WHERE id = ? AND refs >= ? RETURNING refs",
        (refs, blob, refs),
    )
    if not rows:
        raise BlobMissing(blob, f"it does not have {refs} references to give back")


@dataclass(frozen=True, slots=True)
class Located:
    """Where a blob is: its bytes when inline, else its file."""

    size: int
    data: bytes | None
    file: str | None


def locate(tx: Transaction, blob: bytes) -> Located:
    """Find `blob` and decode it when it is inline. Raises BlobMissing, BlobCorrupt."""
    rows = tx.execute("SELECT size, file, data FROM blob WHERE id = ?", (blob,))
    if not rows:
        raise BlobMissing(blob)
    size, file, packed = rows[0]
    if file is not None:
        return Located(size, None, file)
    try:
        data = decompress(packed)
    except ZstdError as error:
        raise BlobCorrupt(blob) from error
    if hashlib.sha256(data).digest() != blob:
        raise BlobCorrupt(blob)
    return Located(size, data, None)


COLLECT_BATCH = 500
"""Rows that one unit of work of the collector looks at, so that deliveries pass in between."""


def mark_idle(tx: Transaction, now: float) -> int:
    """Write down since when unreferenced blobs are so; return how many were new."""
    rows = tx.execute(
        "UPDATE blob SET idle_since = ? WHERE id IN "
        "(SELECT id FROM blob WHERE refs = 0 AND idle_since IS NULL LIMIT ?) RETURNING id",
        (now, COLLECT_BATCH),
    )
    return len(rows)


def remove_idle(tx: Transaction, before: float) -> list[str | None]:
    """Delete blobs that nobody has referred to since `before`; return their files."""
    rows = tx.execute(
        "DELETE FROM blob WHERE id IN "
        "(SELECT id FROM blob WHERE refs = 0 AND idle_since <= ? LIMIT ?) RETURNING file",
        (before, COLLECT_BATCH),
    )
    return [row[0] for row in rows]


def is_named(tx: Transaction, blob: bytes, file: str) -> bool:
    """Whether a row says that `file` holds `blob`."""
    return bool(tx.execute("SELECT 1 FROM blob WHERE id = ? AND file = ?", (blob, file)))
