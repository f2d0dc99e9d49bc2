"""Postroad, as `postroad serve` runs it: one process, everything durable before the 250."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw

from bench.processes import free_port, running, wait_for_port
from bench.system import DOMAIN, Running, people

PASSWORD = b"a password for the bench\n"

# Neither system writes a log line for each message here, and a hundred sessions come from one
# address; the rest is as Postroad is by default.
CONFIGURATION = """\
hostname = "mx.{domain}"
data = "{data}"

[listen]
smtp = ["{host}:{port}"]

[log]
level = "warning"

[net]
max_connections_per_address = 500
max_new_per_minute = 0
nameservers = ["{host}:{names}"]
"""

MESSAGES = "SELECT count(*) FROM placement"


@dataclass(frozen=True, slots=True)
class RunningPostroad:
    """The server, up, and its database to look into."""

    address: tuple[str, int]
    pids: list[int]
    database: Path

    def delivered(self) -> tuple[int, float]:
        """Messages in mailboxes as the database's last commit has them, and the present time."""
        flags = apsw.SQLITE_OPEN_READONLY
        connection = apsw.Connection(str(self.database), flags=flags)
        try:
            ((count,),) = connection.execute(MESSAGES)
        finally:
            connection.close()
        return int(count), time.time()


class Postroad:
    """This working tree's server."""

    name = "Postroad"

    def __init__(self, profile: Path | None = None) -> None:
        self.profile = profile

    @contextmanager
    def serving(self, folder: Path) -> Iterator[Running]:
        """Make the accounts, then run the server; it is stopped on leaving."""
        folder.mkdir(parents=True, exist_ok=True)
        data, host = folder / "data", "127.0.0.1"
        port, names = free_port(), free_port()
        configuration = folder / "postroad.toml"
        configuration.write_text(
            CONFIGURATION.format(domain=DOMAIN, data=data, host=host, port=port, names=names)
        )
        _add_accounts(configuration)
        command = [sys.executable, "-m", "bench.launch", "serve", "--config", str(configuration)]
        profile = {"POSTROAD_PROFILE": str(self.profile)} if self.profile else {}
        output = folder / "output"
        resolver = [sys.executable, "-m", "bench.names", str(names)]
        with (
            running(resolver, folder / "names.output"),
            running(command, output, profile) as server,
        ):
            wait_for_port((host, port), server, output)
            yield RunningPostroad((host, port), [server.pid], data / "postroad.db")


def _add_accounts(configuration: Path) -> None:
    """One by one through the command line, as a person would; two at a time to be quicker."""

    def postroad(*arguments: str) -> None:
        command = [sys.executable, "-m", "postroad", *arguments, "--config", str(configuration)]
        done = subprocess.run(command, input=PASSWORD, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.decode()}")

    postroad("domain", "add", DOMAIN)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(
            lambda one: postroad("account", "add", one, "--password-stdin"), people()
        ):
            pass
