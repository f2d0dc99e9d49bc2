"""Addresses that stand for others, here or elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from postroad.db import Transaction
from postroad.directory._accounts import find
from postroad.directory._domains import require_domain
from postroad.directory._names import fold, parse_address
from postroad.directory.errors import AccountExists, AliasExists, BadAddress, NoSuchAlias

MAX_TARGETS = 1_000
"""Targets of one alias; ours: each accepted message becomes as many."""


@dataclass(frozen=True, slots=True)
class Alias:
    """An address and those it stands for, in order."""

    address: str
    targets: tuple[str, ...]


def add_alias(tx: Transaction, address: str, targets: Sequence[str], now: float) -> Alias:
    """Let `address` stand for `targets`.

    Raises BadAddress, NoSuchDomain, AccountExists, AliasExists.
    """
    folded = parse_address(address)
    require_domain(tx, folded.domain)
    parsed = sorted({str(parse_address(target)) for target in targets})
    if not 1 <= len(parsed) <= MAX_TARGETS:
        raise BadAddress(f"an alias has 1 to {MAX_TARGETS} targets; {folded} got {len(parsed)}")
    if find(tx, folded):
        raise AccountExists(f"{folded} is an account; an alias needs an address of its own")
    if alias_targets(tx, folded.domain, folded.local):
        raise AliasExists(f"{folded} is an alias already; remove it before you change it")
    for target in parsed:
        tx.execute(
            "INSERT INTO alias (domain, local, target, created) VALUES (?, ?, ?, ?)",
            (folded.domain, folded.local, target, now),
        )
    return Alias(str(folded), tuple(parsed))


def remove_alias(tx: Transaction, address: str) -> None:
    """Remove the alias. Raises NoSuchAlias."""
    folded = fold(address)
    rows = tx.execute(
        "DELETE FROM alias WHERE domain = ? AND local = ? RETURNING target",
        (folded.domain, folded.local),
    )
    if not rows:
        raise NoSuchAlias(f"there is no alias {folded}")


def list_aliases(tx: Transaction, domain: str | None = None) -> list[Alias]:
    """Return the aliases of `domain`, or all, by address."""
    rows = tx.execute(
        "SELECT domain, local, target FROM alias WHERE domain = coalesce(?, domain)"
        " ORDER BY domain, local, target",
        (domain,),
    )
    found: dict[str, list[str]] = {}
    for name, local, target in rows:
        found.setdefault(f"{local}@{name}", []).append(target)
    return [Alias(address, tuple(targets)) for address, targets in found.items()]


def alias_targets(tx: Transaction, domain: str, local: str) -> list[str]:
    """Return the targets of an exact address; none when it is no alias."""
    rows = tx.execute(
        "SELECT target FROM alias WHERE domain = ? AND local = ? ORDER BY target", (domain, local)
    )
    return [row[0] for row in rows]
