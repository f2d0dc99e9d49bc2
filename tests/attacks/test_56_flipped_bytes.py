"""Attack 56 (CVE-2019-7524): changed bytes on the disk are noticed; nobody sees another's mail.

Every page carries a checksum, so a flip in the database file is found by whoever reads the page. A
flip in the log of a database that was not closed ends the log there: what is seen then is an
earlier state, whole.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import apsw
import pytest

from postroad import blobs, store
from postroad.db import DatabaseError, Transaction, migrate, shipped
from postroad.db.engines._connection import open_writer, translate
from postroad.db.engines._work import SqliteTransaction
from postroad.db.engines.sqlite import _run_alone
from postroad.handoff import Content
from postroad.store import NewEmail, Store

ACCOUNTS, EMAILS = (1, 2), 6
FLIPS = 300
Seen = dict[int, list[tuple[object, ...]]]


def deliver(tx: Transaction, keeper: Store, number: int) -> int:
    account = number % 2 + 1
    blob = blobs.inline(b"for account %d: %d " % (account, number) * 40)
    blobs.put(tx, blob)
    email = NewEmail(
        Content(blob.id, blob.size), 1.0, None, f"<{number}@{account}.test>", (), "", f"t{number}"
    )
    return keeper.add(tx, account, 1, email).email_id


def open_file(path: Path) -> apsw.Connection:
    return open_writer(str(path))


def look(connection: apsw.Connection) -> Seen:
    """What each account would be shown: listing, and the bytes of each email."""
    tx = SqliteTransaction(connection.cursor())
    seen: Seen = {}
    for account in ACCOUNTS:
        seen[account] = []
        for one in store.listing(tx, account, 1):
            content = store.content(tx, account, one.email_id)
            data = tx.execute("SELECT data FROM blob WHERE id = ?", (content.blob,))
            seen[account].append((one.uid, one.trace, content.blob, data[0][0]))
    return seen


def look_at(path: Path) -> Seen | None:
    """The same, or None when the damage was noticed."""
    try:
        connection = open_file(path)
        try:
            migrate(partial(_run_alone, connection), shipped(), 1.0, str(path))
            return look(connection)
        finally:
            connection.close()
    except (DatabaseError, apsw.Error) as error:
        assert isinstance(translate(error), DatabaseError)
        return None


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Seen]]]:
    """A folder with `closed.sqlite` and the copy `open.sqlite` of one in use, and all states."""
    folder = tmp_path_factory.mktemp("flips")
    path, keeper = folder / "closed.sqlite", Store()
    connection = open_file(path)
    migrate(partial(_run_alone, connection), shipped(), 1.0, str(path))
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    states = [look(connection)]
    for account in ACCOUNTS:
        _run_alone(connection, lambda tx, a=account: store.create_account(tx, a, 1.0) or 0)
    for number in range(EMAILS):
        _run_alone(connection, partial(deliver, keeper=keeper, number=number))
        states.append(look(connection))
    for name in ("", "-wal"):
        shutil.copy(f"{path}{name}", folder / f"open.sqlite{name}")
    connection.close()
    yield folder, states


def flipped(source: Path, target: Path, number: int) -> None:
    """Copy `source` with one bit changed: first every header byte, then anywhere."""
    octets = bytearray(source.read_bytes())
    position = number if number < 100 else random.Random(number).randrange(len(octets))
    octets[position] ^= 1 << random.Random(number).randrange(8)
    target.write_bytes(octets)


def test_a_flip_in_the_database_file_is_noticed_or_changes_nothing(
    histories: tuple[Path, list[Seen]], tmp_path: Path
) -> None:
    folder, states = histories
    noticed = 0
    for number in range(FLIPS):
        flipped(folder / "closed.sqlite", tmp_path / "test.sqlite", number)
        seen = look_at(tmp_path / "test.sqlite")
        assert seen is None or seen == states[-1]
        noticed += seen is None
    assert noticed > FLIPS // 4


def test_a_flip_in_the_log_shows_an_earlier_state_whole_and_nobody_elses(
    histories: tuple[Path, list[Seen]], tmp_path: Path
) -> None:
    folder, states = histories
    shorter = 0
    for number in range(FLIPS):
        shutil.copy(folder / "open.sqlite", tmp_path / "test.sqlite")
        (tmp_path / "test.sqlite-shm").unlink(missing_ok=True)
        flipped(folder / "open.sqlite-wal", tmp_path / "test.sqlite-wal", number)
        seen = look_at(tmp_path / "test.sqlite")
        assert seen is None or seen in states
        shorter += seen != states[-1]
    assert shorter > FLIPS // 4
