"""Files of at most 500 lines, functions of at most 60; ruff counts complexity and arguments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import House

FILE_LINES = 500
FUNCTION_LINES = 60
SHELL_LINES = 150  # server.py: what is longer hides a decision that belongs in service.py
TEST_LINES = 15


def test_no_file_is_longer_than_the_budget(house: House) -> None:
    lengths = {house.name(f): len(f.read_text().splitlines()) for f in house.python_files()}
    over = {name: lines for name, lines in lengths.items() if lines > FILE_LINES}
    assert not over, f"split by idea: {over}"


def test_no_shell_is_longer_than_the_budget(house: House) -> None:
    lengths = {
        house.name(f): len(f.read_text().splitlines()) for f in house.source.rglob("server.py")
    }
    over = {name: lines for name, lines in lengths.items() if lines > SHELL_LINES}
    assert not over, f"a decision hides in the shell: {over}"


def test_no_function_is_longer_than_the_budget(house: House) -> None:
    over = [
        f"{house.name(file)}:{node.lineno}: {node.name} has {length} lines"
        for file in house.python_files()
        for node in functions(house.tree(file))
        if (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not over, "\n".join(over)


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and inner ones included."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_no_test_body_is_longer_than_the_budget(house: House) -> None:
    over = [
        f"{house.name(file)}:{node.lineno}: {node.name} has {lines} lines, a fixture helps"
        for file in (house.root / "tests").rglob("test_*.py")
        for node in functions(house.tree(file))
        if node.name.startswith("test_") and (lines := body_lines(file, node)) > TEST_LINES
    ]
    assert not over, "\n".join(over)


def body_lines(file: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring and without empty lines."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body:
        return 0
    lines = file.read_text().splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(1 for line in lines if line.strip())
