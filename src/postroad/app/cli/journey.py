"""`postroad journey`: what happened to a message, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from postroad.app.cli import _data
from postroad.app.cli._data import data_options
from postroad.app.cli._exit import Exit, Refusal
from postroad.app.cli._table import json_option, octets, show_json, when
from postroad.app.texts import journey as texts
from postroad.app.texts import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from postroad.journey import Journey

NO_TERMINAL_WIDTH = 160
"""Columns of a table that goes into a pipe; ours, so that few reasons are broken over lines."""


@click.command
@data_options
@click.argument("key", metavar="TRACE-ID|MESSAGE-ID")
@json_option
def command(data: Path, key: str, as_json: bool) -> None:
    """Show what happened to a message, step by step, with the reason of every decision."""
    from postroad import journey

    found = _data.read(data, lambda tx: journey.find(tx, key))
    if not found:
        raise Refusal(texts.NOT_FOUND, Exit.NO, key=key)
    if as_json:
        show_json(found)
    else:
        _show(found)


def _show(journeys: Sequence[Journey]) -> None:
    from rich.console import Console, Group

    console = Console()
    if not console.is_terminal:
        console = Console(width=NO_TERMINAL_WIDTH)
    console.print(Group(*(part for one in journeys for part in (_head(one), _steps(one), ""))))


def _head(one: Journey) -> RenderableType:
    """Who wrote to whom about what."""
    from rich.table import Table
    from rich.text import Text

    lines = {
        "trace": one.trace,
        "Message-ID": one.message_id,
        texts.FROM(): one.reverse_path or "<>",
        texts.TO(): ", ".join(one.recipients),
        texts.SUBJECT(): one.subject,
        texts.SIZE(): octets(one.size),
    }
    head = Table.grid(padding=(0, 2))
    for name, value in lines.items():
        head.add_row(Text(name, style="dim"), Text(visible(value)))
    return head


def _steps(one: Journey) -> RenderableType:
    """The events in their order: when, where, what, why."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from postroad.app.cli._events import told

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in ("TIME", "STATION", "RECIPIENT", "WHAT", "WHY"):
        table.add_column(column, overflow="fold")
    before = ""
    for event in one.events:
        what, why = told(event)
        moment = when(event.at)
        cells = ("" if moment == before else moment, event.station, event.recipient, what, why)
        table.add_row(*(Text(visible(cell)) for cell in cells))
        before = moment
    return table
