"""The schema grows by numbered files; each is applied once, in a transaction of its own.

A file is called NNNN_name.sql. Numbers start at 1 and have no gaps. What was applied stands in the
table `migration`, so a database that is ahead of this program is recognised and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from postroad.db._ports import Transaction, Unit
from postroad.db.errors import DatabaseTooNew

_FILE_NAME = re.compile(r"(\d{4})_([a-z_]+)\.sql")

_CREATE = """
CREATE TABLE IF NOT EXISTS migration (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  applied REAL NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its number, its name and the statements."""

    number: int
    name: str
    sql: str


def shipped() -> list[Migration]:
    """Return the migrations of this program in order. Raises ValueError when one is missing."""
    found = []
    for file in files("postroad.db").joinpath("migrations").iterdir():
        match = _FILE_NAME.fullmatch(file.name)
        if match:
            found.append(Migration(int(match[1]), match[2], file.read_text(encoding="utf-8")))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError("the numbers of the migrations have a gap or a double")
    return found


def version(tx: Transaction) -> int:
    """Return the number of the last migration applied, 0 for an empty database."""
    tx.execute(_CREATE)
    return int(tx.execute("SELECT coalesce(max(number), 0) FROM migration")[0][0])


def migrate(
    run: Callable[[Unit[int]], int], migrations: Sequence[Migration], now: float, where: str
) -> None:
    """Bring the database that `run` works on up to date, one transaction for each migration.

    `where` names the database to a person. Raises DatabaseTooNew and leaves everything untouched
    when the database has a migration that `migrations` lacks.
    """
    current, ours = run(version), len(migrations)
    if current > ours:
        raise DatabaseTooNew(
            f"{where} has schema version {current}, and this Postroad knows versions up to {ours}: "
            "it was written by a newer Postroad. Start that one, or restore a backup made before."
        )
    for migration in migrations[current:]:
        run(lambda tx, step=migration: _apply(tx, step, now))  # type: ignore[misc]


def _apply(tx: Transaction, migration: Migration, now: float) -> int:
    tx.execute(migration.sql)
    tx.execute(
        "INSERT INTO migration (number, name, applied) VALUES (?, ?, ?)",
        (migration.number, migration.name, now),
    )
    return migration.number
