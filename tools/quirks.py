"""docs/quirks.md: everything that is accepted, or done, beyond what a standard says, and why.

Three things are collected from the source: the constants of a module called `quirks`, with their
docstrings; the paragraph `Tolerances …:` of a module's docstring; and whatever follows `Quirk:` in
a comment or docstring. Without arguments the page is compared with the source; `--write` writes it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from standards import prose

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "postroad"
PAGE = ROOT / "docs" / "quirks.md"
HEAD = """# Quirks

Written by `tools/check.py --fix` from the source; do not edit. Mail in the wild is not what the
standards say. These are the places where Postroad reads, or does, something else than they ask for.
"""

_TOLERANCES = re.compile(r"^Tolerances[^:]*: *(.+?)(?:\n\n|\Z)", re.DOTALL | re.MULTILINE)
_QUIRK = re.compile(r"[Qq]uirks?(?: `[\w-]+`)?: *(.+?)(?:\n\n|[\"']{3}|\Z)", re.DOTALL)


def quirks(file: Path) -> Iterator[str]:
    """Every quirk of one module, each as one sentence or more."""
    text = file.read_text()
    if file.stem == "quirks":
        yield from _constants(ast.parse(text))
        return
    for _, words in prose(text):
        yield from (_one_line(found[1]) for found in _TOLERANCES.finditer(words))
        yield from (_one_line(found[1]) for found in _QUIRK.finditer(words))


def _constants(tree: ast.Module) -> Iterator[str]:
    """`NAME`: its docstring, for each constant."""
    for node, following in pairwise(tree.body):
        match node, following:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str() as why)),
            ):
                yield f"`{name}`: {_one_line(why)}"


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words[:1].upper() + words[1:].rstrip(".") + "."


def page() -> str:
    """The whole of docs/quirks.md, by room."""
    rooms: dict[str, list[str]] = defaultdict(list)
    for file in sorted(SOURCE.rglob("*.py")):
        name = file.relative_to(SOURCE)
        link = f"[{name.name}](../{file.relative_to(ROOT).as_posix()})"
        rooms[name.parent.as_posix()] += [f"- {quirk} ({link})" for quirk in quirks(file)]
    lines = [HEAD]
    for room in sorted(room for room, found in rooms.items() if found):
        lines += [f"## {room}", "", *rooms[room], ""]
    return "\n".join(lines)


def main() -> int:
    if "--write" in sys.argv:
        PAGE.write_text(page())
    if PAGE.exists() and PAGE.read_text() == page():
        return 0
    print(f"{PAGE.relative_to(ROOT)} is out of date: run `tools/check.py --fix`")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
