"""The figures as tables for a person; the JSON beside them is for everything else."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.measure import Cell, Figure
from bench.plan import Reuse


def _shape(cell: Cell) -> tuple[str, str, str]:
    reuse = "open" if cell.reuse is Reuse.MANY else "new each"
    to = f" to {cell.recipients}" if cell.recipients > 1 else ""
    return str(cell.sessions), f"{cell.size / 1000:.0f} KB{to}", reuse


def show_figures(console: Console, figures: Sequence[Figure]) -> None:
    """One row for each measurement."""
    table = Table(title="SMTP receive and store: messages a second, durable", title_justify="left")
    for name in ("sessions", "message", "connection", "server"):
        table.add_column(name)
    for name in ("accepted", "delivered", "median", "p99 ms", "CPU ms", "cores", "machine"):
        table.add_column(name, justify="right")
    table.add_column("bounded by")
    for one in figures:
        table.add_row(
            *_shape(one.cell),
            one.system,
            f"{one.accepted_per_second:,.0f}",
            f"{one.delivered_per_second:,.0f}",
            f"{one.median_ms:.1f}",
            f"{one.p99_ms:.1f}",
            f"{one.cpu_ms:.2f}",
            f"{one.cores:.2f}",
            f"{one.busy:.0%}",
            one.bound,
        )
    console.print(table)
    console.print(
        "connection: kept open, or new for each message. accepted: 250 after the message. "
        "delivered: from the first connection until the last message was in its mailbox.\n"
        "CPU: the server's processor time for one message. machine: how busy all processors were "
        "while it accepted, the generator and strangers included."
    )


def show_ratios(console: Console, ours: Sequence[Figure], peers: Sequence[Figure]) -> None:
    """How many times the peer's figures ours are, cell by cell."""
    table = Table(title=f"{ours[0].system} against {peers[0].system}", title_justify="left")
    for name in ("sessions", "message", "connection"):
        table.add_column(name)
    for name in ("accepted ×", "delivered ×", "CPU for one message"):
        table.add_column(name, justify="right")
    for mine, other in zip(ours, peers, strict=True):
        table.add_row(
            *_shape(mine.cell),
            f"{mine.accepted_per_second / other.accepted_per_second:.1f}",
            f"{mine.delivered_per_second / other.delivered_per_second:.1f}",
            f"{mine.cpu_ms / other.cpu_ms:.2f} of theirs",
        )
    console.print(table)
