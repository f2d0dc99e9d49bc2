"""A mail server under test: how it is started, where it listens, how many messages it delivered."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

DOMAIN = "bench.test"
ACCOUNTS = 20


def people() -> list[str]:
    """The recipients of every run, the same for each server."""
    return [f"user{number:02}@{DOMAIN}" for number in range(ACCOUNTS)]


class Running(Protocol):
    """A server that is up."""

    @property
    def address(self) -> tuple[str, int]:
        """Where it takes mail by SMTP."""
        ...

    @property
    def pids(self) -> list[int]:
        """Its processes; what descends from them is counted with them."""
        ...

    def delivered(self) -> tuple[int, float]:
        """Messages in all mailboxes since the start, and when (wall clock) the last one came."""
        ...


class System(Protocol):
    """Something that can be started in an empty folder."""

    name: str

    def serving(self, folder: Path) -> AbstractContextManager[Running]:
        """Start in `folder`, with an account for each of `people`; stopped on leaving."""
        ...
