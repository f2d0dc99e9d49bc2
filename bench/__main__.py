"""`python -m bench`: measure, print tables, write JSON."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from bench import measure, peer, table
from bench.measure import Cell, Figure
from bench.memory import LIMIT, Peak, measure_memory
from bench.ours import Postroad
from bench.plan import Load, Reuse, Tally
from bench.processes import free_port, running, wait_for_port
from bench.system import Running, System, people

RESULTS = Path(__file__).parent / "results"
CELLS = (
    *(Cell(sessions=sessions, size=5_000) for sessions in (1, 20, 100)),
    Cell(sessions=20, size=5_000, reuse=Reuse.ONE),
    *(Cell(sessions=sessions, size=100_000) for sessions in (1, 20, 100)),
)


class Report(msgspec.Struct, kw_only=True):
    """What is written to bench/results."""

    at: str
    machine: str
    load_before: float  # the machine's one-minute load average: others at work spoil a figure
    figures: list[Figure] = []
    memory: Peak | None = None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The command line."""

    with_peer: bool
    only_peer: bool
    seconds: float
    sessions: tuple[int, ...]
    size: tuple[int, ...]
    recipients: int
    memory: bool
    only_memory: bool
    ceiling: bool
    profile: Path | None
    folder: Path


@click.command
@click.option("--peer", "with_peer", is_flag=True, help="Also Postfix and Dovecot (root).")
@click.option("--only-peer", is_flag=True, help="Postfix and Dovecot alone.")
@click.option("--seconds", default=6.0, show_default=True, help="For each cell, while accepting.")
@click.option("--sessions", multiple=True, type=int, help="Only these; may be given repeatedly.")
@click.option("--size", multiple=True, type=int, help="Only these, in octets.")
@click.option("--recipients", default=1, show_default=True, help="Of each message, in turn.")
@click.option("--memory/--no-memory", default=True, help="The memory run, at the end.")
@click.option("--only-memory", is_flag=True, help="Nothing but the memory run.")
@click.option("--ceiling", is_flag=True, help="What the generator itself can do.")
@click.option("--profile", type=click.Path(path_type=Path), help="Write where the time goes.")
@click.option(
    "--folder",
    default=Path("/var/tmp"),
    type=click.Path(path_type=Path),
    show_default=True,
    help="Where the servers keep their data; on a real disk, or syncs cost nothing.",
)
def main(**options: Any) -> None:
    """Measure how fast messages are received and stored, durably, over SMTP on loopback."""
    choice = Choice(**options)
    console = Console(width=None if sys.stdout.isatty() else 150)
    cells = [
        msgspec.structs.replace(cell, recipients=choice.recipients)
        for cell in CELLS
        if (not choice.sessions or cell.sessions in choice.sessions)
        and (not choice.size or cell.size in choice.size)
    ]
    if choice.ceiling:
        _show_ceiling(console, cells)
        return
    systems: list[System] = [] if choice.only_peer else [Postroad(choice.profile)]
    if choice.with_peer or choice.only_peer:
        _require_peer()
        systems.append(peer.Peer())
    report = Report(
        at=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        machine=f"{os.cpu_count()} × {_processor()}, Linux {platform.release()}, Python "
        f"{platform.python_version()}",
        load_before=os.getloadavg()[0],
    )
    console.print(f"{report.machine}; load before: {report.load_before:.2f}")
    with _empty_folder(choice.folder) as base:
        if not choice.only_memory:
            _measure(console, report, systems, cells, choice.seconds, base)
        if (choice.memory or choice.only_memory) and not choice.only_peer:
            report.memory = measure_memory(base / "memory")
            _show_memory(console, report.memory)
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    target.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    console.print(f"written to {target}")


def _measure(
    console: Console,
    report: Report,
    systems: list[System],
    cells: list[Cell],
    seconds: float,
    base: Path,
) -> None:
    """All cells on all systems, turn and turn about, so that a busy minute hits each alike."""
    with ExitStack() as stack:
        servers: list[tuple[str, Running]] = [
            (system.name, stack.enter_context(system.serving(base / f"system{number}")))
            for number, system in enumerate(systems)
        ]
        for cell in cells:
            for name, server in servers:
                figure = measure.measure(name, server, cell, seconds)
                report.figures.append(figure)
                console.print(
                    f"  {name}: {cell.sessions} × {cell.size} {cell.reuse.value}: "
                    f"accepted {figure.accepted_per_second:,.0f}/s, "
                    f"delivered {figure.delivered_per_second:,.0f}/s"
                )
    table.show_figures(console, report.figures)
    if len(systems) == 2:
        table.show_ratios(console, report.figures[0::2], report.figures[1::2])


def _show_ceiling(console: Console, cells: list[Cell]) -> None:
    """The generator against a server that keeps nothing."""
    host, port = "127.0.0.1", free_port()
    with _empty_folder(Path(tempfile.gettempdir())) as base:
        output = base / "output"
        with running([sys.executable, "-m", "bench.sink", host, str(port)], output) as sink:
            wait_for_port((host, port), sink, output)
            for cell in cells:
                load = Load(
                    host=host,
                    port=port,
                    sessions=cell.sessions,
                    size=cell.size,
                    recipients=people(),
                    messages=30_000,
                    seconds=3.0,
                    reuse=cell.reuse,
                )
                tally: Tally = measure.generate(load)
                console.print(
                    f"{cell.sessions} × {cell.size} {cell.reuse.value}: "
                    f"{tally.per_second:,.0f}/s, {tally.cpu / tally.accepted * 1e6:.0f} µs each"
                )


def _show_memory(console: Console, peak: Peak) -> None:
    verdict = "held" if peak.held else "NOT HELD"
    console.print(
        f"memory: {peak.accepted} of {peak.sessions} messages of {peak.size / 1e6:.0f} MB sent at "
        f"once were accepted in {peak.seconds:.1f} s; resident at most {peak.peak / 1e6:.0f} MB "
        f"({peak.resting / 1e6:.0f} MB before); limit {LIMIT / 1e6:.0f} MB: {verdict}"
    )
    for words in peak.refusals:
        console.print(f"  refused: {words}")


def _require_peer() -> None:
    if os.geteuid() != 0:
        raise click.ClickException("Postfix's master needs root; run this as root or leave --peer")
    if absent := peer.missing():
        raise click.ClickException(f"{absent} not installed: apt-get install postfix dovecot-lmtpd")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


@contextmanager
def _empty_folder(parent: Path) -> Iterator[Path]:
    """A folder that the servers' own users can enter; removed on leaving."""
    base = Path(tempfile.mkdtemp(prefix="postroad-bench-", dir=parent))
    base.chmod(0o755)
    try:
        yield base
    finally:
        shutil.rmtree(base)


if __name__ == "__main__":
    main()
