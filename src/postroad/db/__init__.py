"""Units of work over a transaction; the engine decides where they run and when they are durable."""

from postroad.db._migrations import Migration, migrate, shipped
from postroad.db._ports import Database, Row, Transaction, Unit, Value
from postroad.db.errors import (
    DatabaseClosed,
    DatabaseCorrupt,
    DatabaseError,
    DatabaseTooNew,
    StorageFailed,
    StorageFull,
)

__all__ = [
    "Database",
    "DatabaseClosed",
    "DatabaseCorrupt",
    "DatabaseError",
    "DatabaseTooNew",
    "Migration",
    "Row",
    "StorageFailed",
    "StorageFull",
    "Transaction",
    "Unit",
    "Value",
    "migrate",
    "shipped",
]
