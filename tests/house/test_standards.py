"""The tools that collect citations of standards, and limits, can be trusted."""

from __future__ import annotations

import ast
import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import House


def load(house: House, name: str) -> ModuleType:
    """A tool as a module."""
    spec = importlib.util.spec_from_file_location(name, house.root / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def standards(house: House) -> ModuleType:
    return load(house, "standards")


@pytest.fixture(scope="module")
def limits(house: House) -> ModuleType:
    return load(house, "limits")


def cited(tool: ModuleType, folder: Path, source: str) -> list[tuple[int, str]]:
    file = folder / "sample.py"
    file.write_text(source)
    return [(one.rfc, one.section) for one in tool.citations(file)]


def test_further_sections_belong_to_the_standard_before_them(
    standards: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standards, "ROOT", tmp_path)
    found = cited(
        standards, tmp_path, '"""Standards: RFC 5321 §4.1.2 (Mailbox), §2.4; RFC 3461."""\n'
    )
    assert found == [(5321, "4.1.2"), (5321, "2.4"), (3461, "")]


def test_a_citation_may_be_broken_over_two_comment_lines(
    standards: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standards, "ROOT", tmp_path)
    assert cited(standards, tmp_path, "# as RFC 5321\n# §4.5.2 says\n") == [(5321, "4.5.2")]


def test_code_that_looks_like_a_citation_is_not_one(
    standards: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standards, "ROOT", tmp_path)
    assert cited(standards, tmp_path, "RFC = 5321\n") == []


def test_a_section_that_a_standard_lacks_is_noticed(
    standards: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Table of Contents\n\n4.5.2.  Transparency\n\nAppendix A.  Scenarios\n"
    monkeypatch.setattr(standards, "text_of", lambda _: text)
    assert standards.exists(1, "4.5.2") and standards.exists(1, "A")
    assert not standards.exists(1, "4.5") and not standards.exists(1, "9.9")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("64 * 1024", 65536),
        ("0.1", 0.1),
        ("1 << 10", 1024),
        ("-3", -3),
        ("f(1)", None),
        ("True", None),
    ],
)
def test_a_limit_is_computed_from_numbers_only(
    limits: ModuleType, expression: str, value: float | None
) -> None:
    assert limits.number(ast.parse(expression, mode="eval").body) == value
