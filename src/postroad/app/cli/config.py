"""`postroad config`: the manual of every key, and a check of a file before it is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from postroad.app.cli._data import config_option
from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import config as texts

if TYPE_CHECKING:
    from postroad.app.config import Section


@click.group
def command() -> None:
    """Explain and check configuration files."""


@command.command
@config_option(required=True)
def check(config: Path) -> None:
    """Read a file, name every error in it with its line, and change nothing."""
    from postroad.app.config import load

    checked = load(config)
    click.echo(texts.CHECKED(file=config, hostname=checked.hostname, data=checked.data))


@command.command
@click.argument("table", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def describe(table: str | None, as_json: bool) -> None:
    """Print the manual of every key, or of one TABLE such as mta or border.inbound."""
    from postroad.app.config import manual

    sections = [one for one in manual() if table is None or one.name == table]
    if not sections:
        names = ", ".join(one.name for one in manual() if one.name)
        raise Refusal(texts.NO_SUCH_TABLE, Exit.USAGE, table=table, choices=names)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(sections)).decode())
        return
    click.echo("\n\n".join(_section(one) for one in sections))


def _section(section: Section) -> str:
    """One table of the manual as text."""
    head = f"[{section.name}]  {section.about}" if section.name else section.about
    parts = [click.style(head, bold=True)]
    for entry in section.entries:
        default = f"default {entry.default}" if entry.default else "must be given"
        parts.append(
            f"\n  {click.style(entry.name, fg='cyan')}  ({entry.kind}; {default})\n"
            + click.wrap_text(entry.meaning, 96, "      ", "      ")
        )
    return "\n".join(parts)
