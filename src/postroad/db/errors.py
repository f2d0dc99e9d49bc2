"""What can go wrong with the database, by what the caller can do about it."""

from __future__ import annotations


class DatabaseError(Exception):
    """Any failure of an engine; the unit of work had no effect."""


class StorageFull(DatabaseError):
    """No space for this unit of work. Nothing is lost; the next may succeed (452 4.3.1)."""


class StorageFailed(DatabaseError):
    """A sync or a write to the disk failed. Durability is unknown: stop accepting, and exit."""


class DatabaseCorrupt(DatabaseError):
    """What was read back is not what was written. Restore a backup; nothing was guessed."""


class DatabaseTooNew(DatabaseError):
    """The database was written by a newer Postroad than this one."""


class DatabaseClosed(DatabaseError):
    """The database was closed before this unit of work could run."""
