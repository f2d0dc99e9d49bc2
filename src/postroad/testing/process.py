"""A real server for a test: `postroad serve` as a process, in a folder of its own, surely stopped.

The child reads end-of-file when this process dies, however it dies, and then drains and ends.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")

START_SECONDS = 30.0
"""A server is ready within a second or two; a busy machine needs longer."""

STOP_SECONDS = 15.0
"""A server drains within 10 s of SIGTERM."""

POLL_SECONDS = 0.05


class ServerDidNotStart(Exception):
    """The server ended or stayed silent; the text is the end of its output."""


class ServerProcess:
    """One `postroad serve`. As a context manager it is started, and stopped on leaving."""

    def __init__(
        self, folder: Path, configuration: str, environment: Mapping[str, str] | None = None
    ) -> None:
        """Write `configuration` (TOML) to `folder`/postroad.toml; its output goes beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.config = folder / "postroad.toml"
        self.config.write_text(configuration)
        self.output = folder / "output"
        self._environment = {**os.environ, **(environment or {})}
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ServerProcess:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id. Raises LookupError when it does not run."""
        if self._child is None or self._child.poll() is not None:
            raise LookupError("the server does not run")
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._child is not None and self._child.poll() is None

    def said(self) -> str:
        """What it has written to its output so far."""
        return self.output.read_text(errors="replace")

    def command(
        self, *arguments: str, stdin: str = "", seconds: float = START_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run `postroad ARGUMENTS --config FILE` beside the server and return how it ended."""
        return subprocess.run(  # noqa: S603 - our own program, named by ourselves
            [sys.executable, "-m", "postroad", *arguments, "--config", str(self.config)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            env=self._environment,
            check=False,
        )

    def add_people(self, domain: str, people: Sequence[str], password: str) -> None:
        """Make `domain` and an account for each address. Raises RuntimeError when it is refused."""
        steps = [["domain", "add", domain]]
        steps += [["account", "add", address, "--password-stdin"] for address in people]
        for step in steps:
            done = self.command(*step, stdin=f"{password}\n")
            if done.returncode:
                raise RuntimeError(f"{' '.join(step)}: {done.stderr}")

    def start(self) -> None:
        """Start it and return when it listens. Raises ServerDidNotStart."""
        ready, theirs = os.pipe()
        command = [sys.executable, "-m", "postroad", "serve", "--config", str(self.config)]
        command += ["--until-eof", "--ready-fd", str(theirs)]
        try:
            with self.output.open("ab") as output:
                self._child = subprocess.Popen(  # noqa: S603 - our own program
                    command,
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=output,
                    pass_fds=(theirs,),
                    env=self._environment,
                    start_new_session=True,
                )
            os.close(theirs)
            came, _, _ = select.select([ready], [], [], START_SECONDS)
            if not came or not os.read(ready, 1):
                self.kill()
                raise ServerDidNotStart(self.said()[-3000:])
        finally:
            os.close(ready)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal and do not wait."""
        os.kill(self.pid, number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """The exit code, once it has ended. Raises subprocess.TimeoutExpired."""
        assert self._child is not None, "it was never started"
        code = self._child.wait(seconds)
        if self._child.stdin:
            self._child.stdin.close()
        return code

    def stop(self) -> int:
        """Drain and end it; returns its exit code (that of SIGKILL when it did not drain)."""
        if self.running:
            self.signal(signal.SIGTERM)
        if self._child is None:
            return 0
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End it at once with SIGKILL, as a power cut would."""
        assert self._child is not None, "it was never started"
        self._child.kill()
        return self.wait()

    def resident(self, field: str = "VmRSS") -> int:
        """Octets resident now, or at most so far with `VmHWM` (proc(5))."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise LookupError(field)


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port of `host` that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], T], seconds: float = 20.0) -> T:
    """Ask `condition()` again and again until it says something true, and return that.

    For what other processes do; nothing in this process should need it. Raises TimeoutError.
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not happen")
        time.sleep(POLL_SECONDS)
    return value
