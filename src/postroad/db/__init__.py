"""Units of work over a transaction; the engine decides where they run and when they are durable."""

from postroad.db._ports import Database, Row, Transaction, Unit, Value
from postroad.db.errors import (
    DatabaseError,
    DatabaseTooNew,
    StorageFailed,
    StorageFull,
)

__all__ = [
    "Database",
    "DatabaseError",
    "DatabaseTooNew",
    "Row",
    "StorageFailed",
    "StorageFull",
    "Transaction",
    "Unit",
    "Value",
]
