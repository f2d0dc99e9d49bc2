"""A password comes from a prompt or from standard input, never from the command line."""

from __future__ import annotations

import sys

import click

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import directory as texts

MAX_LINE = 4096
"""Octets read of a line with a password; ours, four times the longest password."""

stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of stdin."
)


def ask(address: str, from_stdin: bool, *, twice: bool = True) -> str:
    """The password for `address`. Raises Refusal when none can be had."""
    if not from_stdin:
        return _prompted(address, twice)
    raw = sys.stdin.buffer.readline(MAX_LINE).rstrip(b"\r\n")
    try:
        password = raw.decode()
    except UnicodeDecodeError:
        raise Refusal(texts.BAD_PASSWORD, Exit.USAGE, subject=address) from None
    if not password:
        raise Refusal(texts.PASSWORD_EMPTY, Exit.USAGE)
    return password


def _prompted(address: str, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise Refusal(texts.PASSWORD_NO_TERMINAL, Exit.USAGE)
    again = texts.PASSWORD_AGAIN() if twice else False
    question = texts.PASSWORD_PROMPT(address=address)
    password: str = click.prompt(question, hide_input=True, confirmation_prompt=again, err=True)
    return password
