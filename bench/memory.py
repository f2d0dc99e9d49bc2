"""Many large messages at once: how much memory the server's process ever held."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bench.measure import generate
from bench.ours import Postroad
from bench.plan import Load
from bench.system import people
from bench.usage import peak_memory

SESSIONS = 200
SIZE = 25_000_000  # octets of each message; every session sends one
LIMIT = 300_000_000  # octets resident


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """What the run showed."""

    sessions: int
    size: int
    accepted: int
    seconds: float
    resting: int  # octets resident at most before the run
    peak: int  # and at the end of it
    refusals: list[str]

    @property
    def held(self) -> bool:
        """Whether all was accepted within the limit."""
        return self.accepted == self.sessions and self.peak < LIMIT


def measure_memory(folder: Path, sessions: int = SESSIONS, size: int = SIZE) -> Peak:
    """Have every session reach its 354, then all send; read VmHWM of the server."""
    with Postroad().serving(folder) as server:
        resting = peak_memory(server.pids[0])
        load = Load(
            host=server.address[0],
            port=server.address[1],
            sessions=sessions,
            size=size,
            recipients=people(),
            messages=sessions,
            seconds=300.0,
            at_once=True,
        )
        tally = generate(load)
        return Peak(
            sessions=sessions,
            size=size,
            accepted=tally.accepted,
            seconds=tally.elapsed,
            resting=resting,
            peak=peak_memory(server.pids[0]),
            refusals=tally.refusals,
        )
