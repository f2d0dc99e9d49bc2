"""Runs the house until it is told to stop: start, signals, housekeeping, drain.

SIGTERM or SIGINT: stop accepting, let transactions finish, exit 0 within DRAIN_SECONDS. A disk that
failed stops the house the same way, with exit status 74: what was not confirmed stays with its
sender.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import structlog

from postroad import journey, queue
from postroad.app.background import ViewsWhenQuiet
from postroad.app.config import Config
from postroad.app.sole import sole_server
from postroad.app.wiring import House, build
from postroad.db import DatabaseError, StorageFailed
from postroad.mta.receipts import KEPT_FOR

DRAIN_SECONDS = 8.0
"""Seconds that sessions and attempts have to finish; 10 is what a service manager is promised."""

TIDY_SECONDS = 2.0
"""How long a receipt outlives the reply that the peer has read, when no later message takes it."""

COLLECT_SECONDS = 300.0
"""How often blobs without references are looked for; they wait an hour anyway (blobs.GRACE)."""

VIEWS_SECONDS = 0.5
"""How often new mail is looked for, of which IMAP's views are to be made."""

FOLLOW_SECONDS = 0.1
"""How often the changes of other processes are looked for, while somebody watches."""

PRUNE_SECONDS = 3600.0
"""How often old journeys and receipts go; they are counted in days."""

SWITCH_INTERVAL = 0.0005
"""Seconds after which a busy thread lets another one run. The writer thread needs the interpreter
for microseconds at a time; Python's 5 ms would make each commit wait for the event loop."""

GC_THRESHOLD = (20_000, 20, 50)
"""Allocations between garbage collections. A message makes a few hundred objects and no cycles, so
Python's 700 would look at every session several times a second and find nothing."""

STORAGE_STATUS = 74
"""EX_IOERR of sysexits."""

log = structlog.get_logger("app")


def run(config: Config, *, until_eof: bool = False, ready_fd: int | None = None) -> int:
    """Serve until stopped and return the exit status.

    With `until_eof` the end of standard input stops the house, too: whoever started it is gone.
    A byte is written to `ready_fd` when the listeners are open. Raises ListenError, DatabaseError,
    TlsFilesUnusable, FolderInUse when the house cannot start.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.set_threshold(*GC_THRESHOLD)
    _allow_descriptors()
    with (
        sole_server(Path(config.data)),
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        return runner.run(_Supervisor(config).run(until_eof, ready_fd))


def _allow_descriptors() -> None:
    """As many open files as the system lets us have: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with suppress(ValueError, OSError):  # some systems name a limit that they do not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where there is one: a TLS connection at rest costs a tenth of asyncio's."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


class _Supervisor:
    """One run."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stop = asyncio.Event()
        self._status = 0

    async def run(self, until_eof: bool, ready_fd: int | None) -> int:
        house = build(self._config, self._disk_failed)
        tasks: list[asyncio.Task[None]] = []
        try:
            for listener in house.listeners:
                await listener.start()
            self._watch_signals(house)
            if until_eof:
                self._watch_stdin()
            tasks = self._begin(house)
            gc.freeze()  # what is here now stays: modules, configuration, listeners
            log.info("ready", hostname=self._config.hostname, listeners=len(house.listeners))
            if ready_fd is not None:
                os.write(ready_fd, b"1")
                os.close(ready_fd)
            await self._stop.wait()
        finally:
            await self._end(house, tasks)
        return self._status

    def _begin(self, house: House) -> list[asyncio.Task[None]]:
        """Empty the queue and keep the house clean, beside the sessions."""
        now = time.time
        prune = partial(self._prune, house)
        work = (
            house.dispatcher.run(),
            _every(TIDY_SECONDS, house.acceptance.tidy),
            _every(COLLECT_SECONDS, lambda: house.blobs.collect(house.db, now())),
            _every(PRUNE_SECONDS, prune),
            _every(VIEWS_SECONDS, ViewsWhenQuiet(house).turn),
            _every(FOLLOW_SECONDS, lambda: house.follower.run_once(house.db)),
            _once(lambda: house.blobs.sweep(house.db, now())),
        )
        tasks = [asyncio.create_task(each) for each in work]
        tasks[0].add_done_callback(self._dispatcher_ended)
        return tasks

    async def _prune(self, house: House) -> None:
        """Remove what is older than it is worth."""
        now = time.time()
        before = now - self._config.journey.keep_for
        while await house.db.write(lambda tx: queue.receipts.prune(tx, now - KEPT_FOR)):
            pass  # batch by batch, deliveries in between
        while await house.db.write(lambda tx: journey.prune(tx, before)):
            pass

    async def _end(self, house: House, tasks: list[asyncio.Task[None]]) -> None:
        """Stop accepting; let what is under way finish; close everything in order."""
        deadline = time.monotonic() + DRAIN_SECONDS
        log.info("stopping")
        for server in house.servers:
            server.stop()
        drains = [listener.drain(DRAIN_SECONDS) for listener in house.listeners]
        await asyncio.gather(house.dispatcher.stop(DRAIN_SECONDS), *drains)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(DatabaseError):
            await house.acceptance.tidy()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.5, deadline - time.monotonic())):
                await house.outbound.close()
        await house.resolver.close()
        house.authenticator.close()
        house.blobs.close()
        await house.db.close()
        log.info("stopped", status=self._status)

    def _watch_signals(self, house: House) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload, house)

    def _reload(self, house: House) -> None:
        """SIGHUP: read the certificate again; the rest of the configuration needs a restart."""
        if house.tls is not None:
            house.tls.reload()

    def _watch_stdin(self) -> None:
        loop = asyncio.get_running_loop()

        def read() -> None:
            if not os.read(0, 4096):
                loop.remove_reader(0)
                self._stop.set()

        os.set_blocking(0, False)
        loop.add_reader(0, read)

    def _disk_failed(self, error: StorageFailed) -> None:
        """Durability is unknown from here on: nothing more is accepted (design §5)."""
        log.critical("storage.failed", reason=str(error))
        self._status = STORAGE_STATUS
        self._stop.set()

    def _dispatcher_ended(self, task: asyncio.Task[None]) -> None:
        """A queue that nobody empties is no mail server."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("dispatcher.failed", exc_info=error)
            self._status = 70
            self._stop.set()


async def _every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Do `work` again and again; a failure is logged and the next turn tried."""
    while True:
        await asyncio.sleep(seconds)
        await _once(work)


async def _once(work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except Exception as error:  # the top of a housekeeping task
        log.error("housekeeping.failed", exc_info=error)
