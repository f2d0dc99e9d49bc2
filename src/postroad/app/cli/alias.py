"""`postroad alias`: further addresses of people, and the catch-all `@domain`."""

from __future__ import annotations

import time
from pathlib import Path

import click

from postroad.app.cli import _data
from postroad.app.cli._data import data_options
from postroad.app.cli._exit import Exit, Refusal
from postroad.app.cli._table import json_option, listed
from postroad.app.texts import directory as texts


@click.group
def command() -> None:
    """Add, list and remove further addresses of people.

    The address @example.org stands for every unknown name of that domain: its catch-all.
    """


@command.command
@data_options
@click.argument("address")
@click.argument("targets", nargs=-1, required=True)
def add(data: Path, address: str, targets: tuple[str, ...]) -> None:
    """Let ADDRESS stand for TARGETS, here or elsewhere."""
    from postroad import directory
    from postroad.app.cli._directory import asked

    if address.startswith("@"):
        _set_catch_all(data, address[1:], targets)
        return
    with asked(address):
        alias = _data.write(data, lambda tx: directory.add_alias(tx, address, targets, time.time()))
    click.echo(texts.ALIAS_ADDED(address=alias.address, targets=", ".join(alias.targets)))


def _set_catch_all(data: Path, domain: str, targets: tuple[str, ...]) -> None:
    from postroad import directory
    from postroad.app.cli._directory import asked

    if len(targets) != 1:
        raise Refusal(texts.ONE_CATCH_ALL, Exit.USAGE, domain=domain, count=len(targets))
    with asked(domain):
        _data.write(data, lambda tx: directory.set_catch_all(tx, domain, targets[0]))
    click.echo(texts.CATCH_ALL_SET(domain=domain, target=targets[0]))


@command.command(name="list")
@data_options
@click.option("--domain", help="Only those of one domain.")
@json_option
def list_(data: Path, domain: str | None, as_json: bool) -> None:
    """Show the aliases and the addresses they stand for, catch-alls too."""
    from postroad import directory
    from postroad.db import Transaction

    def unit(tx: Transaction) -> list[directory.Alias]:
        wanted = directory.fold_domain(domain) if domain else None
        return [
            *directory.list_aliases(tx, wanted),
            *(
                directory.Alias(f"@{one.name}", (one.catch_all,))
                for one in directory.list_domains(tx)
                if one.catch_all and wanted in (None, one.name)
            ),
        ]

    aliases = _data.read(data, unit)
    listed(aliases, as_json, ("ADDRESS", "STANDS FOR"), lambda a: (a.address, ", ".join(a.targets)))


@command.command
@data_options
@click.argument("address")
def remove(data: Path, address: str) -> None:
    """Let ADDRESS stand for nobody any more."""
    from postroad import directory
    from postroad.app.cli._directory import asked

    if address.startswith("@"):
        domain = address[1:]
        with asked(domain):
            _data.write(data, lambda tx: directory.set_catch_all(tx, domain, None))
        click.echo(texts.CATCH_ALL_REMOVED(domain=domain))
        return
    with asked(address):
        _data.write(data, lambda tx: directory.remove_alias(tx, address))
    click.echo(texts.ALIAS_REMOVED(address=address))
