"""What a scenario claims, and whether it held: a list that a person and a program can read."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from postroad.lab.scenarios._world import World


@dataclass(frozen=True, slots=True)
class Expectation:
    """One claim. `detail` says what was seen, above all when the claim did not hold."""

    claim: str
    held: bool
    detail: str = ""


@dataclass(slots=True)
class Result:
    """A scenario's run. `seconds` is how long it took."""

    name: str
    expectations: list[Expectation] = field(default_factory=list)
    seconds: float = 0.0
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether something was claimed and all of it held."""
        held = all(expectation.held for expectation in self.expectations)
        return bool(self.expectations) and held and not self.error

    def expect(self, claim: str, held: bool, detail: object = "") -> None:
        """Write down one claim."""
        self.expectations.append(Expectation(claim, bool(held), str(detail)))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named story that is told with real servers."""

    name: str
    summary: str
    tell: Callable[[World, Result], Awaitable[None]]

    async def run(self, world: World) -> Result:
        """Tell it; what goes wrong on the way is part of the result."""
        result = Result(self.name)
        began = time.monotonic()
        try:
            await self.tell(world, result)
        except Exception as error:  # the top of a scenario: its result says what broke
            result.error = f"{type(error).__name__}: {error}"
        result.seconds = time.monotonic() - began
        return result
