"""Threads that read: each unit of work sees one snapshot, and cannot write."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

import apsw

from postroad.db.engines._aside import Aside
from postroad.db.engines._connection import translate
from postroad.db.engines._work import Job, SqliteSnapshot


class Reader:
    """One thread with its connection. Readers of one database share `inbox`.

    In memory there is one connection for all: `shared` is the writer's lock, held while it is used.
    """

    def __init__(
        self,
        connection: apsw.Connection,
        shared: threading.Lock | None,
        inbox: SimpleQueue[Job | None],
        aside: Aside,
        hand_over: Callable[[Job], None],
    ) -> None:
        self._aside = aside
        self._connection = connection
        self._cursor = connection.cursor()
        self._shared = shared
        self._inbox = inbox
        self._hand_over = hand_over
        self._thread = threading.Thread(target=self._run, name="postroad-reader", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Block until the thread has seen the end of its inbox."""
        self._thread.join()

    def _run(self) -> None:
        while (job := self._inbox.get()) is not None:
            if not job.future.cancelled():
                self._answer(job)
                self._hand_over(job)
            del job
            if self._inbox.empty():
                self._aside.done()
        if self._shared is None:
            self._connection.close()

    def _answer(self, job: Job) -> None:
        try:
            if self._shared is None:
                self._look(job)
            else:
                with self._shared:
                    self._look_only(job)
        except BaseException as error:  # the top of a unit: its caller gets whatever it raised
            job.fail(translate(error, self._connection))

    def _look(self, job: Job) -> None:
        self._cursor.execute("BEGIN")
        try:
            job.result = job.unit(SqliteSnapshot(self._cursor))
        finally:
            if self._connection.in_transaction:
                self._cursor.execute("ROLLBACK")

    def _look_only(self, job: Job) -> None:
        """The same on a connection that could write."""
        self._cursor.execute("PRAGMA query_only=1")
        try:
            self._look(job)
        finally:
            self._cursor.execute("PRAGMA query_only=0")
