"""Every text is there in every language, with the same places to fill."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from string import Formatter

import pytest

import postroad.app.texts
from postroad.app.texts import Text, language_of, visible, visible_json


def every_text() -> Iterator[tuple[str, Text]]:
    """All texts of all modules, those in tables included."""
    for module in pkgutil.iter_modules(postroad.app.texts.__path__, "postroad.app.texts."):
        for name, value in vars(importlib.import_module(module.name)).items():
            values = value.values() if isinstance(value, dict) else [value]
            for one in values:
                if isinstance(one, Text):
                    yield f"{module.name.rpartition('.')[2]}.{name}", one


def places(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize(("name", "text"), list(every_text()))
def test_every_language_says_it_with_the_same_places(name: str, text: Text) -> None:
    assert text.en.strip() and text.zh.strip() and text.ja.strip(), name
    assert places(text.en) == places(text.zh) == places(text.ja)


def test_no_translation_was_forgotten() -> None:
    same = [name for name, text in every_text() if len({text.en, text.zh, text.ja}) < 3]
    known_alike = {"config.TYPES"}  # “整数” is Chinese and Japanese
    assert set(same) <= known_alike


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LANG": "C.UTF-8", "POSTROAD_LANG": "zh-CN"}, "zh"),
        ({"LC_ALL": "ja", "LANG": "de_DE"}, "ja"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("plain 日本語　text", "plain 日本語　text"),
        ("a\r\nb\x1b[2J", r"a\x0d\x0ab\x1b[2J"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\udcff\x9b", r"\udcff\x9b"),
        ("\u2028\ufeff", r"\u2028\ufeff"),
    ],
)
def test_a_strangers_text_cannot_move_the_cursor(raw: str, safe: str) -> None:
    assert visible(raw) == safe


def test_json_for_a_terminal_says_the_same_and_moves_no_cursor() -> None:
    value = {"subject": "日本\x9b2J\u202e\x7f\u2028", "lines": ["a\n", "\\"]}
    written = json.dumps(value, ensure_ascii=False, indent=1)
    assert json.loads(visible_json(written)) == value
    assert all(char.isprintable() or char == "\n" for char in visible_json(written))
