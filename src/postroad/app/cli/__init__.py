"""The `postroad` command. What it prints is for people; `--json`, where offered, is for programs.

Invariants: nothing heavy is imported before it is needed, so that `postroad --version` is instant;
an error is one clear sentence and an exit code that means something (`Exit`), never a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import postroad

if TYPE_CHECKING:
    import click

__all__ = ["main", "program", "run"]


def main() -> None:
    """Run the command line of this process and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run `postroad` with `arguments` and return its exit code."""
    if list(arguments) in (["--version"], ["-V"]):
        print(f"postroad {postroad.__version__}")
        return 0
    from postroad.app.cli._answer import answered

    return answered(program(), arguments)


def program() -> click.Group:
    """The whole command with its subcommands, which are imported when they are called."""
    from postroad.app.cli._program import postroad_command

    return postroad_command
