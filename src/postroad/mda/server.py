"""The shell of the LMTP port: one session for each stream."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from postroad.mda.session import Delivery, LmtpSession
from postroad.net import Stream
from postroad.protocols import smtp


class LmtpServer:
    """`serve` is what a listener calls."""

    def __init__(self, service: Delivery, *, tls: bool, monotonic: Callable[[], float]) -> None:
        self._service = service
        self._monotonic = monotonic
        self._sessions: set[LmtpSession] = set()
        self._core = smtp.ServerConfig(
            hostname=service.hostname,
            mode=smtp.Mode.LMTP,
            max_message_size=service.config.max_message_size,
            offers_starttls=tls,
        )

    async def serve(self, stream: Stream) -> None:
        """Run one connection to its end."""
        session = LmtpSession(self._service, stream)
        self._sessions.add(session)
        try:
            await smtp.serve(stream, self._core, session, self._monotonic, secrets.token_urlsafe)
        finally:
            self._sessions.discard(session)

    def stop(self) -> None:
        """Let every session end at its next command."""
        for session in self._sessions:
            session.stopping = True
