"""`python -m bench.db`: what a unit of work costs in the writer, and how many are durable a second.

The unit is a delivery: receipt looked up and noted, blob put, email filed, journey opened and
recorded. Nothing of SMTP is in it. "busy" burns the event loop's thread meanwhile, as a server
under load does, and shows what the interpreter's switch interval costs the writer.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import uvloop

from bench.samples import messages
from postroad import blobs, journey, queue, store
from postroad.db import Transaction
from postroad.db.engines.sqlite import SqliteDatabase, open_sqlite
from postroad.handoff import Content
from postroad.journey.events import Accepted, Filed, Received

CALLERS = (1, 20, 100)
SECONDS = 3.0
ACCOUNTS = (1, 200)
SWITCH_INTERVALS = (0.005, 0.001, 0.0002, 0.00005)


class Measured(NamedTuple):
    """One line of the table."""

    units: int
    seconds: float
    commits: int
    cpu: float  # seconds of the writer's thread inside units
    process: float  # seconds of the whole process, all threads
    waits: list[float]

    def __str__(self) -> str:
        waits = sorted(self.waits)
        return (
            f"{self.units / self.seconds:7.0f} units/s  {self.units / max(self.commits, 1):5.1f} a"
            f" commit  {1e6 * self.cpu / self.units:5.0f} µs CPU in the unit,"
            f" {1e6 * self.process / self.units:5.0f} in all "
            f"  wait {1e3 * statistics.median(waits):6.2f} ms,"
            f" p99 {1e3 * waits[len(waits) * 99 // 100]:6.2f} ms"
        )


class Delivery:
    """Makes units of work that file one 5 KB message each."""

    def __init__(self, accounts: int, size: int) -> None:
        self._store = store.Store()
        self._accounts = accounts
        self._messages = messages(size, "db", ["bob@beta.test"])
        self._count = 0
        self.cpu = 0.0

    def set_up(self, tx: Transaction) -> None:
        for account in range(1, self._accounts + 1):
            store.create_account(tx, account, 1.7e9)

    def next(self) -> Callable[[Transaction], None]:
        """Return the unit for a new message; its blob is made here, in the caller's thread."""
        self._count += 1
        blob = blobs.inline(b"".join(next(self._messages)))
        return partial(self._unit, blob=blob, number=self._count)

    def _unit(self, tx: Transaction, blob: blobs.StoredBlob, number: int) -> None:
        begun = time.thread_time()
        account = number % self._accounts + 1
        now = 1.7e9 + number
        trace = journey.new_trace(now, number)
        fingerprint = hashlib.sha256(trace.encode()).digest()
        if queue.receipts.seen(tx, fingerprint):
            raise AssertionError("a new message was seen before")
        queue.receipts.remember(tx, fingerprint, trace, now)
        blobs.put(tx, blob)
        inbox = store.mailbox_by_role(tx, account, "inbox")
        message_id = f"<{number}@alpha.test>"
        new = store.NewEmail(
            content=Content(blob.id, blob.size, b"Return-Path: <alice@alpha.test>\r\n" * 4),
            received=now,
            sent=now,
            message_id=message_id,
            references=(),
            subject="Re: the plan",
            trace=trace,
        )
        added = self._store.add(tx, account, inbox.id, new)
        journey.open_journey(
            tx,
            trace,
            at=now,
            message_id=message_id,
            reverse_path="alice@alpha.test",
            recipients=["bob@beta.test"],
            subject="Re: the plan",
            size=blob.size,
        )
        journey.record(tx, trace, _events(now, blob.size, added.uid, message_id))
        self.cpu += time.thread_time() - begun


def _events(now: float, size: int, uid: int, message_id: str) -> list[journey.AnyEvent]:
    return [
        Received(
            at=now, station="border", peer="127.0.0.1", port=9, helo="a.test", protocol="ESMTPS"
        ),
        Accepted(
            at=now,
            station="border",
            reverse_path="alice@alpha.test",
            recipients=["bob@beta.test"],
            size=size,
            message_id=message_id,
        ),
        Filed(
            at=now,
            station="mda",
            recipient="bob@beta.test",
            account="bob@beta.test",
            mailbox="INBOX",
            uid=uid,
            reason="no rule says otherwise",
        ),
    ]


async def measure(
    db: SqliteDatabase, delivery: Delivery, callers: int, seconds: float, busy: bool
) -> Measured:
    """Let `callers` tasks write one unit after the other."""
    waits: list[float] = []
    until = time.perf_counter() + seconds

    async def caller() -> None:
        while time.perf_counter() < until:
            unit = delivery.next()
            begun = time.perf_counter()
            await db.write(unit)
            waits.append(time.perf_counter() - begun)

    async def burn() -> None:
        while time.perf_counter() < until:
            sum(range(2_000))
            await asyncio.sleep(0)

    commits, cpu, begun = db.commits, delivery.cpu, time.perf_counter()
    process = time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)), *([burn()] if busy else []))
    took = time.perf_counter() - begun
    process = time.process_time() - process
    return Measured(len(waits), took, db.commits - commits, delivery.cpu - cpu, process, waits)


async def _run(folder: Path) -> None:
    for accounts in ACCOUNTS:
        await _round(folder, accounts, f"{accounts} accounts, idle loop", False)
    default = sys.getswitchinterval()
    for interval in SWITCH_INTERVALS:
        sys.setswitchinterval(interval)
        await _round(folder, 1, f"busy loop, switch interval {1e3 * interval:g} ms", True)
    sys.setswitchinterval(default)


async def _round(folder: Path, accounts: int, title: str, busy: bool) -> None:
    path = folder / f"{title}.sqlite"
    db = open_sqlite(str(path))
    delivery = Delivery(accounts, 5_000)
    await db.write(delivery.set_up)
    print(title)
    for callers in CALLERS:
        print(f"  {callers:3d} callers {await measure(db, delivery, callers, SECONDS, busy)}")
    await db.close()


def main() -> None:
    """Measure on the disk of `BENCH_DIR`, or of the current folder."""
    folder = Path(tempfile.mkdtemp(prefix="bench-db-", dir=os.environ.get("BENCH_DIR", ".")))
    try:
        uvloop.run(_run(folder))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
