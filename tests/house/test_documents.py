"""Documents say what is there: links lead somewhere, commands and options exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import postroad
from postroad.app.cli import program

if TYPE_CHECKING:
    from conftest import House

LINK = re.compile(
    r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\""
)
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
COMMAND = re.compile(
    r"^(?:sudo (?:-E )?-u \w+ )?(?:[\w./]*/)?(postroad|make)((?:[ \t]+[\w.@:/=,<>\"'-]+)*)",
    re.MULTILINE,
)
DIRECTORY_OPTION = re.compile(r"-C \S+ ?")
TEXT_FILES = {".py", ".md", ".toml", ".txt", ".sql", ".svg", ".css", ".js", ".service", ".eml"}
PAGES = ("README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE")


@pytest.mark.parametrize("page", PAGES)
def test_the_page_exists(house: House, page: str) -> None:
    assert (house.root / page).read_text().strip()


def test_the_licence_is_apache_2(house: House) -> None:
    text = (house.root / "LICENSE").read_text()
    assert "Apache License" in text and "Version 2.0" in text and "END OF TERMS" in text


def test_the_changelog_names_this_version(house: House) -> None:
    assert f"## {postroad.__version__}" in (house.root / "CHANGELOG.md").read_text()


def test_every_link_inside_the_project_leads_somewhere(house: House) -> None:
    broken = [
        f"{house.name(page)}: {target}"
        for page in house.documents()
        for target in local_links(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert not broken, "\n".join(broken)


def local_links(text: str) -> Iterator[str]:
    """Targets of links that are files; anchors are left off."""
    for found in LINK.finditer(text):
        target = next(group for group in found.groups() if group).partition("#")[0]
        if target and "://" not in target and not target.startswith("mailto:"):
            yield target


def test_every_command_that_a_document_names_exists(house: House) -> None:
    wrong = [
        f"{house.name(page)}: {complaint}"
        for page in house.documents()
        for complaint in unknown_commands(page.read_text())
    ]
    assert not wrong, "\n".join(wrong)


def unknown_commands(text: str) -> Iterator[str]:
    """What a text's code says that neither the Makefile nor the command line knows."""
    for code in CODE.finditer(text):
        for found in COMMAND.finditer(code[1] or code[2]):
            words = DIRECTORY_OPTION.sub("", found[2]).split()
            if found[1] == "make":
                yield from (f"make {word}" for word in words[:1] if word not in make_targets())
            else:
                yield from unknown_words(words)


@cache
def make_targets() -> frozenset[str]:
    """The targets of the Makefile."""
    makefile = Path(__file__).parents[2] / "Makefile"
    return frozenset(re.findall(r"^([a-z-]+):", makefile.read_text(), re.MULTILINE))


def unknown_words(words: list[str]) -> Iterator[str]:
    """Subcommands and options that `postroad` does not have."""
    command: click.Command = program()
    context = click.Context(command)
    said = "postroad"
    for word in words:
        if word.startswith("--"):
            options = {name for one in command.get_params(context) for name in one.opts}
            if word.partition("=")[0] not in options:
                yield f"{said} {word}"
        elif isinstance(command, click.Group):
            inner = command.get_command(context, word)
            said = f"{said} {word}"
            if inner is None:
                yield said
                return
            command = inner


def test_a_command_that_does_not_exist_is_noticed() -> None:
    wrong = list(unknown_commands("`postroad serve --confug x` and `postroad fly` and `make tea`"))
    assert wrong == ["postroad serve --confug", "postroad fly", "make tea"]


def headings(page: Path) -> list[int]:
    """The levels of a page's headings, in order, outside code."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    return [len(level) for level in re.findall(r"^(#+) ", text, re.MULTILINE)]


def test_both_readmes_have_the_same_parts(house: House) -> None:
    english, chinese = house.root / "README.md", house.root / "README.zh-CN.md"
    assert headings(english) == headings(chinese)


def test_both_readmes_show_the_same_commands(house: House) -> None:
    def blocks(name: str) -> list[str]:
        text = re.sub(r"#[^\n]*", "", (house.root / name).read_text())
        return [block.split()[:1][0] for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)]

    assert blocks("README.md") == blocks("README.zh-CN.md")


def test_decisions_are_numbered_without_gaps(house: House) -> None:
    numbers = [int(file.name[:4]) for file in sorted((house.root / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_file_names_a_folder_of_somebodys_machine(house: House) -> None:
    private = re.compile("(?<![\\w.~-])/" + "(?:work|root|home|Users)/[a-z]")
    folders = ("src", "tests", "tools", "docs", "deploy", "bench")
    files = [path for folder in folders for path in (house.root / folder).rglob("*.*")]
    texts = [file for file in [*files, *house.root.glob("*.*")] if file.suffix in TEXT_FILES]
    named = [house.name(file) for file in texts if private.search(file.read_text(errors="replace"))]
    assert not named
