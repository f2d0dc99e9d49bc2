"""The public surface of a package is a list, and every module says what it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import House

NUMBERED = "migrations"  # loaded by number, not imported


def test_every_package_that_re_exports_lists_its_names(house: House) -> None:
    missing = [
        house.name(file)
        for file in house.source.rglob("__init__.py")
        if imported(house.tree(file)) and exported(house.tree(file)) is None
    ]
    assert not missing, f"add __all__: {missing}"


def test_exported_names_are_sorted_exist_and_are_all_that_is_re_exported(house: House) -> None:
    wrong = []
    for file in house.source.rglob("__init__.py"):
        names = exported(house.tree(file))
        if names is None:
            continue
        known = defined(house.tree(file))
        wrong += [
            f"{house.name(file)}: {name} does not exist" for name in names if name not in known
        ]
        wrong += [
            f"{house.name(file)}: {name} is imported but not in __all__"
            for name in imported(house.tree(file)) - set(names)
            if name not in used(house.tree(file))
        ]
    assert not wrong, "\n".join(wrong)


def exported(tree: ast.Module) -> list[str] | None:
    """The strings of `__all__`, or None when there is none."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=items)):
                return [ast.literal_eval(item) for item in items]
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.List(elts=items)):
                return [ast.literal_eval(item) for item in items]
    return None


def imported(tree: ast.Module) -> set[str]:
    """Names that a package takes from the project's own modules."""
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("postroad")
        for alias in node.names
    }


def defined(tree: ast.Module) -> set[str]:
    """Every name that a module binds at its top."""
    names = imported(tree)
    for node in tree.body:
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


def used(tree: ast.Module) -> set[str]:
    """Names that the module itself reads."""
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def test_every_module_begins_with_a_sentence(house: House) -> None:
    silent = [
        house.name(file)
        for file in house.sources()
        if house.tree(file).body and not sentence(house.tree(file))
    ]
    assert not silent, f"say in the first line what it does: {silent}"


def sentence(tree: ast.Module) -> bool:
    """Whether a module's docstring begins with a sentence of its own."""
    first = (ast.get_docstring(tree) or "").partition("\n\n")[0]
    return first.rstrip().endswith((".", "!", "?", ":", ".)", "`")) and " " in first


def test_no_room_is_named_after_nothing(house: House) -> None:
    empty_words = {
        "utils",
        "util",
        "common",
        "core",
        "helpers",
        "helper",
        "managers",
        "manager",
        "misc",
    }
    named = [house.name(path) for path in house.source.rglob("*") if words(path) & empty_words]
    assert not named, f"name it after what it knows: {named}"


def words(path: Path) -> set[str]:
    """The words of a file's or folder's name."""
    return set(path.stem.lower().strip("_").split("_"))
