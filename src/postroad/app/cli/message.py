"""`postroad message`: a message taken apart, field by field and part by part."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from postroad.app.cli._table import json_option, octets, show_json
from postroad.app.texts import visible

if TYPE_CHECKING:
    from rich.tree import Tree

SHOWN_LINES = 40
"""Lines of the message's text on a terminal; `--json` gives more."""


@click.command
@click.argument("file", metavar="FILE|-", type=click.File("rb"))
@json_option
def command(file: IO[bytes], as_json: bool) -> None:
    """Take a message apart: its fields, parts, text, IMAP views and defects."""
    from postroad.message import describe, scan

    described = describe(scan(file.read()))
    if as_json:
        show_json(described)
    else:
        _show(described)


def _show(described: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.tree import Tree

    tree = Tree(_line(f"message, {octets(described['size'])}", "bold"))
    _fields(tree, described["fields"])
    _parts(tree, described["parts"])
    _texts(tree, described)
    Console(soft_wrap=True).print(tree)


def _fields(tree: Tree, fields: list[dict[str, Any]]) -> None:
    branch = tree.add(_line(f"fields: {len(fields)}", "bold"))
    for field in fields:
        node = branch.add(_line(f"{field['offset']:>6}  {field['name']}: {field['value']}"))
        if " ".join(field["raw"].split()) != " ".join(field["value"].split()):
            node.add(_line(f"raw: {field['raw'].strip()}", "dim"))
        for address in field.get("addresses", ()):
            node.add(_line(f"{address['address'] or '(no address)'}  {address['name']}"))
        if "date" in field:
            node.add(_line(field["date"] or "(not a date)"))
        for name, value in field.get("received", {}).items():
            node.add(_line(f"{name.replace('_', ' ')}: {value}"))


def _parts(tree: Tree, parts: list[dict[str, Any]]) -> None:
    branch = tree.add(_line(f"parts: {len(parts)}", "bold"))
    nodes: dict[str, Tree] = {}
    for part in parts:
        number = part["number"]
        parent = nodes.get(number.rpartition(".")[0], branch) if number else branch
        name = f"  {part['filename']}" if "filename" in part else ""
        text = (
            f"{number or 'message'}  {part['type']}  {part['encoding']}"
            f"  {part['bodyOffset']}–{part['end']}  {octets(part['size'])}{name}"
        )
        nodes[number] = parent.add(_line(text))
        for file in part.get("files", ()):
            nodes[number].add(_line(f"{file['kind']}: {file['name']}  {octets(file['size'])}"))


def _texts(tree: Tree, described: dict[str, Any]) -> None:
    lines = described["text"].split("\n")
    branch = tree.add(_line("text", "bold"))
    for line in lines[:SHOWN_LINES]:
        branch.add(_line(line))
    if len(lines) > SHOWN_LINES:
        branch.add(_line(f"… {len(lines) - SHOWN_LINES} more lines", "dim"))
    tree.add(_line("ENVELOPE", "bold")).add(_line(described["envelope"]))
    tree.add(_line("BODYSTRUCTURE", "bold")).add(_line(described["bodyStructure"]))
    defects = described["defects"]
    branch = tree.add(_line(f"defects: {len(defects)}", "bold"))
    for defect in defects:
        detail = f" ({defect['detail']})" if defect["detail"] else ""
        branch.add(_line(f"{defect['offset']:>6}  {defect['text']}{detail}", "yellow"))


def _line(text: str, style: str = "") -> Any:
    """One line whose control characters are made visible: the message is a stranger's."""
    from rich.text import Text

    return Text(visible(text), style=style)
