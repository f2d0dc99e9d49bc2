"""`postroad message`: a message taken apart, field by field and part by part."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.cli._table import json_option, octets, show_json
from postroad.app.texts import message as texts
from postroad.app.texts import visible

if TYPE_CHECKING:
    from rich.tree import Tree

SHOWN_LINES = 40
"""Lines of the message's text on a terminal; `--json` gives more."""
PIPE_COLUMNS = 1_000_000
"""The width of what is no terminal: a program that reads us wants whole lines."""


@click.command
@click.argument("file", metavar="FILE|-")
@json_option
def command(file: str, as_json: bool) -> None:
    """Take a message apart: its fields, parts, text, IMAP views and defects."""
    from postroad.message import describe, scan

    described = describe(scan(_read(file)))
    if as_json:
        show_json(described)
    else:
        _show(described)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or str(failure)
        raise Refusal(texts.CANNOT_READ, Exit.USAGE, file=file, reason=reason) from None


def _show(described: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.tree import Tree

    tree = Tree(_line(texts.MESSAGE(size=octets(described["size"])), "bold"))
    _fields(tree, described["fields"])
    _parts(tree, described["parts"])
    _texts(tree, described)
    Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS).print(tree)


def _fields(tree: Tree, fields: list[dict[str, Any]]) -> None:
    branch = tree.add(_line(texts.FIELDS(count=len(fields)), "bold"))
    for field in fields:
        node = branch.add(_line(f"{field['offset']:>6}  {field['name']}: {field['value']}"))
        if " ".join(field["raw"].split()) != " ".join(field["value"].split()):
            node.add(_line(texts.RAW(value=field["raw"].strip()), "dim"))
        for address in field.get("addresses", ()):
            shown = address["address"] or texts.NO_ADDRESS()
            node.add(_line(f"{shown}  {address['name']}".rstrip()))
        if "date" in field:
            node.add(_line(field["date"] or texts.NO_DATE()))
        for name, value in field.get("received", {}).items():
            node.add(_line(f"{name.replace('_', ' ')}: {value}"))


def _parts(tree: Tree, parts: list[dict[str, Any]]) -> None:
    branch = tree.add(_line(texts.PARTS(count=len(parts)), "bold"))
    nodes: dict[str, Tree] = {}
    for part in parts:
        number = part["number"]
        outer = number.rpartition(".")[0]
        parent = nodes.get(f"{outer}.TEXT") or nodes.get(outer) or branch
        name = f"  {part['filename']}" if "filename" in part else ""
        text = (
            f"{number or texts.WHOLE()}  {part['type']}  {part['encoding']}"
            f"  {part['bodyOffset']}–{part['end']}  {octets(part['size'])}{name}"
        )
        nodes[number] = parent.add(_line(text))
        for file in part.get("files", ()):
            nodes[number].add(_line(f"{file['kind']}: {file['name']}  {octets(file['size'])}"))


def _texts(tree: Tree, described: dict[str, Any]) -> None:
    lines = described["text"].split("\n")
    branch = tree.add(_line(texts.SHOWN_TEXT(), "bold"))
    for line in lines[:SHOWN_LINES]:
        branch.add(_line(line))
    if len(lines) > SHOWN_LINES:
        branch.add(_line(texts.MORE_LINES(count=len(lines) - SHOWN_LINES), "dim"))
    tree.add(_line("ENVELOPE", "bold")).add(_line(described["envelope"]))
    tree.add(_line("BODYSTRUCTURE", "bold")).add(_line(described["bodyStructure"]))
    defects = described["defects"]
    branch = tree.add(_line(texts.DEFECTS(count=len(defects)), "bold"))
    for defect in defects:
        detail = f" ({defect['detail']})" if defect["detail"] else ""
        kind = texts.DEFECT_KINDS[defect["kind"]]()
        branch.add(_line(f"{defect['offset']:>6}  {kind}{detail}", "yellow"))


def _line(text: str, style: str = "") -> Any:
    """One line whose control characters are made visible: the message is a stranger's."""
    from rich.text import Text

    return Text(visible(text), style=style, overflow="fold")
