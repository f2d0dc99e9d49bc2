"""Lock files pin every requirement with hashes and name no registry."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import House

LOCKS = ("requirements.txt", "requirements-dev.txt")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==", re.MULTILINE)


def normal(name: str) -> str:
    """A requirement's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!;~ ]", name, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(house: House, lock: str) -> None:
    text = (house.root / lock).read_text()
    assert "://" not in text and "--index" not in text and "--find-links" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(house: House, lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (house.root / lock).read_text())
    bare = [one for one in entries if PINNED.match(one) and "--hash=sha256:" not in one]
    assert not bare


def test_every_requirement_is_locked(house: House) -> None:
    project = tomllib.loads((house.root / "pyproject.toml").read_text())["project"]
    wanted = {normal(name) for name in project["dependencies"]}
    pinned = {normal(name) for name in PINNED.findall((house.root / LOCKS[0]).read_text())}
    assert wanted <= pinned, f"run `make lock`: {wanted - pinned}"


def test_every_tool_is_locked(house: House) -> None:
    project = tomllib.loads((house.root / "pyproject.toml").read_text())["project"]
    wanted = {normal(name) for name in project["optional-dependencies"]["dev"]}
    pinned = {normal(name) for name in PINNED.findall((house.root / LOCKS[1]).read_text())}
    assert wanted <= pinned, f"run `make lock`: {wanted - pinned}"
