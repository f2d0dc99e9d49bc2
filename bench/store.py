"""`python -m bench.store`: what IMAP's commands cost in the store, in a mailbox of many messages.

The statements run as the engine runs them, on a file in `BENCH_DIR` or the current folder, without
an event loop around them. Each figure is the best of several rounds, the durable commit included
where something is written. Every fiftieth message is expunged first, so that UIDs have gaps.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import apsw

from bench.samples import messages
from postroad import blobs, store
from postroad.db import Transaction
from postroad.db.engines._connection import open_reader, open_writer
from postroad.db.engines._work import SqliteTransaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.handoff import Content
from postroad.store import NewEmail, Store

MESSAGES = 100_000
ROUNDS = 5
TOGETHER = 2_000
ACCOUNT, INBOX, ARCHIVE = 1, 1, 6


class Bench:
    """A mailbox in a file, with one connection that writes and one that reads."""

    def __init__(self, path: Path, count: int) -> None:
        asyncio.run(_create(path))
        self.store = Store()
        self._writer = open_writer(str(path))
        self._fill(count)
        self.write(self._thin_out)
        self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        self._reader = open_reader(str(path))

    def write(self, unit: Callable[[Transaction], object]) -> float:
        """Run `unit`, commit it, and return the seconds that both took."""
        cursor = self._writer.cursor()
        begun = time.perf_counter()
        cursor.execute("BEGIN IMMEDIATE")
        unit(SqliteTransaction(cursor))
        cursor.execute("COMMIT")
        return time.perf_counter() - begun

    def read(self, unit: Callable[[Transaction], object]) -> float:
        """Run `unit` on a snapshot and return the seconds it took."""
        cursor = self._reader.cursor()
        begun = time.perf_counter()
        cursor.execute("BEGIN")
        unit(SqliteTransaction(cursor))
        cursor.execute("ROLLBACK")
        return time.perf_counter() - begun

    def _fill(self, count: int) -> None:
        blob = blobs.inline(b"".join(next(messages(5_000, "store", ["bob@beta.test"]))))
        made = store.make_views(b"".join(next(messages(5_000, "store", ["bob@beta.test"]))))

        def some(tx: Transaction, at: int) -> None:
            for number in range(at, min(at + TOGETHER, count)):
                blobs.put(tx, blob)
                email = _email(Content(blob.id, blob.size, b"Return-Path: <a@b.test>\r\n"), number)
                added = self.store.add(tx, ACCOUNT, INBOX, email)
                store.keep_views(tx, ACCOUNT, {added.email_id: made})

        for at in range(0, count, TOGETHER):
            self.write(lambda tx, at=at: some(tx, at))  # type: ignore[misc]

    def _thin_out(self, tx: Transaction) -> None:
        last = store.mailbox(tx, ACCOUNT, INBOX).uidnext
        self.store.expunge(tx, ACCOUNT, INBOX, range(50, last, 50))


async def _create(path: Path) -> None:
    db = open_sqlite(str(path))
    await db.write(lambda tx: store.create_account(tx, ACCOUNT, 1.7e9))
    await db.close()


def _email(content: Content, number: int) -> NewEmail:
    return NewEmail(
        content=content, received=1.7e9 + number, sent=1.7e9 + number,
        message_id=f"<{number}@alpha.test>", references=(), subject=f"Letter {number}",
        trace=f"{number:020}", keywords=frozenset(("$seen", "work") if number % 3 else ()),
    )  # fmt: skip


def _reads(bench: Bench) -> None:
    middle = MESSAGES // 2
    everything = store.EVERYTHING
    ids = list(range(1, 10_000))
    lines: dict[str, Callable[[Transaction], object]] = {
        "uids of all": lambda tx: store.uids(tx, ACCOUNT, INBOX),
        "flags of all": lambda tx: store.flags(tx, ACCOUNT, INBOX, everything),
        "flags of 10,000": lambda tx: store.flags(tx, ACCOUNT, INBOX, [(1, 10_204)]),
        "rows of 100": lambda tx: store.rows(tx, ACCOUNT, INBOX, [(middle, middle + 101)]),
        "rows of 10,000": lambda tx: store.rows(tx, ACCOUNT, INBOX, [(1, 10_204)]),
        "envelopes of 10,000": lambda tx: store.views(tx, ACCOUNT, ids, {"envelope"}),
        "structures of 10,000": lambda tx: store.views(tx, ACCOUNT, ids, {"structure"}),
        "fields of 10,000": lambda tx: store.views(tx, ACCOUNT, ids, {"fields"}),
        "changed since ever": lambda tx: store.changed_since(tx, ACCOUNT, INBOX, 0),
        "vanished since ever": lambda tx: store.vanished_since(tx, ACCOUNT, INBOX, 0),
        "first unseen": lambda tx: store.first_unseen(tx, ACCOUNT, INBOX),
        "pulse": store.pulse,
    }
    for name, unit in lines.items():
        _say(name, min(bench.read(unit) for _ in range(ROUNDS)))


def _writes(bench: Bench) -> None:
    ten_thousand = [(1, 10_204)]
    keeper = bench.store

    def flag(mode: store.Mode) -> Callable[[Transaction], object]:
        return lambda tx: keeper.store_flags(tx, ACCOUNT, INBOX, ten_thousand, mode, {"$flagged"})

    adds, removes = [], []
    for _ in range(ROUNDS):
        adds.append(bench.write(flag("add")))
        removes.append(bench.write(flag("remove")))
    _say("STORE +FLAGS on 10,000", min(adds))
    _say("STORE -FLAGS on 10,000", min(removes))
    _say("STORE on one", min(bench.write(_flag_one(keeper, mode)) for mode in ("add", "remove")))
    _say("changed since that", min(bench.read(_last_change) for _ in range(ROUNDS)))
    copies = [(at, at + 1_020) for at in range(20_000, 20_000 + ROUNDS * 1_100, 1_100)]
    _say("COPY of 1,000", min(bench.write(_transfer(keeper.copy, span)) for span in copies))
    moves = [(at, at + 1_020) for at in range(40_000, 40_000 + ROUNDS * 1_100, 1_100)]
    _say("MOVE of 1,000", min(bench.write(_transfer(keeper.move, span)) for span in moves))
    _say("EXPUNGE of 1,000", min(bench.write(_expunge(keeper, *span)) for span in copies))


def _last_change(tx: Transaction) -> None:
    found = store.changed_since(tx, ACCOUNT, INBOX, store.modseq(tx, ACCOUNT) - 1)
    assert len(found) == 1


def _flag_one(keeper: Store, mode: str) -> Callable[[Transaction], object]:
    chosen: store.Mode = "add" if mode == "add" else "remove"
    return lambda tx: keeper.store_flags(tx, ACCOUNT, INBOX, [(7, 7)], chosen, {"$draft"})


def _transfer(
    action: Callable[..., store.Copied], span: tuple[int, int]
) -> Callable[[Transaction], object]:
    return lambda tx: action(tx, ACCOUNT, INBOX, [span], ARCHIVE, now=1.8e9)


def _expunge(keeper: Store, low: int, high: int) -> Callable[[Transaction], object]:
    return lambda tx: keeper.expunge(tx, ACCOUNT, INBOX, range(low, high + 1))


def _say(name: str, seconds: float) -> None:
    print(f"  {name:32} {1_000 * seconds:9.3f} ms")


def main() -> None:
    """Fill a mailbox, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    count = parser.parse_args().messages
    folder = Path(tempfile.mkdtemp(prefix="bench-store-", dir=os.environ.get("BENCH_DIR", ".")))
    try:
        begun = time.perf_counter()
        bench = Bench(folder / "store.sqlite", count)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        took = time.perf_counter() - begun
        print(f"{count:,} messages with views, filled in {took:.0f} s: {size:.0f} MB")
        _reads(bench)
        _writes(bench)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
