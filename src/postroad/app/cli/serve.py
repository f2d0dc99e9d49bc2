"""`postroad serve`: the server, until it is told to stop."""

from __future__ import annotations

from pathlib import Path

import click

from postroad.app.cli._data import config_option
from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import command as texts


@click.command
@config_option(required=True)
@click.option("--until-eof", is_flag=True, help="Stop when standard input ends, too.")
@click.option("--ready-fd", type=int, help="Write a byte to this descriptor when ready.")
def command(config: Path, until_eof: bool, ready_fd: int | None) -> int:
    """Run the server that a configuration file describes, until SIGTERM or SIGINT.

    It then stops accepting, finishes what is under way, and exits 0.
    """
    from postroad.app.config import load

    settings = load(config)
    from postroad.app import log
    from postroad.app.sole import FolderInUse
    from postroad.app.supervision import run

    log.configure(settings.log)
    try:
        return run(settings, until_eof=until_eof, ready_fd=ready_fd)
    except FolderInUse as other:
        raise Refusal(texts.FOLDER_IN_USE, Exit.UNAVAILABLE, folder=other.folder) from None
