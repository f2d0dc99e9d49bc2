"""One cell of the table: warm up, load, wait until all is in mailboxes, say what bounded it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import msgspec

from bench.plan import Load, Reuse, Tally
from bench.system import Running, people
from bench.usage import CORES, Usage, reading

WARM_UP = 3  # messages of each session before the clock starts
DELIVERED_WITHIN = 300.0  # seconds after the last acceptance
POLL = 0.2
HOT = 0.85  # the share of a core from which one thread or process is called the bound


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The shape of one measurement."""

    sessions: int
    size: int
    reuse: Reuse = Reuse.MANY
    recipients: int = 1  # of one message, each with a mailbox of its own


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What one server did with one cell."""

    system: str
    cell: Cell
    messages: int
    refused: int
    accepted_per_second: float
    delivered_per_second: float
    median_ms: float
    p99_ms: float
    cpu_ms: float  # processor time of the servers for one message, until delivered
    cores: float  # processors that the servers used while they accepted
    generator_cores: float
    busy: float  # share of the whole machine, others on it included
    bound: str


def generate(load: Load) -> Tally:
    """Run the generator in its own process. Raises RuntimeError with its words when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=msgspec.json.encode(load),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load generator failed:\n{done.stderr.decode()[-2000:]}")
    return msgspec.json.decode(done.stdout, type=Tally)


def measure(name: str, server: Running, cell: Cell, seconds: float) -> Figure:
    """Measure `cell` on `server` for about `seconds`, plus the time until all is delivered."""
    host, port = server.address
    load = Load(
        host=host,
        port=port,
        sessions=cell.sessions,
        size=cell.size,
        recipients=people(),
        messages=_at_most(cell.size),
        seconds=seconds,
        reuse=cell.reuse,
        fan_out=cell.recipients,
    )
    before = server.delivered()[0]
    warm = generate(msgspec.structs.replace(load, messages=WARM_UP * cell.sessions, seconds=20))
    before += warm.accepted * cell.recipients
    _wait_until_delivered(server, before)
    os.sync()  # what earlier runs left to write is not charged to this one
    start = reading(server.pids)
    tally = generate(load)
    accepting = reading(server.pids).since(start)
    last = _wait_until_delivered(server, before + tally.accepted * cell.recipients)
    whole = reading(server.pids).since(start)
    count = max(tally.accepted, 1)
    return Figure(
        system=name,
        cell=cell,
        messages=tally.accepted,
        refused=tally.refused,
        accepted_per_second=tally.per_second,
        delivered_per_second=tally.accepted / max(last - tally.began, tally.elapsed),
        median_ms=tally.median * 1000,
        p99_ms=tally.p99 * 1000,
        cpu_ms=whole.servers / count * 1000,
        cores=accepting.servers / tally.elapsed,
        generator_cores=tally.cpu / tally.elapsed,
        busy=accepting.busy / accepting.at / CORES,
        bound=_bound(accepting, tally, cell, alone=len(server.pids) == 1),
    )


def _at_most(size: int) -> int:
    """Messages of one run, so that it stays within a gigabyte or two on the disk."""
    return min(60_000, 1_500_000_000 // size)


def _wait_until_delivered(server: Running, count: int) -> float:
    """When the last of `count` messages reached its mailbox. Raises TimeoutError."""
    deadline = time.monotonic() + DELIVERED_WITHIN
    while True:
        have, when = server.delivered()
        if have >= count:
            return when
        if time.monotonic() > deadline:
            raise TimeoutError(f"{count - have} of {count} accepted messages were not delivered")
        time.sleep(POLL)


def _bound(used: Usage, tally: Tally, cell: Cell, *, alone: bool) -> str:
    """What kept the accepted figure from being higher, as far as the clocks show it."""
    if tally.refused:
        return f"refusals: {tally.refusals[0]}"
    if tally.cpu / tally.elapsed > HOT:
        return "the generator"
    if used.hottest / tally.elapsed > HOT:
        return "one thread"
    if alone and used.servers / tally.elapsed > HOT:
        return "interpreter lock"
    if used.busy / used.at / CORES > HOT:
        return "all processors"
    if cell.sessions == 1:
        return "round trips, syncs"
    return "syncs" if used.disk / used.at / CORES > 0.2 else "waiting"
