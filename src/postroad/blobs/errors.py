"""What can go wrong when message bytes are read back."""

from __future__ import annotations

from postroad.db import DatabaseCorrupt, DatabaseError


class BlobMissing(DatabaseError):
    """There is no blob with this id, or its file is gone."""

    def __init__(self, blob: bytes, why: str = "no such blob") -> None:
        super().__init__(f"blob {blob.hex()}: {why}")


class BlobCorrupt(DatabaseCorrupt):
    """The bytes read back do not have the SHA-256 they are called by."""

    def __init__(
        self, blob: bytes, why: str = "its bytes have changed since they were stored"
    ) -> None:
        super().__init__(f"blob {blob.hex()}: {why}. Check the disk and restore a backup")
