"""The shell of ports 143 and 993: one session for each stream."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import msgspec

from postroad.handoff.session import binding_of
from postroad.mra.imap.handler import ImapHandler
from postroad.mra.imap.service import Imap
from postroad.net import Stream
from postroad.protocols import imap

MECHANISMS = ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN")
"""Best first."""


class ImapServer:
    """`serve` is what a listener calls; STARTTLS is offered where TLS has not begun yet."""

    def __init__(self, service: Imap, *, monotonic: Callable[[], float]) -> None:
        config = service.config
        self._service = service
        self._monotonic = monotonic
        self._sessions: set[ImapHandler] = set()
        self._core = imap.ServerConfig(
            auth_mechanisms=MECHANISMS,
            max_message_size=config.append_limit,
            login_timeout=config.login_timeout,
            session_timeout=config.session_timeout,
        )

    async def serve(self, stream: Stream) -> None:
        """Run one connection to its end."""
        session = ImapHandler(self._service, stream)
        core = msgspec.structs.replace(self._core, offers_starttls=stream.can_start_tls)
        self._sessions.add(session)
        try:
            await imap.serve(
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
