"""docs/limits.md: every named number in the source, its value, and where it comes from.

A limit is a constant of a module, in capitals, with a number as its value. Its source stands in a
docstring below it, which neighbouring lines share, or in a comment on its line. Without arguments
the page is compared with the source; `--write` writes it.
"""

from __future__ import annotations

import ast
import io
import operator
import sys
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "postroad"
PAGE = ROOT / "docs" / "limits.md"
HEAD = """# Limits

Written by `tools/check.py --fix` from the constants in `src/`; do not edit. Each is a named number
with the reason for its value. What an operator may change is a setting instead: those are printed
by `postroad config describe`.
"""

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
    ast.LShift: lambda left, right: int(left) << int(right),
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Limit:
    """One constant; `source` is its docstring, "" when it has none."""

    file: str
    line: int
    name: str
    value: float
    source: str


def number(node: ast.expr | None) -> float | None:
    """The value of an expression of numbers; None for anything else."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            positive = number(inner)
            return None if positive is None else -positive
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            one, two = number(left), number(right)
            return None if one is None or two is None else _OPERATORS[type(op)](one, two)
    return None


def limits(file: Path) -> Iterator[Limit]:
    """The constants of one module."""
    text = file.read_text()
    body = ast.parse(text).body
    comments = _comments(text)
    shared = _shared_docstrings(body)
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        found = number(value)
        if name.isupper() and not name.startswith("_") and found is not None:
            where = file.relative_to(ROOT).as_posix()
            source = comments.get(node.end_lineno or 0) or shared.get(node.lineno, "")
            yield Limit(where, node.lineno, name, found, source)


def _comments(text: str) -> dict[int, str]:
    """Comments by line."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {one.start[0]: one.string.lstrip("# ") for one in tokens if one.type == tokenize.COMMENT}


def _shared_docstrings(body: list[ast.stmt]) -> dict[int, str]:
    """The docstring below each line's statement, or below the neighbours that follow it at once."""
    found: dict[int, str] = {}
    for node, following in reversed(list(pairwise(body))):
        text = _docstring(following)
        if not text and following.lineno == (node.end_lineno or 0) + 1:
            text = found.get(following.lineno, "")
        found[node.lineno] = text
    return found


def _docstring(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return " ".join(text.split())
    return ""


def shown(value: float) -> str:
    """A number as a person reads it: 52,428,800, 0.1."""
    return f"{value:,}".removesuffix(".0")


def page(found: list[Limit]) -> str:
    """The whole of docs/limits.md, by room."""
    rooms: dict[str, list[Limit]] = defaultdict(list)
    for limit in found:
        rooms[Path(limit.file).relative_to("src/postroad").parent.as_posix()].append(limit)
    lines = [HEAD]
    for room in sorted(rooms):
        lines += [f"## {room}", "", "| limit | value | why |", "|---|---:|---|"]
        lines += [
            f"| [`{limit.name}`](../{limit.file}) | {shown(limit.value)} | {_cell(limit.source)} |"
            for limit in rooms[room]
        ]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    files = [file for file in sorted(SOURCE.rglob("*.py")) if "testing" not in file.parts]
    found = [limit for file in files for limit in limits(file)]
    if "--write" in sys.argv:
        PAGE.write_text(page(found))
    wrong = [
        f"{limit.file}:{limit.line}: {limit.name} needs its source, in a docstring below it or in "
        "a comment on its line"
        for limit in found
        if not limit.source
    ]
    if not PAGE.exists() or PAGE.read_text() != page(found):
        wrong.append(f"{PAGE.relative_to(ROOT)} is out of date: run `tools/check.py --fix`")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
