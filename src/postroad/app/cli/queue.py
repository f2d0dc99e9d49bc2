"""`postroad queue`: which messages wait, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from postroad.app.cli import _data
from postroad.app.cli._data import data_options
from postroad.app.cli._table import json_option, listed, when
from postroad.app.texts import journey as texts

if TYPE_CHECKING:
    from postroad.queue import Waiting


@click.group
def command() -> None:
    """Show which messages wait for another host, and why."""


@command.command(name="list")
@data_options
@click.option("--limit", default=100, show_default=True, help="Recipients shown, oldest first.")
@json_option
def list_(data: Path, limit: int, as_json: bool) -> None:
    """Show every recipient that waits: since when, until when, and for what reason."""
    from postroad import queue

    waiting = _data.read(data, lambda tx: queue.list_waiting(tx, limit))
    if not waiting and not as_json:
        click.echo(texts.NOTHING_WAITS(), err=True)
    columns = ("TRACE", "FROM", "TO", "ROUTE", "SINCE", "WHY IT WAITS")
    listed(
        waiting,
        as_json,
        columns,
        lambda w: (w.trace, w.sender or "<>", w.recipient, w.route, when(w.created), why(w)),
    )


def why(waiting: Waiting) -> str:
    """The reason of waiting in one line."""
    if waiting.suspended:
        return texts.SUSPENDED()
    if waiting.leased:
        return texts.BEING_TRIED()
    if not waiting.attempts:
        return texts.NEVER_TRIED()
    heard = texts.LAST_HEARD(attempts=waiting.attempts, reply=waiting.last_reply)
    return f"{heard}; {texts.NEXT_ATTEMPT(when=when(waiting.next_attempt))}"
