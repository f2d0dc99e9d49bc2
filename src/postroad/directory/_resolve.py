"""Whom an address stands for: follows aliases, tags, postmaster and catch-all to their ends.

At each step the first that applies wins: the account, the alias, the address without its tag,
`postmaster`, the catch-all. An alias that leads back to itself adds nothing, so every walk ends.

Standards: RFC 5321 §3.9 (aliases and lists), §4.5.1 (postmaster); RFC 5233 §3 (plus-addressing)
"""

from __future__ import annotations

from dataclasses import dataclass

from postroad.db import Row, Transaction
from postroad.directory._accounts import Account, account_of
from postroad.directory._aliases import MAX_TARGETS, alias_targets
from postroad.directory._names import POSTMASTER, Folded, fold, without_tag

MAX_DEPTH = 10
"""Steps from an address to its end; ours. RFC 5321 §6.3 asks for loop detection only."""

PLUS = "plus"

_LOOK_UP = (
    "SELECT d.catch_all, a.id, a.local, a.domain, a.name, a.quota, a.created FROM domain d"
    " LEFT JOIN account a ON a.domain = d.name AND a.local = ? WHERE d.name = ?"
)


@dataclass(frozen=True, slots=True)
class NotLocal:
    """The domain is not ours: whoever asks must look elsewhere."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The domain is ours, and nobody there answers to this name."""


@dataclass(frozen=True, slots=True)
class Final:
    """One end: an account here, or with `account` None an address elsewhere.

    `by` is the first step that changed the address: alias, plus, postmaster, catch-all, or "".
    """

    account: Account | None
    address: str
    by: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """Everybody an address stands for; at least one, each once."""

    finals: tuple[Final, ...]


Resolution = NotLocal | Unknown | Deliver


def resolve(tx: Transaction, address: str) -> Resolution:
    """Say whom `address` stands for. `postmaster` alone is that of our oldest domain."""
    folded = fold(address)
    if not folded.domain and folded.local == POSTMASTER:  # RFC 5321 §4.5.1
        folded = folded._replace(domain=_oldest_domain(tx))
    walk = _Walk(tx)
    if not walk.visit(folded, "", 0):
        return NotLocal()
    return Deliver(tuple(walk.finals.values())) if walk.finals else Unknown()


def owns(tx: Transaction, account_id: int, address: str) -> bool:
    """Whether the account may send as `address`: its own, with a tag, or an alias to it."""
    walk = _Walk(tx, own_names_only=True)
    folded = fold(address)
    walk.visit(folded, "", 0)
    return any(final.account and final.account.id == account_id for final in walk.finals.values())


class _Walk:
    """One look-up: where it has been, and the ends it has found."""

    def __init__(self, tx: Transaction, *, own_names_only: bool = False) -> None:
        self._tx = tx
        self._own_names_only = own_names_only
        self._seen: set[Folded] = set()
        self.finals: dict[str, Final] = {}

    def visit(self, address: Folded, by: str, depth: int) -> bool:
        """Follow one address; return whether its domain is ours."""
        rows = self._look_up(address)
        if not rows:
            return False
        catch_all, *account = rows[0]
        if address in self._seen or depth > MAX_DEPTH or len(self.finals) >= MAX_TARGETS:
            return True
        self._seen.add(address)
        if account[0] is not None:
            self._end(account_of(tuple(account)), by)
        elif targets := alias_targets(self._tx, address.domain, address.local):
            self._follow(targets, by or "alias", depth)
        elif name := without_tag(address.local):
            self.visit(Folded(name, address.domain), by or PLUS, depth + 1)
        elif not self._own_names_only:
            self._fall_back(address, by, catch_all, depth)
        return True

    def _look_up(self, address: Folded) -> list[Row]:
        return self._tx.execute(_LOOK_UP, (address.local, address.domain))

    def _follow(self, targets: list[str], by: str, depth: int) -> None:
        for target in targets:
            if not self.visit(fold(target), by, depth + 1):
                self.finals.setdefault(target, Final(None, target, by))

    def _fall_back(self, address: Folded, by: str, catch_all: str | None, depth: int) -> None:
        """Nobody has this name: the postmaster's duties, then the catch-all."""
        by = "" if by == PLUS else by  # taking the tag off did not help
        if address.local == POSTMASTER and (account := self._first_account(address.domain)):
            self._end(account, by or POSTMASTER)
        elif catch_all:
            self._follow([catch_all], by or "catch-all", depth)

    def _first_account(self, domain: str) -> Account | None:
        """The oldest account of the domain, else of this server: somebody must answer."""
        rows = self._tx.execute(
            "SELECT id, local, domain, name, quota, created FROM account"
            " ORDER BY domain <> ?, id LIMIT 1",
            (domain,),
        )
        return account_of(rows[0]) if rows else None

    def _end(self, account: Account, by: str) -> None:
        self.finals.setdefault(account.address, Final(account, account.address, by))


def _oldest_domain(tx: Transaction) -> str:
    rows = tx.execute("SELECT name FROM domain ORDER BY created, name LIMIT 1")
    return rows[0][0] if rows else ""
