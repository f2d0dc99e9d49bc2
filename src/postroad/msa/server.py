"""The shell of ports 587 and 465: one session for each stream."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from postroad.handoff.session import binding_of
from postroad.msa.service import Msa
from postroad.msa.session import SubmissionSession
from postroad.net import Stream
from postroad.protocols import smtp

MECHANISMS = ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN")
"""Best first."""


class SubmissionServer:
    """`serve` is what a listener calls; STARTTLS is offered where TLS has not begun yet."""

    def __init__(self, service: Msa, *, monotonic: Callable[[], float]) -> None:
        config = service.config
        self._service = service
        self._monotonic = monotonic
        self._sessions: set[SubmissionSession] = set()
        self._core = smtp.ServerConfig(
            hostname=service.hostname,
            mode=smtp.Mode.SUBMISSION,
            max_message_size=config.max_message_size,
            max_recipients=config.max_recipients,
            offers_starttls=True,
            auth_mechanisms=MECHANISMS,
            command_timeout=config.command_timeout,
            data_timeout=config.data_timeout,
        )

    async def serve(self, stream: Stream) -> None:
        """Run one connection to its end."""
        session = SubmissionSession(self._service, stream)
        self._sessions.add(session)
        try:
            await smtp.serve(
                stream,
                self._core,
                session,
                self._monotonic,
                secrets.token_urlsafe,
                lambda: binding_of(stream),
            )
        finally:
            self._sessions.discard(session)

    def stop(self) -> None:
        """Let every session end at its next command."""
        for session in self._sessions:
            session.stopping = True
