"""Tells whether a password is right, without telling anything else.

A wrong password, an unknown address and a removed account take the same time and the same path.
A right one is remembered for some minutes in memory, under an HMAC with a key of this process that
covers account, version of the credential and password: two people never share an entry, and a
changed password is a different one. Argon2 runs in its own threads, few at a time.

Standards: RFC 9106, RFC 5802 §9 (answers about unknown users)
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from postroad.db import Database, Transaction
from postroad.directory._accounts import Account, Credentials, credentials
from postroad.directory._names import fold
from postroad.directory._verifiers import (
    SCRAM_ITERATIONS,
    decoy,
    matches,
    prepare,
    read_scram,
)
from postroad.directory.errors import TooManyLogins
from postroad.sasl import ScramVerifier, decoy_verifier

REMEMBER = 300.0
"""Seconds that a verified password is remembered; clients reconnect every minute or so."""

MAX_REMEMBERED = 10_000
"""Verified passwords remembered at once, the least recently used going first; some 2 MB."""

MAX_WAITING = 128
"""Passwords that may wait for a hash; at 40 ms each the last one waits some 3 s."""

_DECOY_PURPOSE = "scram decoy"


class Authenticator:
    """Checks credentials of accounts.

    `clock` is monotonic, in seconds; `verify` says in a thread whether a password hashes to a PHC
    string; `threads` is how many do so at once, by default half of the processors.
    """

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], float] = time.monotonic,
        verify: Callable[[str, bytes], bool] = matches,
        threads: int | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._verify = verify
        self._threads = threads or max(1, (os.cpu_count() or 2) // 2)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="postroad-argon2")
        self._waiting = 0
        self._key = secrets.token_bytes(32)
        self._remembered: OrderedDict[bytes, float] = OrderedDict()
        self._decoy = decoy()
        self._secret: bytes | None = None

    async def check_password(self, address: str, password: str) -> Account | None:
        """Return the account when `password` is its own, else None. Raises TooManyLogins.

        Only an account's own address logs in: no alias, no tag.
        """
        found = await self._db.read(lambda tx: credentials(tx, address))
        prepared = prepare(password)
        key = self._entry(found, prepared)
        if key and self._recall(key):
            assert found is not None
            return found.account
        stored = found.verifiers.password if found else self._decoy
        right = await self._matches(stored, prepared or b"\0")
        if not (right and found and key and prepared):
            return None
        self._remember(key)
        return found.account

    async def scram_verifier(self, address: str) -> ScramVerifier:
        """Return what SCRAM needs about `address`; for unknown ones, always the same invention."""
        found = await self._db.read(lambda tx: credentials(tx, address))
        if found:
            return read_scram(found.verifiers.scram)
        if self._secret is None:
            self._secret = await self._load_secret()
        return decoy_verifier(str(fold(address)), self._secret, SCRAM_ITERATIONS)

    def close(self) -> None:
        """Forget everything and let the threads end."""
        self._remembered.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _entry(self, found: Credentials | None, prepared: bytes | None) -> bytes | None:
        """The name under which this very credential is remembered."""
        if found is None or prepared is None:
            return None
        who = f"{found.account.id}:{found.version}:".encode()
        return hmac.digest(self._key, who + prepared, "sha256")

    def _recall(self, key: bytes) -> bool:
        until = self._remembered.get(key)
        if until is None:
            return False
        if until < self._clock():
            del self._remembered[key]
            return False
        self._remembered.move_to_end(key)
        return True

    def _remember(self, key: bytes) -> None:
        self._remembered[key] = self._clock() + REMEMBER
        while len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)

    async def _matches(self, stored: str, prepared: bytes) -> bool:
        if self._waiting >= MAX_WAITING:
            raise TooManyLogins("too many passwords wait to be checked; try again")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self._verify, stored, prepared)
        finally:
            self._waiting -= 1

    async def _load_secret(self) -> bytes:
        """The key of the inventions, made once for this installation."""
        found = await self._db.read(_read_secret)
        return await self._db.write(_make_secret) if found is None else found


def _read_secret(tx: Transaction) -> bytes | None:
    rows = tx.execute("SELECT value FROM directory_secret WHERE purpose = ?", (_DECOY_PURPOSE,))
    return rows[0][0] if rows else None


def _make_secret(tx: Transaction) -> bytes:
    tx.execute(
        "INSERT INTO directory_secret (purpose, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (_DECOY_PURPOSE, secrets.token_bytes(32)),
    )
    made = _read_secret(tx)
    assert made is not None
    return made
