"""A directory in memory with two domains and three people."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from postroad import directory
from postroad.directory import Deliver, Verifiers
from postroad.testing.database import MemoryTransaction

NONE = Verifiers("no password", "no scram")


@dataclass
class Town:
    """A directory, and short words for what tests ask of it."""

    tx: MemoryTransaction = field(default_factory=MemoryTransaction)

    def __post_init__(self) -> None:
        for when, domain in enumerate(("beta.test", "gamma.test")):
            directory.add_domain(self.tx, domain, float(when))
        for name in ("bob@beta.test", "betty@beta.test", "carol@gamma.test"):
            self.person(name)

    def person(self, address: str) -> directory.Account:
        return directory.add_account(self.tx, address, NONE, now=1.0)

    def alias(self, address: str, *targets: str) -> None:
        directory.add_alias(self.tx, address, targets, 1.0)

    def ends(self, address: str) -> list[tuple[str, str]]:
        """Whom an address leads to: `local` or `elsewhere` addresses, and by which way."""
        found = directory.resolve(self.tx, address)
        assert isinstance(found, Deliver), found
        return [
            (end.address if end.account else f"elsewhere {end.address}", end.by)
            for end in found.finals
        ]

    def owns(self, name: str, address: str) -> bool:
        account = directory.get_account(self.tx, name)
        return directory.owns(self.tx, account.id, address)


@pytest.fixture
def town() -> Town:
    return Town()
