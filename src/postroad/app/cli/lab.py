"""`postroad lab`: a miniature Internet on loopback, to look at and to tell scenarios in."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import lab as texts

if TYPE_CHECKING:
    from postroad.lab.plan import Plan
    from postroad.lab.scenarios import Result

UP_SECONDS = 30.0
"""How long a detached lab may take to come up."""

DOWN_SECONDS = 20.0
"""How long a lab may take to go down; its servers drain within 10."""

_base = click.option("--base", default="./lab", show_default=True, help="Folder of the lab.")
_net = click.option(
    "--net", default="127.77", show_default=True, help="First two numbers of all addresses."
)
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group("lab", invoke_without_command=True)
@_base
@_net
@click.pass_context
def command(context: click.Context, base: str, net: str) -> None:
    """A miniature Internet on loopback.

    Without a subcommand it runs in the foreground until Ctrl-C.
    """
    if context.invoked_subcommand is None:
        _foreground(_plan(base, net))


@command.command("up")
@_base
@_net
@click.option("--detach", is_flag=True, help="Come back when the lab is up.")
def up(base: str, net: str, detach: bool) -> None:
    """Start the lab, in the foreground unless told otherwise."""
    plan = _plan(base, net)
    if not detach:
        _foreground(plan)
        return
    _detached(plan)
    _print_welcome(plan)


@command.command("down")
@_base
def down(base: str) -> None:
    """Stop the lab that runs in a folder."""
    from postroad.lab import control

    plan = _plan(base, "127.77")
    try:
        asyncio.run(control.ask(plan.control, "shutdown"))
    except control.LabNotRunning as none:
        raise Refusal(texts.NOT_RUNNING, base=plan.base) from none
    deadline = time.monotonic() + DOWN_SECONDS
    while plan.control.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    click.echo(texts.STOPPED())


@command.command("scenarios")
def scenarios() -> None:
    """List the stories that can be told."""
    from postroad.lab.scenarios import SCENARIOS

    for scenario in SCENARIOS.values():
        click.echo(f"{scenario.name:<16} {scenario.summary}")


@command.command("run")
@click.argument("names", nargs=-1, required=True)
@_base
@_net
@_json
def run(names: tuple[str, ...], base: str, net: str, as_json: bool) -> int:
    """Tell scenarios; exit 0 only when all their expectations hold."""
    from postroad.lab.scenarios import SCENARIOS

    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        known = ", ".join(SCENARIOS)
        raise Refusal(texts.NO_SUCH_SCENARIO, Exit.USAGE, name=unknown[0], known=known)
    results = asyncio.run(_tell(_plan(base, net), names, as_json))
    if as_json:
        _print_json(results)
    return Exit.DONE if all(result.passed for result in results) else Exit.NO


def _plan(base: str, net: str) -> Plan:
    from postroad.lab.plan import Plan
    from postroad.lab.supervisor import absolute

    try:
        return Plan(absolute(base), net)
    except ValueError as wrong:
        raise Refusal(texts.BAD_NET, Exit.USAGE, reason=wrong) from None


def _foreground(plan: Plan) -> None:
    """Run until Ctrl-C, SIGTERM or `lab down`."""
    from postroad.lab.servers import ServerDidNotStart
    from postroad.lab.supervisor import LabIsRunning
    from postroad.net import ListenError

    try:
        asyncio.run(_until_told(plan))
    except (LabIsRunning, ServerDidNotStart, ListenError) as wrong:
        raise Refusal(texts.DID_NOT_START, Exit.UNAVAILABLE, reason=wrong) from None
    click.echo(texts.STOPPED())


async def _until_told(plan: Plan) -> None:
    from postroad.lab.supervisor import Lab

    lab = Lab(plan)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lab.finished.set)
    async with lab:
        _print_welcome(plan)
        await lab.finished.wait()
        click.echo(texts.STOPPING())


def _detached(plan: Plan) -> None:
    """Start `lab up` as a process of its own and wait until it answers."""
    plan.base.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "postroad", "lab", "up"]
    command += ["--base", str(plan.base), "--net", plan.net]
    with (plan.base / "lab.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + UP_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(plan, process.pid):
            return
        time.sleep(0.05)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
    reason = _last_words(plan.base / "lab.log")
    raise Refusal(texts.DID_NOT_START, Exit.UNAVAILABLE, reason=reason)


def _answers(plan: Plan, pid: int) -> bool:
    """Whether the lab that answers in the folder is the one we started."""
    from postroad.lab import control

    try:
        return bool(asyncio.run(control.ask(plan.control, "status")).get("pid") == pid)
    except (control.LabNotRunning, RuntimeError):
        return False


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-12:]) or str(log)


async def _tell(plan: Plan, names: tuple[str, ...], quiet: bool) -> list[Result]:
    """Run scenarios in the lab of this folder, or in one started for them."""
    from postroad.lab import control
    from postroad.lab.supervisor import Lab

    try:
        await control.ask(plan.control, "status")
    except control.LabNotRunning:
        async with Lab(plan):
            return await _tell_all(plan, names, quiet)
    return await _tell_all(plan, names, quiet)


async def _tell_all(plan: Plan, names: tuple[str, ...], quiet: bool) -> list[Result]:
    from postroad.lab.scenarios import SCENARIOS, World

    results = []
    for name in names:
        result = await SCENARIOS[name].run(World(plan))
        results.append(result)
        if not quiet:
            _print_result(result)
    return results


def _print_result(result: Result) -> None:
    verdict = texts.PASSED() if result.passed else texts.FAILED()
    click.echo(f"{result.name}: {verdict} ({result.seconds:.1f} s)")
    for expectation in result.expectations:
        mark = click.style("✓", fg="green") if expectation.held else click.style("✗", fg="red")
        detail = "" if expectation.held or not expectation.detail else f" — {expectation.detail}"
        click.echo(f"  {mark} {expectation.claim}{detail}")
    if result.error:
        click.echo(f"  {click.style('✗', fg='red')} {result.error}")


def _print_json(results: list[Result]) -> None:
    import dataclasses
    import json

    rows = [{**dataclasses.asdict(result), "passed": result.passed} for result in results]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2))


def _print_welcome(plan: Plan) -> None:
    """The addresses, the people, their password and the page to open."""
    from postroad.lab import plan as ports

    people = ", ".join(person.address for person in ports.PEOPLE)
    click.echo(texts.WELCOME(page=f"http://{plan.page[0]}:{plan.page[1]}/"))
    click.echo(texts.PEOPLE(people=people, password=ports.PASSWORD))
    for host in plan.hosts:
        offered = f"SMTP {ports.SMTP}"
        if not host.border:
            offered += f"  submission {ports.SUBMISSION} {ports.SUBMISSIONS} (TLS)"
            offered += f"  POP3 {ports.POP3} {ports.POP3S} (TLS)"
        click.echo(f"  {host.name:<16} {host.address:<11} {offered}")
    click.echo(f"  {'DNS':<16} {plan.dns[0]:<11} {plan.dns[1]}")
    click.echo(f"  CA               {plan.authority}")
    click.echo(texts.HOW_TO_STOP(base=str(plan.base)))
