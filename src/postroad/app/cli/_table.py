"""Rows for a person (a table), for a pipe (tabs between, one a line), or for a program (JSON)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from postroad.app.texts import visible, visible_json

R = TypeVar("R")

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


def show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as a table on a terminal, and with tabs and without heads into a pipe."""
    safe = [[visible(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in safe:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in safe:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def show_json(value: Any) -> None:
    """Print one value as JSON; what would move a terminal's cursor is escaped, as JSON allows."""
    import msgspec

    click.echo(visible_json(msgspec.json.format(msgspec.json.encode(value)).decode()))


def when(seconds: float) -> str:
    """Seconds since the epoch as a date and a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def octets(count: int | None) -> str:
    """A count of octets, short."""
    if count is None:
        return "–"
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if size >= 10 or size == int(size) else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def listed(
    rows: Sequence[R], as_json: bool, columns: Sequence[str], cells: Callable[[R], Sequence[str]]
) -> None:
    """Print `rows` in the form that was asked for."""
    if as_json:
        show_json(rows)
    else:
        show(columns, [cells(row) for row in rows])
