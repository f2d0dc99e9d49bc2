"""The shell of ports 110 and 995: one session for each stream."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import msgspec

from postroad.handoff.session import binding_of
from postroad.mra.pop3.service import Pop3
from postroad.mra.pop3.session import Pop3Session
from postroad.net import Stream
from postroad.protocols import pop3

MECHANISMS = ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN")
"""Best first."""


class Pop3Server:
    """`serve` is what a listener calls; STLS is offered where TLS has not begun yet."""

    def __init__(self, service: Pop3, *, monotonic: Callable[[], float]) -> None:
        config = service.config
        self._service = service
        self._monotonic = monotonic
        self._sessions: set[Pop3Session] = set()
        self._core = pop3.ServerConfig(
            auth_mechanisms=MECHANISMS,
            login_delay=config.login_delay,
            login_timeout=config.login_timeout,
            session_timeout=config.session_timeout,
        )

    async def serve(self, stream: Stream) -> None:
        """Run one connection to its end."""
        session = Pop3Session(self._service, stream)
        core = msgspec.structs.replace(self._core, offers_stls=stream.can_start_tls)
        self._sessions.add(session)
        try:
            await pop3.serve(
                stream,
                core,
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
