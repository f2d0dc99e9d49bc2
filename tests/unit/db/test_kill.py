"""SIGKILL at any moment: what was acknowledged is there afterwards."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

WRITER = Path(__file__).with_name("writes_until_killed.py")
ROUNDS = 6


def acknowledged_before_the_kill(path: Path, count: int) -> set[int]:
    """Start a writer, kill it with SIGKILL after `count` acknowledgements, and return them all."""
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(count)]
        child.kill()
        lines += child.stdout.readlines()
    return {int(line) for line in lines if line.endswith(b"\n")}


@pytest.mark.system
def test_every_acknowledged_write_survives_sigkill_at_a_random_moment(tmp_path: Path) -> None:
    path = tmp_path / "test.sqlite"
    acknowledged: set[int] = set()
    for seed in range(ROUNDS):
        count = random.Random(seed).randrange(1, 400)
        acknowledged |= acknowledged_before_the_kill(path, count)
        database = apsw.Connection(str(path))
        kept = {row[0] for row in database.execute("SELECT number FROM note")}
        assert acknowledged <= kept
        assert database.pragma("integrity_check") == "ok"
        database.close()
    assert len(acknowledged) > ROUNDS
