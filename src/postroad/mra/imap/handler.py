"""The handler that the IMAP driver calls: logins, commands, texts of messages, IDLE, the log.

Standards: RFC 9051 §3, §6.2, §7.5.1
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from postroad.directory import TooManyLogins
from postroad.mra.imap.commands import ASKS, TABLE, append, holds_expunges
from postroad.mra.imap.commands.idle import Idling
from postroad.mra.imap.errors import answer_to
from postroad.mra.imap.service import Imap
from postroad.mra.imap.session import ImapSession
from postroad.net import Stream, TlsInfo
from postroad.protocols import imap
from postroad.protocols.imap.commands import Command
from postroad.protocols.imap.errors import CommandError, Refused
from postroad.protocols.imap.events import LiteralStart, Mistake
from postroad.protocols.imap.status import Code, Status, bad, no, ok
from postroad.sasl import ScramVerifier

BUSY = no("Too many logins at once; try again", Code.UNAVAILABLE)
TOO_MANY = no("The account has too many sessions", Code.LIMIT)
UNKNOWN = bad("That command is not known here")

T = TypeVar("T")

log = structlog.get_logger("mra.imap")


class ImapHandler:
    """One connection."""

    def __init__(self, service: Imap, stream: Stream) -> None:
        self._service = service
        self._stream = stream
        self._session = ImapSession(service)
        self._idling: Idling | None = None
        self.stopping = False

    # --- logging in ---

    async def check_password(self, user: str, password: str) -> str | None:
        """The account's address, or None."""
        try:
            account = await self._service.authenticator.check_password(user, password)
        except TooManyLogins:
            raise Refused(BUSY) from None
        return account.address if account else None

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """What SCRAM needs about the user."""
        return await self._service.authenticator.scram_verifier(user)

    async def logged_in(self, account: str, out: imap.Output) -> None:
        """Begin the session. Raises Refused."""
        service = self._service
        owner = await service.account(account)
        if not service.enter(owner.id):
            raise Refused(TOO_MANY)
        self._session.account = owner
        log.info("login", user=owner.address, peer=self._peer)

    # --- commands ---

    async def command(self, command: Command, out: imap.Output) -> Status:
        """Obey, then tell what others did in the open mailbox."""
        session = self._session
        session.tag = out.tag
        session.enabled |= out.enabled
        run = TABLE.get(type(command))
        if run is None:
            return UNKNOWN
        status = await _answered(run(session, command, out))
        await session.catch_up(out, expunges=not holds_expunges(command), ask=type(command) in ASKS)
        return status

    async def literal_start(self, event: LiteralStart, out: imap.Output) -> None:
        """A text of APPEND or REPLACE is about to come. Raises Refused."""
        await _answered(append.begin(self._session, event))

    async def literal_chunk(self, data: bytes) -> None:
        """More of it."""
        if self._session.incoming is not None:
            await _answered(self._session.incoming.write(data))

    async def literal_end(self) -> None:
        """It is complete."""
        if self._session.incoming is not None:
            self._session.incoming.end()

    async def literals_dropped(self) -> None:
        """The command broke off."""
        incoming, self._session.incoming = self._session.incoming, None
        if incoming is not None:
            await incoming.drop()

    # --- idling ---

    async def idle(self, out: imap.Output) -> None:
        """Tell news from now on."""
        session = self._session
        self._idling = Idling(session, out, self.on_error)
        await session.catch_up(self._idling, expunges=True, ask=True)

    async def idle_ended(self, out: imap.Output) -> Status:
        """Stop that."""
        idling, self._idling = self._idling, None
        return await idling.end() if idling is not None else ok("IDLE ended")

    # --- the connection ---

    async def tls_started(self, info: TlsInfo | None) -> None:
        """Nothing to decide."""

    async def closed(self) -> None:
        """Forget what was not filed, and make room for another session."""
        if self._idling is not None:
            await self._idling.end()
        owner = self._session.account
        await self._session.leave()
        if owner is not None:
            log.info("logout", user=owner.address, peer=self._peer)

    def identified(self, fields: tuple[tuple[str, str | None], ...]) -> None:
        """Which program it says it is."""
        log.debug("client.id", peer=self._peer, fields=dict(fields))

    def shutting_down(self) -> bool:
        """Whether the server goes down."""
        return self.stopping

    def login_failed(self, user: str, reason: str) -> None:
        """Somebody was not let in."""
        log.warning("login.failed", user=user, peer=self._peer, reason=reason)

    def on_error(self, error: Exception) -> None:
        """A fault of ours."""
        log.error("session.failed", peer=self._peer, exc_info=error)

    def on_mistake(self, event: Mistake) -> None:
        """A fault of the client's."""
        log.debug("client.mistake", peer=self._peer, reply=str(event.status))

    @property
    def _peer(self) -> str:
        return self._stream.peer[0]


async def _answered(doing: Awaitable[T]) -> T:
    """Await it; what the store refuses becomes the client's answer. Raises Refused."""
    try:
        return await doing
    except (Refused, CommandError):
        raise
    except Exception as error:
        status = answer_to(error)
        if status is None:
            raise
        raise Refused(status) from error
