"""What the house tests look at: the project's folder and its Python files, parsed once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "postroad"
FOLDERS = ("src", "tests", "tools", "bench")


class House:
    """The project as files."""

    root = ROOT
    source = SOURCE

    def name(self, file: Path) -> str:
        """A file's path as a person writes it."""
        return file.relative_to(ROOT).as_posix()

    def sources(self) -> list[Path]:
        """Every Python file of the product."""
        return sorted(SOURCE.rglob("*.py"))

    def python_files(self) -> list[Path]:
        """Every Python file of the project, tests and tools included."""
        return [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]

    def tree(self, file: Path) -> ast.Module:
        """The syntax tree of a file."""
        return _tree(file)

    def documents(self) -> list[Path]:
        """Every Markdown page of the project."""
        return [
            *sorted(ROOT.glob("*.md")),
            *sorted((ROOT / "docs").rglob("*.md")),
            *self.furniture(),
        ]

    def furniture(self) -> list[Path]:
        """The README of every room."""
        return sorted(SOURCE.rglob("README.md"))


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), str(file))


@pytest.fixture(scope="session")
def house() -> House:
    return House()
