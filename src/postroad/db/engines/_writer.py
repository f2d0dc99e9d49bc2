"""The one thread that writes: runs a batch of units of work, and commits them together.

A unit that raises is rolled back to its savepoint alone. Results leave this thread only when the
commit is on disk. When a whole transaction is lost, its units run again one by one, so that only
those that cannot be stored fail. A failed sync is never retried: all that follows is refused.

Standards: https://www.sqlite.org/lang_savepoint.html, https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue

import apsw

from postroad.db.engines._aside import Aside
from postroad.db.engines._connection import BUSY_MS, translate
from postroad.db.engines._work import Job, SqliteTransaction
from postroad.db.errors import DatabaseError, StorageFailed

STAND_ASIDE = 0.01
"""Longest time in seconds that the event loop waits for units to run: a hundred deliveries. Those
that take longer go on beside it."""

CHECKPOINT_PAGES = 8_000
"""Pages in the WAL (32 MB) after which they are copied into the database, behind the results."""

RESTART_PAGES = 64_000
"""Pages in the WAL (256 MB) after which readers are waited for, so that it cannot grow for ever."""

BUSY_CHECKPOINT_MS = 200
"""Longest wait for readers when the WAL must start over."""


class Writer:
    """Owns the writing connection. `lock` is held while it is used (readers in memory share it)."""

    def __init__(
        self,
        connection: apsw.Connection,
        lock: threading.Lock,
        hand_over: Callable[[list[Job]], None],
    ) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        self._lock = lock
        self._hand_over = hand_over
        self._inbox: SimpleQueue[list[Job]] = SimpleQueue()
        self._aside = Aside()
        self._failed: StorageFailed | None = None
        self._wal_pages = 0
        self._checkpoint_at = CHECKPOINT_PAGES
        self.commits = 0
        connection.set_wal_hook(self._note_wal)
        self._thread = threading.Thread(target=self._run, name="postroad-writer", daemon=True)
        self._thread.start()

    def submit(self, batch: list[Job]) -> None:
        """Hand over a batch when the one before has come back, and let its units run first."""
        self._aside.begin()
        self._inbox.put(batch)
        self._aside.wait(STAND_ASIDE)

    def stop(self) -> None:
        """Close the connection and end the thread. Blocks until then."""
        self._inbox.put([])
        self._thread.join()

    def _run(self) -> None:
        while batch := self._inbox.get():
            with self._lock:
                self._commit(batch)
            self._aside.done()
            self._hand_over(batch)
            del batch
            if self._wal_pages >= self._checkpoint_at:
                self._checkpoint()
        self._connection.close()

    def _commit(self, jobs: Sequence[Job]) -> None:
        """Run `jobs` in one transaction and make it durable; each then has its result or error."""
        if self._failed:
            _fail_all(jobs, self._failed)
            return
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
        except apsw.Error as error:
            _fail_all(jobs, self._judge(error))
            return
        try:
            for job in jobs:
                self._run_one(job)
            self._aside.done()
            self._cursor.execute("COMMIT")
        except apsw.Error as error:
            self._lose(jobs, self._judge(error))
        else:
            self.commits += 1

    def _run_one(self, job: Job) -> None:
        """Run one unit in its savepoint. Raises apsw.Error when the whole transaction is lost."""
        if job.future.cancelled():
            job.fail(DatabaseError("nobody waits for this unit of work any more"))
            return
        execute = self._cursor.execute
        execute("SAVEPOINT unit")
        tx = SqliteTransaction(self._cursor)
        try:
            job.result = job.unit(tx)
        except BaseException as error:  # the top of a unit: its caller gets whatever it raised
            job.fail(self._judge(error))
            if not self._connection.in_transaction:
                raise apsw.AbortError("the transaction was rolled back") from error
            execute("ROLLBACK TO unit")
        else:
            job.error, job.callbacks = None, tx.callbacks
        execute("RELEASE unit")

    def _lose(self, jobs: Sequence[Job], error: BaseException) -> None:
        """The transaction is gone: a lone unit bears the error, many try again one by one."""
        if self._connection.in_transaction:
            self._cursor.execute("ROLLBACK")
        if self._failed:
            _fail_all(jobs, self._failed)
        elif len(jobs) > 1:
            for job in jobs:
                self._commit([job])
        elif jobs[0].error is None:
            jobs[0].fail(error)

    def _judge(self, error: BaseException) -> BaseException:
        """Translate `error`; after a failed sync or write nothing more is accepted."""
        ours = translate(error, self._connection)
        if isinstance(ours, StorageFailed):
            self._failed = ours
        return ours

    def _note_wal(self, connection: apsw.Connection, name: str, pages: int) -> int:
        if pages < self._wal_pages:  # it has started over
            self._checkpoint_at = CHECKPOINT_PAGES
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _checkpoint(self) -> None:
        """Copy the WAL into the database. What waits meanwhile shares the next commit.

        While a reader holds an old snapshot the WAL goes on growing; then it is tried again after
        as many pages more.
        """
        self._checkpoint_at = self._wal_pages + CHECKPOINT_PAGES
        restart = self._wal_pages > RESTART_PAGES
        mode = apsw.SQLITE_CHECKPOINT_RESTART if restart else apsw.SQLITE_CHECKPOINT_PASSIVE
        self._connection.set_busy_timeout(BUSY_CHECKPOINT_MS)
        try:
            self._connection.wal_checkpoint(mode=mode)
        except apsw.BusyError:
            return  # a reader held an old snapshot all the while
        except apsw.Error as error:
            self._judge(error)
        finally:
            self._connection.set_busy_timeout(BUSY_MS)


def _fail_all(jobs: Sequence[Job], error: BaseException) -> None:
    """Give each its own copy: an exception collects the traceback of everyone who raises it."""
    for job in jobs:
        job.fail(type(error)(*error.args))
