"""The domains that are ours."""

from __future__ import annotations

from dataclasses import dataclass

from postroad.db import Transaction
from postroad.directory._names import fold_domain, parse_address, parse_domain
from postroad.directory.errors import DomainExists, DomainInUse, NoSuchDomain


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain we take mail for. `catch_all` is where mail for unknown names goes, or None."""

    name: str
    created: float
    catch_all: str | None = None


def add_domain(tx: Transaction, name: str, now: float) -> Domain:
    """Take mail for `name` from now on. Raises BadDomain, DomainExists."""
    domain = parse_domain(name)
    rows = tx.execute(
        "INSERT INTO domain (name, created) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING name",
        (domain, now),
    )
    if not rows:
        raise DomainExists(f"the domain {domain} is here already")
    return Domain(domain, now)


def remove_domain(tx: Transaction, name: str) -> None:
    """Take no more mail for `name`. Raises NoSuchDomain, DomainInUse."""
    domain = require_domain(tx, name)
    rows = tx.execute(
        "SELECT 'account', local FROM account WHERE domain = ?"
        " UNION ALL SELECT 'alias', local FROM alias WHERE domain = ? LIMIT 1",
        (domain, domain),
    )
    for kind, local in rows:
        raise DomainInUse(
            f"the domain {domain} still has the {kind} {local}@{domain}; remove it first"
        )
    tx.execute("DELETE FROM domain WHERE name = ?", (domain,))


def list_domains(tx: Transaction) -> list[Domain]:
    """Return all domains by name."""
    rows = tx.execute("SELECT name, created, catch_all FROM domain ORDER BY name")
    return [Domain(*row) for row in rows]


def is_local(tx: Transaction, domain: str) -> bool:
    """Whether we are the last stop for mail to `domain`, in any spelling."""
    return bool(tx.execute("SELECT 1 FROM domain WHERE name = ?", (fold_domain(domain),)))


def set_catch_all(tx: Transaction, domain: str, target: str | None) -> None:
    """Send mail for unknown names to `target`, or refuse it again with None.

    Raises NoSuchDomain, BadAddress.
    """
    name = require_domain(tx, domain)
    address = None if target is None else str(parse_address(target))
    tx.execute("UPDATE domain SET catch_all = ? WHERE name = ?", (address, name))


def require_domain(tx: Transaction, name: str) -> str:
    """Return the folded name of a domain of ours. Raises NoSuchDomain."""
    domain = fold_domain(name)
    if not is_local(tx, domain):
        raise NoSuchDomain(
            f"{domain} is not a domain here; `postroad domain add {domain}` makes it one"
        )
    return domain
