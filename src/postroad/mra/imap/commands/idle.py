"""IDLE: news as they come. Nothing runs while there are none.

When somebody says that the account has changed, a task of its own reads what, tells the client, and
ends. So ten thousand clients that idle cost their views and no more.

Standards: RFC 9051 §6.3.13, RFC 2177
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from postroad.mra.imap.session import ImapSession
from postroad.protocols.imap.status import Status, ok


class Pushes(Protocol):
    """What sends octets while the client idles; False when it is gone."""

    async def push(self, data: bytes) -> bool: ...


class Idling:
    """One IDLE of a session, until `end`. `failed` hears of what goes wrong in between."""

    def __init__(
        self, session: ImapSession, out: Pushes, failed: Callable[[Exception], None]
    ) -> None:
        self._session = session
        self._out = out
        self._failed = failed
        self._task: asyncio.Task[None] | None = None
        self._ended = False
        session.on_change = self.look

    def look(self) -> None:
        """Something has changed: tell what, unless that is being done already."""
        if not self._ended and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._tell())

    async def write(self, data: bytes) -> None:
        """What catching up has to say."""
        await self._out.push(data)

    async def end(self) -> Status:
        """Stop listening; what is being told is told to its end."""
        self._ended = True
        self._session.on_change = None
        if self._task is not None:
            await asyncio.wait([self._task])
        return ok("IDLE ended")

    async def _tell(self) -> None:
        session = self._session
        try:
            while session.behind and session.view is not None:
                await session.catch_up(self, expunges=True)
        except Exception as error:  # the top of a task
            self._failed(error)
