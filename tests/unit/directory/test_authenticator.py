"""Whether a password is right, and nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from postroad import directory
from postroad.db import Database
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Authenticator, BadPassword, TooManyLogins, Verifiers, make_verifiers
from postroad.directory import _authenticator as limits
from postroad.testing import Clock
from postroad.testing.loop import on_loop, until

BOB, BETTY, NOBODY = "bob@beta.test", "betty@beta.test", "nobody@beta.test"
SCRAM = make_verifiers("secret").scram


@dataclass
class Gatehouse:
    """An authenticator whose hashes are plain text, so that a test can count them."""

    db: Database
    clock: Clock = field(default_factory=Clock)
    checked: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.auth = Authenticator(self.db, clock=self.clock, verify=self.verify)

    def verify(self, stored: str, prepared: bytes) -> bool:
        self.checked.append((stored, prepared))
        return stored == "hash of " + prepared.decode()

    async def logs_in(self, address: str, password: str) -> bool:
        account = await self.auth.check_password(address, password)
        assert account is None or account.address == address.lower()
        return account is not None

    async def change(self, address: str, password: str) -> None:
        await self.db.write(
            partial(directory.set_password, address=address, verifiers=plain(password))
        )


def plain(password: str) -> Verifiers:
    return Verifiers("hash of " + password, SCRAM)


Open = Callable[[], AbstractAsyncContextManager[Gatehouse]]


@pytest.fixture
def gate() -> Open:
    def people(tx: Any) -> None:
        directory.add_domain(tx, "beta.test", 1.0)
        for address in (BOB, BETTY):
            directory.add_account(tx, address, plain("secret"), now=1.0)

    @asynccontextmanager
    async def open_one() -> AsyncIterator[Gatehouse]:
        db = open_sqlite(None)
        await db.write(people)
        gate = Gatehouse(db)
        yield gate
        gate.auth.close()
        await db.close()

    return open_one


@on_loop
async def test_the_right_password_logs_in_and_others_do_not(gate: Open) -> None:
    async with gate() as g:
        assert await g.logs_in("Bob@Beta.test", "secret")
        for wrong in ("", "Secret", "secret ", "secret\0", "x" * 1_025, "\ud800"):
            assert not await g.logs_in(BOB, wrong)
        assert not await g.logs_in(NOBODY, "secret")
        assert not await g.logs_in("bob+tag@beta.test", "secret")


@on_loop
async def test_an_unknown_address_costs_the_same_single_hash(gate: Open) -> None:
    async with gate() as g:
        for address in (BOB, NOBODY, "no address", ""):
            g.checked.clear()
            await g.logs_in(address, "wrong")
            assert len(g.checked) == 1 and g.checked[0][1] == b"wrong"


@on_loop
async def test_a_password_that_nobody_can_have_costs_a_hash_as_well(gate: Open) -> None:
    async with gate() as g:
        for address in (BOB, NOBODY):
            await g.logs_in(address, "x" * 100_000)
        assert [len(prepared) for _, prepared in g.checked] == [1, 1]


@on_loop
async def test_a_right_password_is_remembered_for_minutes_and_a_wrong_one_never(gate: Open) -> None:
    async with gate() as g:
        for password in ("secret", "secret", "wrong", "wrong"):
            await g.logs_in(BOB, password)
        assert len(g.checked) == 3
        g.clock.advance(limits.REMEMBER + 1)
        assert await g.logs_in(BOB, "secret") and len(g.checked) == 4


@on_loop
async def test_a_changed_password_ends_what_was_remembered_at_once(gate: Open) -> None:
    async with gate() as g:
        assert await g.logs_in(BOB, "secret")
        await g.change(BOB, "new")
        assert not await g.logs_in(BOB, "secret")
        assert await g.logs_in(BOB, "new")


@on_loop
async def test_a_removed_account_does_not_log_in_and_its_successor_is_another(gate: Open) -> None:
    async with gate() as g:
        assert await g.logs_in(BOB, "secret")
        await g.db.write(partial(directory.remove_account, address=BOB))
        assert not await g.logs_in(BOB, "secret")
        new = partial(directory.add_account, address=BOB, verifiers=plain("other"), now=2.0)
        await g.db.write(new)
        assert not await g.logs_in(BOB, "secret") and await g.logs_in(BOB, "other")


@on_loop
async def test_what_is_remembered_is_bounded(gate: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REMEMBERED", 1)
    async with gate() as g:
        for address in (BOB, BETTY, BOB, BOB):
            assert await g.logs_in(address, "secret")
        assert len(g.checked) == 3


@on_loop
async def test_too_many_at_once_are_told_to_come_back_and_the_rest_are_served(gate: Open) -> None:
    async with gate() as g:
        door = threading.Event()
        g.auth._verify = lambda *_: door.wait(20)
        many = [asyncio.create_task(g.logs_in(BOB, f"{n}")) for n in range(limits.MAX_WAITING + 5)]
        await until(lambda: g.auth._waiting + sum(task.done() for task in many) == len(many))
        door.set()
        results = await asyncio.gather(*many, return_exceptions=True)
        assert sum(isinstance(result, TooManyLogins) for result in results) == 5


@on_loop
async def test_scram_gets_what_is_stored_and_for_strangers_an_invention_that_stays(
    gate: Open,
) -> None:
    async with gate() as g:
        assert (await g.auth.scram_verifier(BOB)).encode() == SCRAM
        first = await g.auth.scram_verifier(NOBODY)
        assert await g.auth.scram_verifier("NoBody@BETA.test") == first
        assert await Authenticator(g.db).scram_verifier(NOBODY) == first
        assert (await g.auth.scram_verifier("other@beta.test")).salt != first.salt
        real = await g.auth.scram_verifier(BETTY)
        assert (len(first.salt), first.iterations) == (len(real.salt), real.iterations)


def test_a_password_is_kept_as_argon2id_and_scram_and_never_shown() -> None:
    made = make_verifiers("correct horse")
    assert made.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert made.scram.startswith("SCRAM-SHA-256$15000:")
    assert "argon2id" not in repr(made) and "SCRAM" not in repr(made)


@pytest.mark.parametrize("bad", ["", "x" * 1_025, "汉" * 400, "tab\there", "\ud800"])
def test_a_password_that_cannot_be_used_is_refused_without_repeating_it(bad: str) -> None:
    with pytest.raises(BadPassword) as caught:
        make_verifiers(bad)
    assert not bad or bad not in str(caught.value)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@on_loop
async def test_real_hashes_accept_every_unicode_form_of_the_password_and_nothing_else(
    tmp_path: Path,
) -> None:
    db = open_sqlite(str(tmp_path / "test.sqlite"))
    await db.write(partial(directory.add_domain, name="beta.test", now=1.0))
    made = make_verifiers("pa\u00df-caf\u00e9")
    await db.write(partial(directory.add_account, address=BOB, verifiers=made, now=1.0))
    auth = Authenticator(db)
    assert await auth.check_password(BOB, "pa\u00df-cafe\u0301")
    assert not await auth.check_password(BOB, "pass-cafe")
    auth.close()
    await db.close()
    stored = everything_in(tmp_path)
    assert "caf\u00e9".encode() not in stored and b"$argon2id$" in stored
