"""Hears what another process wrote: one cheap look for everybody who watches.

Within a process `Store` tells the watchers itself. A command beside a running server does not, so
while somebody watches, `Follower.run_once` is called every 100 ms or so.
"""

from __future__ import annotations

from functools import partial

from postroad.db import Database, Transaction
from postroad.store._hub import Changes

ONE_BY_ONE = 256
"""Watched accounts that are looked up one by one; for more of them all accounts are read."""

Pulse = tuple[int, int]
"""Changes with every change of any account, whoever made it."""


def pulse(tx: Transaction) -> Pulse:
    """Return the pulse of the store: two database pages for a hundred accounts."""
    total, count = tx.execute("SELECT coalesce(sum(modseq), 0), count(*) FROM store_account")[0]
    return int(total), int(count)


def modseqs(tx: Transaction, account_ids: list[int]) -> dict[int, int]:
    """Return the modseq of each of these accounts that is there."""
    if len(account_ids) > ONE_BY_ONE:
        wanted = set(account_ids)
        rows = tx.execute("SELECT account, modseq FROM store_account")
        return {account: modseq for account, modseq in rows if account in wanted}
    found: dict[int, int] = {}
    for account in account_ids:
        found |= dict(
            tx.execute("SELECT account, modseq FROM store_account WHERE account = ?", (account,))
        )
    return found


class Follower:
    """Tells the watchers of this process what other processes changed. Used in the event loop."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._last: Pulse | None = None

    async def run_once(self, db: Database) -> int:
        """Look once; return how many accounts had news. Nothing is read when nobody watches."""
        watched = self._changes.watched()
        if not watched:
            self._last = None
            return 0
        found = await db.read(pulse)
        if found == self._last:
            return 0
        self._last = found
        news = await db.read(partial(modseqs, account_ids=watched))
        told = [account for account, at in news.items() if self._changes.is_news(account, at)]
        for account in told:
            self._changes.notify(account, news[account])
        return len(told)
