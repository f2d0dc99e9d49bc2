"""One POP3 session.

Standards: RFC 1939 §4 (the lock), §6 (the update), RFC 2449 §8.1, RFC 3206
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import cast

import structlog

from postroad.directory import TooManyLogins
from postroad.handoff import Content
from postroad.mra.pop3.service import Inbox, Pop3
from postroad.net import Stream, TlsInfo
from postroad.protocols import pop3
from postroad.sasl import ScramVerifier
from postroad.store import NoSuchEmail

SLICE = 65_536
"""Octets of a message in memory at once."""

IN_USE = pop3.err(pop3.Text.IN_USE, pop3.Code.IN_USE)
LOGIN_DELAY = pop3.err(pop3.Text.LOGIN_DELAY, pop3.Code.LOGIN_DELAY)
BUSY = pop3.err(pop3.Text.BUSY, pop3.Code.TEMPORARY)

log = structlog.get_logger("mra.pop3")


class Pop3Session:
    """The handler that the POP3 driver calls."""

    def __init__(self, service: Pop3, stream: Stream) -> None:
        self._service = service
        self._stream = stream
        self._inbox: Inbox | None = None
        self._locked = 0  # the account whose maildrop is ours
        self._contents: dict[int, Content] = {}  # looked up ahead
        self._fetched: set[int] = set()
        self._removed = 0
        self.stopping = False

    async def check_password(self, user: str, password: str) -> str | None:
        """The account's address, or None."""
        try:
            account = await self._service.authenticator.check_password(user, password)
        except TooManyLogins:
            raise pop3.LoginRefused(BUSY) from None
        return account.address if account else None

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """What SCRAM needs about the user."""
        return await self._service.authenticator.scram_verifier(user)

    async def open(self, account: str) -> pop3.Maildrop:
        """Lock the maildrop, then list it. Raises LoginRefused."""
        service = self._service
        owner = await service.account(account)
        if not service.maildrops.acquire(owner.id):
            raise pop3.LoginRefused(IN_USE)
        self._locked = owner.id
        if service.maildrops.too_soon(owner.id, service.clock(), service.config.login_delay):
            self._unlock()
            raise pop3.LoginRefused(LOGIN_DELAY)
        try:
            self._inbox = inbox = await service.inbox(owner)
        except Exception:
            self._unlock()
            raise
        log.info("login", user=owner.address, peer=self._peer, messages=len(inbox.messages))
        validity = inbox.mailbox.uidvalidity
        return pop3.Maildrop(
            [
                pop3.Entry(message.size, f"{validity}.{message.email_id}")
                for message in inbox.messages
            ]
        )

    async def retrieve(self, index: int) -> AsyncIterator[bytes]:
        """The message's header lines of ours, then its shared bytes."""
        content = await self._content(index)
        slices = self._service.blobs.chunks(self._service.db, content.blob, 0, SLICE)
        chunks = cast(AsyncGenerator[bytes, None], slices)
        front = content.prefix
        async with aclosing(chunks):  # TOP stops early
            async for chunk in chunks:
                yield front + chunk
                front = b""
        if front:
            yield front

    def sent(self, index: int) -> None:
        """The client has been sent a whole message."""
        self._fetched.add(index)

    async def update(self, indexes: Sequence[int]) -> None:
        """Remove messages, and write down what was fetched, in one unit of work."""
        await self._service.settle(self._open_inbox(), self._fetched, indexes)
        self._fetched.clear()
        self._removed = len(indexes)

    async def tls_started(self, info: TlsInfo | None) -> None:
        """Nothing to decide."""

    async def closed(self) -> None:
        """Write down what was fetched, and let the next session in."""
        inbox, fetched = self._inbox, len(self._fetched)
        try:
            if inbox is not None:
                await self._service.settle(inbox, self._fetched)
        finally:
            self._unlock()
        if inbox is not None:
            user = inbox.account.address
            log.info("logout", user=user, fetched=fetched, removed=self._removed)

    def shutting_down(self) -> bool:
        """Whether the server goes down."""
        return self.stopping

    def login_failed(self, user: str, reason: str) -> None:
        """Somebody was not let in."""
        log.warning("login.failed", user=user, peer=self._peer, reason=reason)

    def on_error(self, error: Exception) -> None:
        """A fault of ours; the client hears -ERR."""
        log.error("session.failed", peer=self._peer, exc_info=error)

    def on_mistake(self, event: pop3.Mistake) -> None:
        """A fault of the client's."""
        log.debug("client.mistake", peer=self._peer, reply=str(event.reply))

    @property
    def _peer(self) -> str:
        return self._stream.peer[0]

    async def _content(self, index: int) -> Content:
        """Where a message's bytes are. Raises NoSuchEmail when it went in the meantime."""
        if index not in self._contents:
            self._contents = await self._service.contents(self._open_inbox(), index)
        try:
            return self._contents.pop(index)
        except KeyError:
            raise NoSuchEmail(f"message {index + 1} went in the meantime") from None

    def _open_inbox(self) -> Inbox:
        assert self._inbox is not None  # the protocol's table: nothing of this before a login
        return self._inbox

    def _unlock(self) -> None:
        if self._locked:
            self._service.maildrops.release(self._locked)
            self._locked = 0
