"""`postroad domain`: the domains whose mail is kept here."""

from __future__ import annotations

import time
from pathlib import Path

import click

from postroad.app.cli import _data
from postroad.app.cli._data import data_options
from postroad.app.cli._table import json_option, listed, when
from postroad.app.texts import directory as texts


@click.group
def command() -> None:
    """Add, list and remove the domains whose mail is kept here."""


@command.command
@data_options
@click.argument("domain")
@click.option("--catch-all", metavar="ADDRESS", help="Where mail for unknown names goes.")
def add(data: Path, domain: str, catch_all: str | None) -> None:
    """Take mail for DOMAIN from now on."""
    from postroad import directory
    from postroad.app.cli._directory import asked
    from postroad.db import Transaction

    def unit(tx: Transaction) -> None:
        directory.add_domain(tx, domain, time.time())
        if catch_all:
            directory.set_catch_all(tx, domain, catch_all)

    with asked(domain):
        _data.write(data, unit, create=True)
    click.echo(texts.DOMAIN_ADDED(domain=domain))
    if catch_all:
        click.echo(texts.CATCH_ALL_SET(domain=domain, target=catch_all))


@command.command(name="list")
@data_options
@json_option
def list_(data: Path, as_json: bool) -> None:
    """Show the domains, since when, and their catch-all address."""
    from postroad import directory

    domains = _data.read(data, directory.list_domains)
    columns = ("DOMAIN", "SINCE", "CATCH-ALL")
    listed(domains, as_json, columns, lambda d: (d.name, when(d.created), d.catch_all or "–"))


@command.command
@data_options
@click.argument("domain")
def remove(data: Path, domain: str) -> None:
    """Refuse mail for DOMAIN from now on. It must have no accounts and aliases left."""
    from postroad import directory
    from postroad.app.cli._directory import asked

    with asked(domain):
        _data.write(data, lambda tx: directory.remove_domain(tx, domain))
    click.echo(texts.DOMAIN_REMOVED(domain=domain))
