"""`postroad send`: one message, composed here or taken from a file, handed to a server by SMTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from postroad.app.cli import _password
from postroad.app.cli._exit import Exit, Refusal
from postroad.app.cli._network import host_and_port, nameserver_option, resolver
from postroad.app.texts import send as texts
from postroad.app.texts import visible

if TYPE_CHECKING:
    from postroad.app.cli._letter import Letter
    from postroad.app.cli._submit import Server, Tls
    from postroad.protocols.smtp import Result

SUBMISSION_PORT = 587
"""Where people's programs send (RFC 6409 §3.1)."""

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class _Options(TypedDict):
    """The options as click gives them."""

    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Path, ...]
    file: Path | None
    server: str
    tls: Tls
    ca_file: Path | None
    insecure: bool
    user: str
    password_stdin: bool
    timeout: float
    nameservers: tuple[str, ...]
    verbose: bool


@click.command
@click.option("--from", "sender", default="", metavar="ADDRESS", help="Who sends it.")
@click.option("--to", multiple=True, metavar="ADDRESS", help="Who receives it; once or more.")
@click.option("--cc", multiple=True, metavar="ADDRESS", help="Who receives a copy.")
@click.option("--bcc", multiple=True, metavar="ADDRESS", help="… unknown to the others.")
@click.option("--subject", default="", help="The subject, in any script.")
@click.option("--text", default="", help="The text; else it is read from standard input.")
@click.option("--attach", "attachments", multiple=True, type=_FILE, help="A file to attach.")
@click.option("--file", type=_FILE, help="A whole message, sent as it is (Bcc is taken out).")
@click.option("--server", required=True, metavar="HOST[:PORT]", help="Port 587 unless given.")
@click.option(
    "--tls",
    type=click.Choice(["auto", "implicit", "starttls", "never"]),
    default="auto",
    show_default=True,
    help="auto: implicit on port 465, else STARTTLS when offered.",
)
@click.option("--ca-file", type=_FILE, help="PEM file of the authority to believe.")
@click.option("--insecure", is_flag=True, help="Believe any certificate.")
@click.option("--user", default="", help="Log in as this user; the password is asked for.")
@_password.stdin_option
@click.option("--timeout", default=30.0, show_default=True, help="Seconds to connect.")
@nameserver_option
@click.option("-v", "--verbose", is_flag=True, help="Show the dialogue.")
def command(**options: Unpack[_Options]) -> int:
    """Send a message by SMTP: submit it as a user, or hand it to a host.

    \b
    postroad send --server mail.example.org --user alice@example.org \\
        --from alice@example.org --to bob@example.net --subject Hello --text "How are you?"
    """
    letter = _letter(options)
    results = asyncio.run(_submit(letter, _server(options), options))
    host = visible(options["server"])
    for one in results:
        text = texts.TAKEN if one.reply.positive else texts.NOT_TAKEN
        click.echo(text(address=visible(one.address), host=host, reply=visible(str(one.reply))))
    return _code(results)


def _code(results: list[Result]) -> Exit:
    if any(one.reply.permanent for one in results):
        return Exit.NO
    return Exit.TEMPORARY if any(one.reply.transient for one in results) else Exit.DONE


def _letter(options: _Options) -> Letter:
    from postroad.app.cli._letter import Wanted, compose, read_text, ready

    wanted = Wanted(
        sender=options["sender"],
        to=options["to"],
        cc=options["cc"],
        bcc=options["bcc"],
        subject=options["subject"],
        text=options["text"],
        attachments=options["attachments"],
    )
    if options["file"] is None:
        text = read_text(options["text"], stdin_is_taken=options["password_stdin"])
        return compose(wanted, text)
    for option in ("text", "subject", "cc", "bcc", "attachments"):
        if getattr(wanted, option):
            name = "--attach" if option == "attachments" else f"--{option}"
            raise Refusal(texts.FILE_AND_TEXT, Exit.USAGE, option=name)
    return ready(options["file"].read_bytes(), wanted)


def _server(options: _Options) -> Server:
    from postroad.app.cli._submit import Server

    host, port = host_and_port(options["server"], SUBMISSION_PORT)
    user = options["user"]
    return Server(
        host=host,
        port=port,
        tls=options["tls"],
        ca_file=options["ca_file"],
        insecure=options["insecure"],
        user=user,
        password=_password.ask(user, options["password_stdin"], twice=False) if user else "",
        timeout=options["timeout"],
    )


async def _submit(letter: Letter, server: Server, options: _Options) -> list[Result]:
    from postroad.app.cli._submit import submit

    def show(direction: str, line: str) -> None:
        if options["verbose"]:
            click.echo(f"{direction} {visible(line)}", err=True)

    async with resolver(options["nameservers"]) as lookups:
        return await submit(letter, server, lookups, show)
