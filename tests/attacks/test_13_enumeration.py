"""Attack 13, the directory's part: nobody learns from an answer or its time who has an account."""

from __future__ import annotations

import statistics
import time
from functools import partial

from postroad import directory
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Authenticator, Verifiers, make_verifiers
from postroad.testing.loop import on_loop

REAL, NONE = "bob@beta.test", "bab@beta.test"
TRIALS = 1_000
LIMIT = 0.005  # seconds between the medians


async def opened() -> tuple[directory.Account, Authenticator]:
    db = open_sqlite(None)
    await db.write(partial(directory.add_domain, name="beta.test", now=1.0))
    verifiers = Verifiers("a hash", make_verifiers("secret").scram)
    account = await db.write(
        partial(directory.add_account, address=REAL, verifiers=verifiers, now=1.0)
    )
    return account, Authenticator(db, verify=lambda stored, prepared: False)


async def median_times(ask: object, *arguments: tuple[str, ...]) -> list[float]:
    """Ask in turn about each, and return the median time of each."""
    times: list[list[float]] = [[] for _ in arguments]
    for _ in range(TRIALS):
        for number, argument in enumerate(arguments):
            begun = time.perf_counter()
            await ask(*argument)  # type: ignore[operator]
            times[number].append(time.perf_counter() - begun)
    return [statistics.median(one) for one in times]


@on_loop
async def test_a_wrong_password_and_an_unknown_address_take_the_same_time() -> None:
    _, auth = await opened()
    real, none = await median_times(auth.check_password, (REAL, "wrong"), (NONE, "wrong"))
    assert abs(real - none) < LIMIT
    auth.close()
    await auth._db.close()


@on_loop
async def test_scram_takes_the_same_time_for_both_and_looks_alike() -> None:
    _, auth = await opened()
    real, none = await median_times(auth.scram_verifier, (REAL,), (NONE,))
    assert abs(real - none) < LIMIT
    one, two = await auth.scram_verifier(REAL), await auth.scram_verifier(NONE)
    assert (one.iterations, len(one.salt)) == (two.iterations, len(two.salt))
    auth.close()
    await auth._db.close()


@on_loop
async def test_the_real_hash_is_made_once_for_either_with_equal_cost() -> None:
    stored: list[str] = []
    _, auth = await opened()
    auth._verify = lambda phc, prepared: bool(stored.append(phc))
    for address in (REAL, NONE):
        assert await auth.check_password(address, "wrong") is None
    cost = make_verifiers("any").password.split("$")[:4]
    assert len(stored) == 2 and stored[1].split("$")[:4] == cost
    auth.close()
    await auth._db.close()
