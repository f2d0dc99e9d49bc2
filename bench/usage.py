"""What processes and the machine used, read from /proc: processor time, memory, waiting for disks.

Standards: proc(5)
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


def family(pid: int) -> list[int]:
    """`pid` and all its living descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := stat_fields(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for member in found:
        found.extend(parents.get(member, []))
    return found


def stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the name: state, ppid, …; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def peak_memory(pid: int) -> int:
    """VmHWM of one process: the most octets that were ever resident."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def reset_peak(pid: int) -> None:
    """Have VmHWM count from now (proc(5), clear_refs), where we may; else it counts from birth."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_seconds(pid: int) -> float:
    """Processor time of `pid` and its descendants, those already reaped included."""
    fields = [stat_fields(member) for member in family(pid)]
    return sum(int(tick) for one in fields if one for tick in one[11:15]) / TICKS


def thread_seconds(pid: int) -> dict[str, float]:
    """Processor time of each thread of one process, by thread id."""
    used = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            used[task.name] = (int(fields[11]) + int(fields[12])) / TICKS
    return used


@dataclass(frozen=True, slots=True)
class Usage:
    """A reading of the clocks; the difference of two is what was used in between."""

    at: float
    servers: float  # processor seconds of the servers under test
    threads: dict[str, float]  # of each thread of their first processes
    busy: float  # of the whole machine, waiting excluded
    disk: float  # core-seconds in which a core had nothing to do but wait for a disk

    def since(self, before: Usage) -> Usage:
        """What was used from `before` to now; `at` becomes the seconds that passed."""
        return Usage(
            self.at - before.at,
            self.servers - before.servers,
            {name: used - before.threads.get(name, 0.0) for name, used in self.threads.items()},
            self.busy - before.busy,
            self.disk - before.disk,
        )

    @property
    def hottest(self) -> float:
        """Processor seconds of the busiest single thread."""
        return max(self.threads.values(), default=0.0)


def reading(pids: list[int]) -> Usage:
    """Read the clocks now, for the servers with these process ids."""
    cpu = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, waiting, irq, soft, steal = (int(field) / TICKS for field in cpu[:8])
    return Usage(
        at=time.monotonic(),
        servers=sum(cpu_seconds(pid) for pid in pids),
        threads={name: used for pid in pids for name, used in thread_seconds(pid).items()},
        busy=user + nice + system + irq + soft + steal,
        disk=waiting,
    )
