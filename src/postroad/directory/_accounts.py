"""The people who have a mailbox, and what is kept to know them again."""

from __future__ import annotations

from dataclasses import dataclass

from postroad.db import Row, Transaction
from postroad.directory._domains import require_domain
from postroad.directory._names import Folded, fold, fold_domain, parse_address, parse_name
from postroad.directory._verifiers import Verifiers
from postroad.directory.errors import AccountExists, AliasExists, BadQuota, NoSuchAccount


@dataclass(frozen=True, slots=True)
class Account:
    """A person with a mailbox. `quota` is octets, None without limit; `id` is never used again."""

    id: int
    address: str
    name: str
    quota: int | None
    created: float


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account and its verifiers. `version` grows with each change of password."""

    account: Account
    verifiers: Verifiers
    version: int


_INSERT = (
    "INSERT INTO account (domain, local, name, quota, password, scram, credential_version, created)"
    " VALUES (?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (domain, local) DO NOTHING"
    " RETURNING id, local, domain, name, quota, created"
)
_DELETE = (
    "DELETE FROM account WHERE domain = ? AND local = ?"
    " RETURNING id, local, domain, name, quota, created"
)
_SET_VERIFIERS = (
    "UPDATE account SET password = ?, scram = ?, credential_version = credential_version + 1"
    " WHERE domain = ? AND local = ? RETURNING id, local, domain, name, quota, created"
)
_SET_QUOTA = (
    "UPDATE account SET quota = ? WHERE domain = ? AND local = ?"
    " RETURNING id, local, domain, name, quota, created"
)
_FIND = "SELECT id, local, domain, name, quota, created FROM account WHERE domain = ? AND local = ?"
_LIST = "SELECT id, local, domain, name, quota, created FROM account ORDER BY domain, local"
_CREDENTIALS = (
    "SELECT id, local, domain, name, quota, created, password, scram, credential_version"
    " FROM account WHERE domain = ? AND local = ?"
)


def account_of(row: Row) -> Account:
    """Make an Account of a row (id, local, domain, name, quota, created)."""
    number, local, domain, name, quota, created = row
    return Account(number, f"{local}@{domain}", name, quota, created)


def add_account(
    tx: Transaction,
    address: str,
    verifiers: Verifiers,
    *,
    name: str = "",
    quota: int | None = None,
    now: float,
) -> Account:
    """Give somebody an address.

    Raises BadAddress, BadName, BadQuota, NoSuchDomain, AccountExists, AliasExists.
    """
    folded = parse_address(address)
    require_domain(tx, folded.domain)
    _check_quota(quota)
    if tx.execute(
        "SELECT 1 FROM alias WHERE domain = ? AND local = ?", (folded.domain, folded.local)
    ):
        raise AliasExists(f"{folded} is an alias; remove it before you make it an account")
    rows = tx.execute(
        _INSERT,
        (
            folded.domain,
            folded.local,
            parse_name(name),
            quota,
            verifiers.password,
            verifiers.scram,
            now,
        ),
    )
    if not rows:
        raise AccountExists(f"{folded} has an account already")
    return account_of(rows[0])


def remove_account(tx: Transaction, address: str) -> Account:
    """Remove the account and return it as it was; its mail is the store's to delete.

    Raises NoSuchAccount.
    """
    folded = fold(address)
    rows = tx.execute(_DELETE, (folded.domain, folded.local))
    return _only(rows, folded)


def list_accounts(tx: Transaction, domain: str | None = None) -> list[Account]:
    """Return the accounts of `domain`, or all, by address."""
    rows = tx.execute(_LIST)
    wanted = None if domain is None else fold_domain(domain)
    return [account_of(row) for row in rows if wanted in (None, row[2])]


def get_account(tx: Transaction, address: str) -> Account:
    """Return the account whose own address this is. Raises NoSuchAccount."""
    folded = fold(address)
    return _only(find(tx, folded), folded)


def set_password(tx: Transaction, address: str, verifiers: Verifiers) -> Account:
    """Replace the verifiers; what was remembered about the old ones ends. Raises NoSuchAccount."""
    folded = fold(address)
    rows = tx.execute(
        _SET_VERIFIERS,
        (verifiers.password, verifiers.scram, folded.domain, folded.local),
    )
    return _only(rows, folded)


def set_account_quota(tx: Transaction, address: str, quota: int | None) -> Account:
    """Change what the account may use; tell the store too. Raises NoSuchAccount, BadQuota."""
    folded = fold(address)
    _check_quota(quota)
    rows = tx.execute(
        _SET_QUOTA,
        (quota, folded.domain, folded.local),
    )
    return _only(rows, folded)


def find(tx: Transaction, address: Folded) -> list[Row]:
    """Return the row of an exact address for `account_of`, or nothing."""
    return tx.execute(_FIND, (address.domain, address.local))


def credentials(tx: Transaction, address: str) -> Credentials | None:
    """Return the account and verifiers of an address, None when it has none."""
    folded = fold(address)
    rows = tx.execute(
        _CREDENTIALS,
        (folded.domain, folded.local),
    )
    if not rows:
        return None
    password, scram, version = rows[0][6:]
    return Credentials(account_of(rows[0][:6]), Verifiers(password, scram), version)


def _only(rows: list[Row], address: Folded) -> Account:
    if not rows:
        raise NoSuchAccount(f"there is no account {address}")
    return account_of(rows[0])


def _check_quota(quota: int | None) -> None:
    if quota is not None and quota < 0:
        raise BadQuota("a quota is a number of octets, or none")
