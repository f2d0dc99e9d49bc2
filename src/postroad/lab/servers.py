"""The lab's four servers as child processes: started, stopped, killed, and never left behind.

Each child runs `postroad serve --until-eof`: when this process dies, however it dies, the pipe to
the child closes and the child drains and ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from postroad.lab.plan import Host, Plan

START_SECONDS = 20.0
"""A server is ready within a second or two; a busy machine needs longer."""

STOP_SECONDS = 12.0
"""A server drains within 10 s of SIGTERM; what is longer is killed."""


class ServerDidNotStart(Exception):
    """A server ended or stayed silent; the text holds the end of its log."""


class Server:
    """One host of the plan as a process."""

    def __init__(self, plan: Plan, host: Host) -> None:
        self._plan = plan
        self.host = host
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log_file(self) -> Path:
        """Where the server's log lines go."""
        return self._plan.base / f"{self.host.name}.log"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process and wait until it says that it is ready. Raises ServerDidNotStart."""
        if self.running:
            return
        config = self._plan.config_file(self.host)
        ready_fd, child_fd = os.pipe()
        command = [sys.executable, "-m", "postroad", "serve", "--config", str(config)]
        command += ["--until-eof", "--ready-fd", str(child_fd)]
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(child_fd,),
                start_new_session=True,  # Ctrl-C is the lab's, which then stops its servers
            )
        os.close(child_fd)
        try:
            await self._until_ready(ready_fd)
        finally:
            os.close(ready_fd)

    async def stop(self) -> int:
        """Drain and end the process; return its exit status (0 when it was not running)."""
        process = self._process
        if process is None or process.returncode is not None:
            return 0
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await process.wait()
        except TimeoutError:
            process.kill()
            return await process.wait()

    async def kill(self) -> None:
        """End the process with SIGKILL, as a power cut would."""
        if self.running and self._process:
            self._process.kill()
            await self._process.wait()

    async def _until_ready(self, ready_fd: int) -> None:
        """The child writes a byte when its listeners are open; its end closes the pipe."""
        os.set_blocking(ready_fd, False)
        loop = asyncio.get_running_loop()
        said: asyncio.Future[bytes] = loop.create_future()
        loop.add_reader(ready_fd, _take, ready_fd, said)
        try:
            async with asyncio.timeout(START_SECONDS):
                word = await said
        except TimeoutError:
            word = b""
        finally:
            loop.remove_reader(ready_fd)
        if not word:
            await self.kill()
            raise ServerDidNotStart(f"{self.host.name} did not start:\n{self._log_end()}")

    def _log_end(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join(lines[-12:])


def _take(fd: int, said: asyncio.Future[bytes]) -> None:
    if not said.done():
        said.set_result(os.read(fd, 1))
