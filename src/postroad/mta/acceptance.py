"""The door by which receiving stations hand messages over: one durable unit of work each.

Receipts that were confirmed go with the next message, so that they cost no commit of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from postroad import queue
from postroad.blobs import StoredBlob
from postroad.db import Database, Transaction
from postroad.handoff import Arrival, Hold, Taken
from postroad.journey import AnyEvent
from postroad.mta.service import Mta


class _Nobody(Exception):
    """Nobody takes the message: the unit of work is undone."""

    def __init__(self, taken: Taken) -> None:
        super().__init__()
        self.taken = taken


class Acceptance:
    """Implements `handoff.Acceptor`."""

    def __init__(self, db: Database, mta: Mta) -> None:
        self._db = db
        self._mta = mta
        self._read: list[bytes] = []
        self.taken = 0
        """Messages taken since the start."""

    async def take(
        self,
        arrival: Arrival,
        stored: StoredBlob,
        facts: Sequence[AnyEvent],
        *,
        hold: Hold = Hold.UNLESS_ALL,
        once: bool = False,
    ) -> Taken:
        """See `handoff.Acceptor.take`."""
        forgotten, self._read = self._read, []

        def unit(tx: Transaction) -> Taken:
            # Before all else: it may be these very bytes that come again, and are meant.
            queue.receipts.forget(tx, forgotten)
            taken = self._mta.take(tx, arrival, stored, list(facts), hold=hold, once=once)
            if taken.nobody:
                raise _Nobody(taken)
            return taken

        try:
            taken = await self._db.write(unit, weight=stored.weight)
        except _Nobody as nobody:
            self._read.extend(forgotten)
            return nobody.taken
        except BaseException:
            self._read.extend(forgotten)
            raise
        self.taken += 1
        return taken

    def confirm(self, receipts: Iterable[bytes]) -> None:
        """The peer read our reply to these: they go with the next message, or with `tidy`."""
        self._read.extend(receipts)

    async def tidy(self) -> None:
        """Forget what no later message took along; called now and then, and at the end."""
        if not self._read:
            return
        forgotten, self._read = self._read, []
        try:
            await self._db.write(lambda tx: queue.receipts.forget(tx, forgotten))
        except BaseException:
            self._read.extend(forgotten)
            raise
