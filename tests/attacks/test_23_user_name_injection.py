"""Attack 23: a user name is only ever a value; no SQL, no path, no expansion."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroad import directory
from postroad.db import Transaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Authenticator, DirectoryError, NotLocal, Unknown, Verifiers
from postroad.testing.database import MemoryTransaction
from postroad.testing.loop import on_loop

NAMES = [
    "bob@beta.test' OR '1'='1",
    "' OR 1=1 --",
    "bob'--@beta.test",
    "'; DROP TABLE account; --@beta.test",
    "%@beta.test",
    "_ob@beta.test",
    "*@beta.test",
    "../../etc/passwd@beta.test",
    "%u@beta.test",
    "${HOME}@beta.test",
    "bob@beta.test\0",
    "bob\0@beta.test",
    "bob@beta.test\r\n",
    "*)(uid=*@beta.test",
    "bob@beta.test bob@beta.test",
    "x" * 1_000_000 + "@beta.test",
]


def settle_in(tx: Transaction) -> None:
    directory.add_domain(tx, "beta.test", 1.0)
    directory.add_account(tx, "bob@beta.test", Verifiers("hash", ""), now=1.0)


@on_loop
async def test_no_spelling_of_a_user_name_logs_in_as_somebody() -> None:
    db = open_sqlite(None)
    await db.write(settle_in)
    auth = Authenticator(db, verify=lambda stored, prepared: stored == "hash")
    assert await auth.check_password("bob@beta.test", "any")
    for name in NAMES:
        assert await auth.check_password(name, "any") is None
    assert await db.read(partial(directory.get_account, address="bob@beta.test"))
    auth.close()
    await db.close()


@pytest.fixture(scope="module")
def tx() -> MemoryTransaction:
    made = MemoryTransaction()
    settle_in(made)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_no_spelling_of_an_address_finds_somebody(tx: MemoryTransaction, name: str) -> None:
    assert directory.resolve(tx, name) in (Unknown(), NotLocal())
    assert not directory.owns(tx, 1, name)


@pytest.mark.parametrize("name", NAMES)
def test_none_of_them_becomes_an_account_or_an_alias(tx: MemoryTransaction, name: str) -> None:
    allowed = {"%@beta.test", "_ob@beta.test", "*@beta.test", "%u@beta.test", "${HOME}@beta.test",
               "bob'--@beta.test", "../../etc/passwd@beta.test"}  # fmt: skip
    try:
        made = directory.add_account(tx, name, Verifiers("", ""), now=1.0)
    except DirectoryError:
        return
    assert name in allowed and made.address == name.lower()
    directory.remove_account(tx, made.address)


@given(name=st.text(max_size=40))
def test_any_text_at_all_resolves_or_does_not_but_never_fails(
    tx: MemoryTransaction, name: str
) -> None:
    for address in (name, f"{name}@beta.test", f"bob@{name}"):
        directory.resolve(tx, address)
        directory.owns(tx, 1, address)
        directory.credentials(tx, address)
