"""What is wrong with a configuration, with the place where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from postroad.app.texts import Text, visible


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: `file`, `line` (0: the file as a whole) and a sentence for the person."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.sentence}"


class ConfigError(Exception):
    """The configuration cannot be used; `problems` are in the order of the file, never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def problem(file: str, line: int, text: Text, **values: str) -> Problem:
    """A problem whose sentence quotes `values` from the file harmlessly."""
    shown = {name: visible(value) for name, value in values.items()}
    return Problem(visible(file), line, text(**shown))
