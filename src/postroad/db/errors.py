"""What can go wrong with the database, by what the caller can do about it."""


class DatabaseError(Exception):
    """Any failure of an engine; the unit of work had no effect."""


class StorageFull(DatabaseError):
    """No space for this unit of work. Nothing is lost; the next may succeed (452 4.3.1)."""


class StorageFailed(DatabaseError):
    """A sync or a write to the disk failed. Durability is unknown: stop accepting, and exit."""


class DatabaseTooNew(DatabaseError):
    """The database was written by a newer Postroad than this one."""
