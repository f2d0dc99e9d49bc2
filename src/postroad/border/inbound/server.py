"""The shell of port 25: one session for each stream."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from postroad.border.inbound.service import Inbound
from postroad.border.inbound.session import InboundSession
from postroad.net import Stream
from postroad.protocols import smtp


class InboundServer:
    """`serve` is what a listener calls."""

    def __init__(self, service: Inbound, *, tls: bool, monotonic: Callable[[], float]) -> None:
        config = service.config
        self._service = service
        self._monotonic = monotonic
        self._sessions: set[InboundSession] = set()
        self._core = smtp.ServerConfig(
            hostname=service.hostname,
            max_message_size=config.max_message_size,
            max_recipients=config.max_recipients,
            offers_starttls=tls,
            command_timeout=config.command_timeout,
            data_timeout=config.data_timeout,
        )

    async def serve(self, stream: Stream) -> None:
        """Run one connection to its end."""
        session = InboundSession(self._service, stream)
        self._sessions.add(session)
        try:
            await smtp.serve(stream, self._core, session, self._monotonic, secrets.token_urlsafe)
        finally:
            self._sessions.discard(session)

    def stop(self) -> None:
        """Let every session end at its next command."""
        for session in self._sessions:
            session.stopping = True
