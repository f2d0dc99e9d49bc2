"""Makes views of emails that have none: in the background, newest first, or for who waits.

How far it came is kept for each account as a span of emails that need no more looking at, so that
filing an email costs nothing for it. A message that cannot be read is passed over and named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from functools import partial
from typing import NamedTuple

from postroad import blobs
from postroad.blobs import BlobCorrupt, BlobMissing, Blobs
from postroad.db import Database, StorageFull, Transaction
from postroad.store._spans import of_numbers
from postroad.store._views import COLUMNS, UNREADABLE, Column, Views, make_views, views

BATCH = 32
"""Messages read together and written together: at most 4 MB in memory, a millisecond of the
writer."""

WINDOW = 10_000
"""Ids looked through at a time for emails without views."""

BRISK = 256 * 1024
"""Largest message, in octets, that is read in the event loop; larger ones take a thread."""


class Wanted(NamedTuple):
    """An email without views, and where its bytes are."""

    email: int
    blob: bytes
    prefix: bytes
    data: bytes | None
    fault: str


class Work(NamedTuple):
    """Emails of one account, and the span that is looked at when they are done."""

    account: int
    wanted: list[Wanted]
    low: int
    high: int


class Viewed(NamedTuple):
    """What one round did. `unreadable`: account, email and why; they are not tried again."""

    made: int
    unreadable: list[tuple[int, int, str]]
    more: bool


class Viewer:
    """Used in the event loop. Two at once, also in two processes, do no harm."""

    def __init__(self, db: Database, bytes_of: Blobs) -> None:
        self._db = db
        self._blobs = bytes_of

    async def run_once(self, limit: int = BATCH) -> Viewed:
        """Make the views of about `limit` emails; call again at once while there is `more`.

        Raises DatabaseError when nothing can be written.
        """
        made = 0
        unreadable: list[tuple[int, int, str]] = []
        while made + len(unreadable) < limit:
            left = min(BATCH, limit - made - len(unreadable))
            work = await self._db.read(partial(find_work, limit=left))
            if work is None:
                return Viewed(made, unreadable, more=False)
            ready, faults = await self._make(work.wanted)
            await self._db.write(partial(_keep_work, work=work, made=ready), weight=_weight(ready))
            made += len(ready)
            unreadable += [(work.account, email, why) for email, why in faults.items()]
        return Viewed(made, unreadable, more=True)

    async def fetch(
        self, account_id: int, email_ids: Collection[int], only: Collection[Column] = COLUMNS
    ) -> dict[int, Views]:
        """Return the views of these emails, made and kept now where they were missing.

        Emails that are not there are left out; one that cannot be read has UNREADABLE. Give a few
        hundred at a time.
        """
        read = partial(views, account_id=account_id, email_ids=email_ids, only=only)
        found = await self._db.read(read)
        missing = sorted(set(email_ids) - found.keys())
        made: dict[int, Views] = {}
        for at in range(0, len(missing), BATCH):
            some = missing[at : at + BATCH]
            wanted = await self._db.read(partial(_locate, account=account_id, emails=some))
            ready, faults = await self._make(wanted)
            made |= ready
            found |= dict.fromkeys(faults, UNREADABLE)
        if made:
            await self._try_keep(account_id, made)
        return found | made

    async def _try_keep(self, account: int, made: dict[int, Views]) -> None:
        try:
            await self._db.write(partial(keep, account=account, made=made), weight=_weight(made))
        except StorageFull:
            return  # whoever waits can be answered; they are made again another time

    async def _make(self, wanted: Iterable[Wanted]) -> tuple[dict[int, Views], dict[int, str]]:
        """Return views by email, and why the others have none."""
        made: dict[int, Views] = {}
        faults: dict[int, str] = {}
        for one in wanted:
            try:
                made[one.email] = await self._make_one(one)
            except (BlobMissing, BlobCorrupt) as error:
                faults[one.email] = str(error)
            except (ValueError, LookupError, ArithmeticError, RecursionError) as error:
                faults[one.email] = f"cannot be read: {error!r}"
            await asyncio.sleep(0)  # a third of a millisecond each: others come in between
        return made, faults

    async def _make_one(self, one: Wanted) -> Views:
        if one.fault:
            raise BlobMissing(one.blob, one.fault)
        data = one.data
        if data is None:
            data = await self._blobs.read(self._db, one.blob)
        whole = one.prefix + data
        if len(whole) <= BRISK:
            return make_views(whole)
        return await asyncio.to_thread(make_views, whole)


def find_work(tx: Transaction, limit: int) -> Work | None:
    """Return the newest emails of some account that may lack views, None when all were looked at.

    An account with new mail comes before one whose old mail is still being looked at.
    """
    rows = tx.execute(
        "SELECT s.account, s.next_email - 1, coalesce(v.low, s.next_email),"
        " coalesce(v.high, s.next_email - 1) FROM store_account AS s"
        " LEFT JOIN email_viewed AS v ON v.account = s.account"
        " WHERE coalesce(v.high, 0) < s.next_email - 1 OR v.low > 1"
        " ORDER BY coalesce(v.high, s.next_email - 1) < s.next_email - 1 DESC, s.account LIMIT 1"
    )
    if not rows:
        return None
    account, top, low, high = rows[0]
    bottom, end = (high + 1, top) if high < top else (1, low - 1)
    bottom = max(bottom, end - WINDOW + 1)
    missing = tx.execute(
        "SELECT e.id FROM email AS e WHERE e.account = ? AND e.id BETWEEN ? AND ?"
        " AND NOT EXISTS (SELECT 1 FROM email_view AS v WHERE v.account = e.account"
        " AND v.email = e.id) ORDER BY e.id DESC LIMIT ?",
        (account, bottom, end, limit),
    )
    reached = missing[-1][0] if len(missing) == limit else bottom
    wanted = _locate(tx, account, [email for (email,) in missing])
    if high < top:  # the old span joins the new one when nothing lies between
        return Work(account, wanted, low if reached == high + 1 else reached, top)
    return Work(account, wanted, reached, high)


def _locate(tx: Transaction, account: int, emails: Collection[int]) -> list[Wanted]:
    """Find the bytes of these emails, newest first; the small ones are read."""
    found = []
    for low, high in reversed(of_numbers(emails)):
        rows = tx.execute(
            "SELECT id, blob, prefix FROM email WHERE account = ? AND id BETWEEN ? AND ?"
            " ORDER BY id DESC",
            (account, low, high),
        )
        for email, blob, prefix in rows:
            try:
                found.append(Wanted(email, blob, prefix, blobs.locate(tx, blob).data, ""))
            except (BlobMissing, BlobCorrupt) as error:
                found.append(Wanted(email, blob, prefix, None, str(error)))
    return found


def keep(tx: Transaction, account: int, made: dict[int, Views]) -> None:
    """Write views of emails that are still there."""
    for email, one in made.items():
        tx.execute(
            "INSERT INTO email_view (account, email, envelope, structure, fields, preview)"
            " SELECT account, id, ?, ?, ?, ? FROM email WHERE account = ? AND id = ?"
            " ON CONFLICT DO NOTHING",
            (one.envelope, one.structure, one.fields, one.preview, account, email),
        )


def _keep_work(tx: Transaction, work: Work, made: dict[int, Views]) -> None:
    keep(tx, work.account, made)
    tx.execute(
        "INSERT INTO email_viewed (account, low, high) SELECT account, ?, ? FROM store_account"
        " WHERE account = ? ON CONFLICT (account) DO UPDATE SET low = excluded.low,"
        " high = excluded.high",
        (work.low, work.high, work.account),
    )


def _weight(made: dict[int, Views]) -> int:
    return sum(
        len(one.envelope) + len(one.structure) + len(one.fields or b"") for one in made.values()
    )
