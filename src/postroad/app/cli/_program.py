"""The tree of commands, each in a module of its own that is imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

import postroad

COMMANDS = {
    "serve": "Run the server that a configuration file describes.",
    "config": "Explain and check configuration files.",
    "domain": "Add, list and remove the domains whose mail is kept here.",
    "account": "Add, list and remove the people who have mail here.",
    "alias": "Add, list and remove further addresses of people.",
    "send": "Submit a message by SMTP.",
    "probe": "Walk the six steps towards an address and explain each; sends nothing.",
    "journey": "Show what happened to a message, and why.",
    "queue": "Show which messages wait, and why.",
    "message": "Take a message apart: fields, parts, text, defects.",
    "lab": "A miniature Internet on loopback.",
}
"""Names in the order of the manual; each is the attribute `command` of a module beside this one."""


class _Commands(click.Group):
    """A group that knows the names of its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"postroad.app.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    name="postroad",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Messages are in the language of LANG or POSTROAD_LANG: English, Chinese or Japanese.",
)
@click.version_option(postroad.__version__, "-V", "--version", message="postroad %(version)s")
def postroad_command() -> None:
    """Postroad plays every part an e-mail meets between two people, and writes down why."""
