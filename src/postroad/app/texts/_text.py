"""One text in its three languages, and the choice among them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh", "ja"]

_VARIABLES = ("POSTROAD_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence with `{named}` places, once for each language."""

    en: str
    zh: str
    ja: str

    def __call__(self, **values: object) -> str:
        """The sentence in the language of the environment, its places filled with `values`."""
        return self.in_language(spoken_language(), **values)

    def in_language(self, language: Language, **values: object) -> str:
        """The sentence in `language`."""
        spoken = {"en": self.en, "zh": self.zh, "ja": self.ja}[language]
        return spoken.format(**values)


def sentences(*parts: str) -> str:
    """Whole sentences one after the other, with the space between them that the language wants."""
    return (" " if spoken_language() == "en" else "").join(part for part in parts if part)


def spoken_language() -> Language:
    """The language that the environment asks for."""
    return language_of(os.environ)


def language_of(environment: Mapping[str, str]) -> Language:
    """The language that the first variable set in `environment` names; English for any other.

    Traditional Chinese locales get simplified Chinese, which is nearer than English.
    """
    chosen = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    match chosen.lower().replace("-", "_").partition("_")[0].partition(".")[0]:
        case "zh":
            return "zh"
        case "ja":
            return "ja"
        case _:
            return "en"
