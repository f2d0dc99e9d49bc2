"""`postroad probe`: the six steps towards an address, every line of them, and what each means."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from postroad.app.cli._exit import Exit
from postroad.app.cli._network import host_and_port, mailbox, nameserver_option, resolver
from postroad.app.cli._table import json_option, show_json
from postroad.app.texts import probe as texts
from postroad.app.texts import visible

if TYPE_CHECKING:
    from postroad.app.cli._walk import Line, Question, Step, Walked

_COLOURS = {">": "cyan", "<": "green", "·": "yellow"}
_CODES = {
    "accepted": Exit.DONE,
    "refused": Exit.NO,
    "later": Exit.TEMPORARY,
    "unreachable": Exit.UNAVAILABLE,
}


class _Options(TypedDict):
    """The options of the walk."""

    sender: str
    helo: str
    host: str
    port: int
    no_starttls: bool
    timeout: float


@click.command
@click.argument("address")
@click.option("--from", "sender", default="", metavar="ADDRESS", help="MAIL FROM; else it is <>.")
@click.option("--helo", default="", metavar="NAME", help="Our name; else the address we come from.")
@click.option("--host", default="", metavar="HOST[:PORT]", help="Ask this host instead of the MX.")
@click.option("--port", default=25, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-starttls", is_flag=True, help="Stay in clear.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds for each connection.")
@nameserver_option
@json_option
def command(
    address: str, nameservers: tuple[str, ...], as_json: bool, **options: Unpack[_Options]
) -> int:
    """Walk the six steps towards ADDRESS: MX, connect, EHLO, MAIL FROM, RCPT TO, QUIT.

    Every line that is exchanged is shown with what it means. No message is sent. The exit code says
    how it ended: 0 accepted, 1 refused, 75 not now, 69 unreachable.
    """
    question = _question(mailbox(address), options)
    walked = asyncio.run(_walk(question, nameservers, quiet=as_json))
    if as_json:
        show_json(walked)
    else:
        verdict = texts.VERDICTS[walked.verdict](address=visible(walked.address))
        click.secho(f"\n{verdict}", bold=True)
    return _CODES[walked.verdict]


def _question(address: str, options: _Options) -> Question:
    from postroad.app.cli._walk import Question

    host, port = options["host"], options["port"]
    if host:
        host, port = host_and_port(host, port)
    return Question(
        address=address,
        sender=mailbox(options["sender"]) if options["sender"] else "",
        hello=options["helo"],
        host=host,
        port=port,
        starttls=not options["no_starttls"],
        timeout=options["timeout"],
    )


async def _walk(question: Question, nameservers: tuple[str, ...], *, quiet: bool) -> Walked:
    from postroad.app.cli._walk import Step, walk

    def show(happened: Step | Line) -> None:
        if isinstance(happened, Step):
            _show_step(happened, question)
        else:
            _show_line(happened)

    async with resolver(nameservers) as lookups:
        watch = (lambda _: None) if quiet else show
        return await walk(question, lookups, watch=watch)


def _show_step(step: Step, question: Question) -> None:
    values = {"address": visible(question.address), "domain": visible(question.domain)}
    click.secho(f"\n{texts.STEPS[step.name](**values)}", bold=True)


def _show_line(line: Line) -> None:
    colour = _COLOURS[line.direction]
    click.echo(f"   {click.style(line.direction, fg=colour)} {visible(line.text)}")
    if line.meaning:
        click.secho(f"       {line.meaning}", dim=True)
