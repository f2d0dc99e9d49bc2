"""Every room is furnished alike: a short README, one frozen class of settings, described."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import House

README_LINES = 60
MINUTE_READ = 3  # a README shorter than this says nothing
GROUPS = {"protocols", "mra"}  # folders of rooms: each room inside has its own README
UNFURNISHED = {"testing", "app"}  # no room of a message's way


def rooms(source: Path) -> list[Path]:
    """The folders that are rooms, with those inside the groups."""
    folders = [path for path in source.iterdir() if (path / "__init__.py").exists()]
    inner = [
        path
        for folder in folders
        if folder.name in GROUPS
        for path in folder.iterdir()
        if (path / "__init__.py").exists()
    ]
    plain = [path for path in folders if path.name not in GROUPS | UNFURNISHED]
    return sorted([*plain, *inner])


def test_every_room_has_a_readme(house: House) -> None:
    bare = [house.name(room) for room in rooms(house.source) if not (room / "README.md").exists()]
    assert not bare, f"say what enters, what leaves, the standards and the invariants: {bare}"


def test_a_readme_is_read_in_a_minute(house: House) -> None:
    lengths = {house.name(f): len(f.read_text().splitlines()) for f in house.furniture()}
    wrong = {name: n for name, n in lengths.items() if not MINUTE_READ < n <= README_LINES}
    assert not wrong, f"between {MINUTE_READ} and {README_LINES} lines: {wrong}"


def settings(house: House) -> list[tuple[str, ast.ClassDef]]:
    """Every class of settings, with the file it is in."""
    files = [*house.source.rglob("config.py"), house.source / "app" / "config" / "_shape.py"]
    return [
        (house.name(file), node)
        for file in files
        for node in house.tree(file).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Config")
    ]


@pytest.mark.parametrize("promise", ["frozen", "kw_only", "forbid_unknown_fields"])
def test_settings_are_frozen_and_closed(house: House, promise: str) -> None:
    loose = [
        f"{file}: {node.name}"
        for file, node in settings(house)
        if promise not in {word.arg for word in node.keywords if ast.unparse(word.value) == "True"}
    ]
    assert not loose, f"{promise}=True is missing: {loose}"


def test_every_setting_is_read_somewhere(house: House) -> None:
    read = {
        node.attr
        for file in house.sources()
        for node in ast.walk(house.tree(file))
        if isinstance(node, ast.Attribute)
    }
    unread = [
        f"{file}: {node.name}.{name}"
        for file, node in settings(house)
        for name in fields(node)
        if name not in read
    ]
    assert not unread, f"a setting that does nothing is a lie: {unread}"


def fields(node: ast.ClassDef) -> list[str]:
    """The names that a class of settings declares."""
    return [
        one.target.id
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]


def test_every_setting_says_what_it_means(house: House) -> None:
    from postroad.app.config import manual

    silent = [
        f"{one.name}.{e.name}" for one in manual() for e in one.entries if len(e.meaning) < 15
    ]
    assert not silent, f"describe in Meta(description=…): {silent}"


def test_the_webmail_comes_with_its_import_contract(house: House) -> None:
    if (house.source / "mua").exists():
        contracts = (house.root / "pyproject.toml").read_text()
        assert 'source_modules = ["postroad.mua"]' in contracts, "add contract 6, see pyproject"
