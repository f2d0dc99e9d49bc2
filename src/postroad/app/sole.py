"""One server for a data folder: a second one would give back the first one's leases and files.

Commands of an administrator may write beside a server, one short transaction at a time; a server
believes that whatever is under way in the folder is its own. The lock is the kernel's: it ends with
the process, however that ends, and leaves no file behind.

Standards: flock(2)
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderInUse(Exception):
    """Another server works on this data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another server works on {folder}")
        self.folder = folder


@contextmanager
def sole_server(folder: Path) -> Iterator[None]:
    """Make `folder`, for us alone (0700), and hold it. Raises FolderInUse, OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(folder) from None
        yield
    finally:
        os.close(fd)
