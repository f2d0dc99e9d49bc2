"""Start a server as a process, see what it uses, and be sure that it is gone afterwards.

Every child asks the kernel (`setpriv --pdeathsig`) to be ended should this process die first, and
is otherwise ended by its own process id. Its descendants that outlive it become children of ours
(prctl(2), PR_SET_CHILD_SUBREAPER) and are ended and reaped one by one: nothing is left running.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.usage import family, stat_fields

START_WITHIN = 20.0  # seconds
STOP_WITHIN = 30.0
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class ServerFailed(RuntimeError):
    """A server did not start or did not stop; the text carries the end of its output."""


@contextmanager
def running(
    command: Sequence[str], output: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A child process in its own group, writing to the file `output`; ended on leaving."""
    _adopt_orphans()
    with output.open("ab") as sink:
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        yield child
    finally:
        stop(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the child and, once it is gone, SIGKILL to whatever of its family is not."""
    members = [(pid, _born(pid)) for pid in family(child.pid)[1:]]
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    for pid, born in members:
        if born and _born(pid) == born:  # the number was not given to another process since
            _end(pid)


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _born(pid: int) -> str:
    """When `pid` started, in ticks since boot; "" when there is no such process."""
    fields = stat_fields(pid)
    return fields[19] if fields else ""


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def wait_for_port(address: tuple[str, int], child: subprocess.Popen[bytes], output: Path) -> None:
    """Return once something greets at `address`. Raises ServerFailed when the child ends first."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        try:
            with socket.create_connection(address, timeout=5) as peer:
                if peer.recv(1):
                    return
        except OSError:
            time.sleep(0.05)
    words = output.read_text(errors="replace")[-2000:]
    raise ServerFailed(f"nothing listens on {address[0]}:{address[1]}; it said:\n{words}")


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
