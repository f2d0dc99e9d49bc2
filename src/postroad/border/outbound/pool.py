"""Connections to other hosts that are ready for a message, kept a while for the next one.

Standards: RFC 5321 §3.3 (several transactions on one connection), §4.5.3.2
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from postroad.net import Stream
from postroad.protocols import smtp

IDLE_PER_HOST = 10
"""Idle connections kept to one host; as many as are busy with it at once by default."""

Key = tuple[str, int]


@dataclass(slots=True, eq=False)
class Session:
    """An open conversation after EHLO (and STARTTLS). `sent` counts its messages."""

    key: Key
    stream: Stream
    client: smtp.Client
    sent: int = 0
    fresh: bool = True
    expiry: asyncio.TimerHandle | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The name of the other host."""
        return self.key[0]

    @property
    def tls(self) -> str:
        """Version and cipher, "" for plaintext."""
        return str(self.stream.tls) if self.stream.tls else ""

    async def close(self) -> None:
        """Say QUIT and close."""
        await self.client.quit()
        await self.stream.close()


class Pool:
    """Idle sessions by host and port."""

    def __init__(
        self, idle_timeout: float, messages: int, call_later: Callable[..., asyncio.TimerHandle]
    ) -> None:
        self._idle_timeout = idle_timeout
        self._messages = messages
        self._call_later = call_later
        self._idle: dict[Key, list[Session]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def take(self, key: Key) -> Session | None:
        """An idle session to that host, the one used last; None when there is none."""
        waiting = self._idle.get(key)
        if not waiting:
            return None
        session = waiting.pop()
        if not waiting:
            del self._idle[key]
        if session.expiry is not None:
            session.expiry.cancel()
        session.fresh = False
        return session

    def give(self, session: Session) -> None:
        """Keep a session for the next message, or close it when it has served enough."""
        waiting = self._idle.get(session.key, [])
        spent = session.sent >= self._messages or len(waiting) >= IDLE_PER_HOST
        if spent or not session.client.usable or not self._idle_timeout:
            self._close(session)
            return
        self._idle[session.key] = waiting
        waiting.append(session)
        session.expiry = self._call_later(self._idle_timeout, self._expire, session)

    async def close(self) -> None:
        """Close every idle session."""
        sessions = [session for waiting in self._idle.values() for session in waiting]
        self._idle.clear()
        for session in sessions:
            if session.expiry is not None:
                session.expiry.cancel()
            self._close(session)
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _expire(self, session: Session) -> None:
        waiting = self._idle.get(session.key, [])
        if session in waiting:
            waiting.remove(session)
            self._close(session)
        if not waiting:
            self._idle.pop(session.key, None)

    def _close(self, session: Session) -> None:
        task = asyncio.create_task(session.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
