"""Attack 22 (Dovecot CVE-2025-30189): what is remembered of one user never serves another."""

from __future__ import annotations

import asyncio
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad import directory
from postroad.db import Transaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Account, Authenticator, Credentials, Verifiers
from postroad.testing.loop import on_loop

PEOPLE = [f"user{n}@beta.test" for n in range(20)]


def settle_in(tx: Transaction) -> None:
    directory.add_domain(tx, "beta.test", 1.0)
    for address in PEOPLE:
        directory.add_account(tx, address, Verifiers("same hash for all", ""), now=1.0)


@on_loop
async def test_users_with_the_same_password_get_their_own_accounts_also_when_remembered() -> None:
    db = open_sqlite(None)
    await db.write(settle_in)
    auth = Authenticator(db, verify=lambda stored, prepared: prepared == b"the same")
    for _ in range(2):
        got = await asyncio.gather(*(auth.check_password(one, "the same") for one in PEOPLE))
        assert [account and account.address for account in got] == PEOPLE
    assert len(auth._remembered) == len(PEOPLE)
    auth.close()
    await db.close()


@on_loop
async def test_a_remembered_user_does_not_open_the_door_for_one_with_another_password() -> None:
    db = open_sqlite(None)
    await db.write(settle_in)
    auth = Authenticator(db, verify=lambda stored, prepared: stored == "same hash for all")
    assert await auth.check_password(PEOPLE[0], "the same")
    await db.write(
        partial(directory.set_password, address=PEOPLE[1], verifiers=Verifiers("other", ""))
    )
    assert await auth.check_password(PEOPLE[1], "the same") is None
    auth.close()
    await db.close()


def entry(number: int, version: int, password: bytes) -> bytes:
    account = Account(number, "a@b.test", "", None, 0.0)
    auth = object.__new__(Authenticator)
    auth._key = b"k" * 32
    found = auth._entry(Credentials(account, Verifiers("", ""), version), password)
    assert found is not None
    return found


parts = st.tuples(st.integers(1, 999), st.integers(1, 999), st.binary(min_size=1, max_size=6))


@given(parts, parts)
@settings(max_examples=200)
def test_no_two_credentials_share_an_entry(
    one: tuple[int, int, bytes], two: tuple[int, int, bytes]
) -> None:
    assert (entry(*one) == entry(*two)) == (one == two)


@given(st.integers(1, 9), st.integers(1, 9), st.binary(min_size=1, max_size=3))
def test_digits_and_colons_of_a_password_cannot_be_taken_for_a_number(
    number: int, version: int, password: bytes
) -> None:
    assert entry(number, version, b"1:" + password) != entry(number, version * 10 + 1, password)
