"""A post office with one account, in memory, and a client that speaks POP3 to it over a pipe."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from postroad import blobs as blob_room
from postroad import directory, journey, store
from postroad.blobs import Blobs
from postroad.db import Database, Transaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Account, Authenticator
from postroad.handoff import Content
from postroad.journey.events import AnyEvent
from postroad.mra.pop3 import Pop3, Pop3Config, Pop3Server
from postroad.store import NewEmail, Store
from postroad.testing import FakeTls, PipeStream, pipe_pair

NOW = 1_780_000_000.0
PREFIX = b"Return-Path: <bob@beta.test>\r\n"
VERIFIERS = directory.make_verifiers("correct horse")
WAIT = 10.0


class Client:
    """The other end of a session."""

    def __init__(self, stream: PipeStream, session: asyncio.Task[None]) -> None:
        self.stream = stream
        self.session = session
        self._read = b""

    async def line(self) -> bytes:
        """The next line that the server says, with its CRLF."""
        return await self._until(b"\r\n")

    async def lines(self) -> bytes:
        """A whole multi-line answer behind its first line, with the end."""
        return await self._until(b"\r\n.\r\n") if not self._read.startswith(b".\r\n") else b".\r\n"

    async def ask(self, command: str) -> bytes:
        """Send a command and return the first line of the answer."""
        await self.stream.write(command.encode() + b"\r\n", WAIT)
        return await self.line()

    async def message(self, command: str) -> bytes:
        """Send a command and return the body of its multi-line answer as it was stored."""
        first = await self.ask(command)
        assert first.startswith(b"+OK"), first
        body = await self.lines()
        return body.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")

    async def log_in(self, password: str = "correct horse") -> bytes:
        """USER and PASS; the answer to PASS."""
        await self.ask("USER alice@alpha.test")
        return await self.ask(f"PASS {password}")

    async def quit(self) -> bytes:
        """QUIT, and wait until the session is over."""
        said = await self.ask("QUIT")
        await self.session
        return said

    async def hang_up(self) -> None:
        """Leave without a word."""
        await self.stream.close()
        await self.session

    async def _until(self, mark: bytes) -> bytes:
        while mark not in self._read:
            more = await self.stream.read(WAIT)
            if not more:
                raise EOFError(self._read)
            self._read += more
        cut = self._read.index(mark) + len(mark)
        said, self._read = self._read[:cut], self._read[cut:]
        return said


class Office:
    """Account, messages, server."""

    def __init__(self, db: Database, blobs: Blobs, config: Pop3Config) -> None:
        self.db = db
        self.blobs = blobs
        self.store = Store()
        self.now = NOW
        self.authenticator = Authenticator(db)
        self.service = Pop3(
            config=config,
            hostname="mail.alpha.test",
            db=db,
            blobs=blobs,
            store=self.store,
            authenticator=self.authenticator,
            clock=lambda: self.now,
        )
        self.server = Pop3Server(self.service, monotonic=time.monotonic)
        self.account = Account(0, "", "", None, 0.0)
        self._clients: list[Client] = []

    async def populate(self) -> None:
        def unit(tx: Transaction) -> Account:
            directory.add_domain(tx, "alpha.test", NOW)
            account = directory.add_account(tx, "alice@alpha.test", VERIFIERS, now=NOW)
            if not store.mailboxes(tx, account.id):
                store.create_account(tx, account.id, NOW)
            return account

        self.account = await self.db.write(unit)

    async def deliver(self, body: bytes, number: int = 0) -> str:
        """File a message and return its trace id."""
        trace = journey.new_trace(NOW, number)
        writer = self.blobs.writer()
        await writer.write(body)
        stored = await writer.finish()
        content = Content(stored.id, len(body), PREFIX)

        def unit(tx: Transaction) -> None:
            blob_room.put(tx, stored)
            email = NewEmail(content, NOW, None, f"<{number}@beta.test>", (), "", trace)
            inbox = store.mailbox_by_role(tx, self.account.id, "inbox")
            self.store.add(tx, self.account.id, inbox.id, email)
            addresses = [self.account.address]
            journey.open_journey(
                tx, trace, at=NOW, message_id="", reverse_path="", recipients=addresses,
                subject="", size=len(body),
            )  # fmt: skip

        await self.db.write(unit)
        return trace

    async def events(self, trace: str) -> list[AnyEvent]:
        """What the journey of a message says."""
        (found,) = await self.db.read(lambda tx: journey.find(tx, trace))
        return list(found.events)

    async def inbox(self) -> int:
        """How many messages there are."""
        account = self.account.id
        read = self.db.read
        return (await read(lambda tx: store.mailbox_by_role(tx, account, "inbox"))).messages

    async def dial(self, *, tls: bool = True) -> Client:
        """Connect; the greeting is read."""
        ours, theirs = pipe_pair()
        ours.tls = theirs.tls = FakeTls() if tls else None
        session = asyncio.create_task(self.server.serve(theirs))  # type: ignore[arg-type]
        client = Client(ours, session)
        self._clients.append(client)
        assert (await client.line()).startswith(b"+OK")
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.hang_up()
        self.authenticator.close()
        await self.db.close()


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., object]:
    """A function that gives an open office as an asynchronous context."""

    @asynccontextmanager
    async def opened(**settings: object) -> AsyncIterator[Office]:
        config = Pop3Config(**settings)  # type: ignore[arg-type]
        made = Office(open_sqlite(None), Blobs(tmp_path / "blobs"), config)
        await made.populate()
        try:
            yield made
        finally:
            await made.close()

    return opened
