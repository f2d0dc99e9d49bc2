"""`postroad account`: the people who have mail here.

The directory knows who they are, the store keeps their mailboxes; each command here changes both in
one unit of work, so that neither is ever without the other.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click

from postroad.app.cli import _data, _password
from postroad.app.cli._data import data_options
from postroad.app.cli._exit import Exit, Refusal
from postroad.app.cli._table import json_option, listed, octets, when
from postroad.app.texts import directory as texts

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_QUOTA = re.compile(r"(\d{1,15})([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII)


@click.group
def command() -> None:
    """Add, list and remove the people who have mail here."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as it is listed: who, and what the mailboxes hold."""

    address: str
    name: str
    created: float
    messages: int
    octets: int
    quota: int | None


def _octets(text: str | None) -> int | None:
    """`500M` as octets. Raises Refusal."""
    if text is None:
        return None
    found = _QUOTA.fullmatch(text.strip())
    if not found:
        raise Refusal(texts.BAD_QUOTA, Exit.USAGE, subject=text)
    return int(found[1]) * _UNITS[found[2].upper()]


@command.command
@data_options
@click.argument("address")
@click.option("--name", default="", help="The person's name.")
@click.option("--quota", metavar="SIZE", help="What the mailboxes may hold, such as 500M or 10G.")
@_password.stdin_option
def add(data: Path, address: str, name: str, quota: str | None, password_stdin: bool) -> None:
    """Give somebody ADDRESS, a password and mailboxes."""
    from postroad import directory, store
    from postroad.app.cli._directory import asked
    from postroad.db import Transaction

    limit = _octets(quota)
    with asked(address):
        verifiers = directory.make_verifiers(_password.ask(address, password_stdin))

        def unit(tx: Transaction) -> directory.Account:
            now = time.time()
            made = directory.add_account(tx, address, verifiers, name=name, quota=limit, now=now)
            store.create_account(tx, made.id, now, limit)
            return made

        account = _data.write(data, unit)
    click.echo(texts.ACCOUNT_ADDED(address=account.address))


@command.command(name="list")
@data_options
@click.option("--domain", help="Only those of one domain.")
@json_option
def list_(data: Path, domain: str | None, as_json: bool) -> None:
    """Show the accounts, and what their mailboxes hold."""
    from postroad import directory, store
    from postroad.db import Transaction

    def unit(tx: Transaction) -> list[Listed]:
        wanted = directory.fold_domain(domain) if domain else None
        return [
            Listed(
                one.address, one.name, one.created, used.used_messages, used.used_bytes, used.limit
            )
            for one in directory.list_accounts(tx, wanted)
            for used in (store.quota(tx, one.id),)
        ]

    listed(
        _data.read(data, unit),
        as_json,
        ("ADDRESS", "NAME", "SINCE", "MESSAGES", "SIZE", "QUOTA"),
        lambda one: (
            one.address,
            one.name,
            when(one.created),
            str(one.messages),
            octets(one.octets),
            octets(one.quota),
        ),
    )


@command.command
@data_options
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask, even when there are messages.")
def remove(data: Path, address: str, yes: bool) -> None:
    """Remove the account ADDRESS with all its mailboxes and messages."""
    from postroad import directory, store
    from postroad.app.cli._directory import asked
    from postroad.db import Transaction

    def count(tx: Transaction) -> int:
        return store.quota(tx, directory.get_account(tx, address).id).used_messages

    def unit(tx: Transaction) -> int:
        messages = count(tx)
        store.delete_account(tx, directory.remove_account(tx, address).id)
        return messages

    with asked(address):
        messages = _data.read(data, count)
        if messages and not yes:
            _confirm(address, messages)
        click.echo(texts.ACCOUNT_REMOVED(address=address, messages=_data.write(data, unit)))


def _confirm(address: str, messages: int) -> None:
    """Ask the person; without one, refuse."""
    if not sys.stdin.isatty():
        raise Refusal(texts.NEEDS_YES, Exit.USAGE, address=address, messages=messages)
    question = texts.REALLY_REMOVE(address=address, messages=messages)
    click.confirm(question, abort=True, err=True)


@command.command
@data_options
@click.argument("address")
@_password.stdin_option
def password(data: Path, address: str, password_stdin: bool) -> None:
    """Give the account ADDRESS another password."""
    from postroad import directory
    from postroad.app.cli._directory import asked

    with asked(address):
        _data.read(data, lambda tx: directory.get_account(tx, address))
        verifiers = directory.make_verifiers(_password.ask(address, password_stdin))
        _data.write(data, lambda tx: directory.set_password(tx, address, verifiers))
    click.echo(texts.PASSWORD_SET(address=address))
