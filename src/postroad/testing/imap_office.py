"""An account with its IMAP server in memory, and clients that speak to it over pipes.

For tests of the station as a whole: the real store on an in-memory database, the real protocol.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from postroad import blobs as blob_room
from postroad import directory, journey, store
from postroad.blobs import Blobs
from postroad.db import Database, Transaction
from postroad.directory import Account, Authenticator
from postroad.handoff import Content, summarize
from postroad.journey.events import AnyEvent
from postroad.mra.imap import Imap, ImapConfig, ImapServer
from postroad.store import Changes, NewEmail, Store, Viewer
from postroad.testing.pipe import FakeTls, PipeStream, pipe_pair

NOW = 1_780_000_000.0
ADDRESS = "alice@alpha.test"
PASSWORD = "correct horse"  # noqa: S105 - the account is a test's
PREFIX = b"Return-Path: <bob@beta.test>\r\n"
WAIT = 10.0

_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_VERIFIERS = directory.make_verifiers(PASSWORD)


class ImapClient:
    """The other end of a session. `ask` returns all lines of an answer, the tagged one last."""

    def __init__(self, stream: PipeStream, session: asyncio.Task[None]) -> None:
        self.stream = stream
        self.session = session
        self._read = b""
        self._tag = 0

    async def line(self) -> bytes:
        """The next line without its CRLF; a literal's octets stand in it as they came."""
        said = await self._until(b"\r\n")
        while found := _LITERAL.search(said):
            said += await self._take(int(found[1]))
            said += await self._until(b"\r\n")
        return said.removesuffix(b"\r\n")

    async def send(self, octets: bytes | str) -> None:
        """Octets as they are."""
        data = octets.encode() if isinstance(octets, str) else octets
        await self.stream.write(data, WAIT)

    async def ask(self, command: str | bytes) -> list[bytes]:
        """Send a command under a tag of its own, and wait for its status."""
        self._tag += 1
        tag = b"t%d" % self._tag
        text = command.encode() if isinstance(command, str) else command
        await self.send(tag + b" " + text + b"\r\n")
        return await self.answer(tag)

    async def answer(self, tag: bytes) -> list[bytes]:
        """All lines to the status with this tag, in which the tag is left out."""
        lines: list[bytes] = []
        while True:
            said = await self.line()
            if said.startswith(tag + b" "):
                return [*lines, said.removeprefix(tag + b" ")]
            lines.append(said)

    async def good(self, command: str | bytes) -> list[bytes]:
        """The untagged lines of a command that must succeed."""
        *lines, status = await self.ask(command)
        assert status.startswith(b"OK"), (command, status)
        return lines

    async def log_in(self, mailbox: str = "") -> None:
        """LOGIN, and SELECT when a mailbox is named."""
        await self.good(f'LOGIN {ADDRESS} "{PASSWORD}"')
        if mailbox:
            await self.good(f"SELECT {mailbox}")

    async def hang_up(self) -> None:
        """Leave without a word, and wait until the session is over."""
        await self.stream.close()
        await self.session

    async def _until(self, mark: bytes) -> bytes:
        while mark not in self._read:
            await self._more()
        cut = self._read.index(mark) + len(mark)
        said, self._read = self._read[:cut], self._read[cut:]
        return said

    async def _take(self, octets: int) -> bytes:
        while len(self._read) < octets:
            await self._more()
        said, self._read = self._read[:octets], self._read[octets:]
        return said

    async def _more(self) -> None:
        more = await self.stream.read(WAIT)
        if not more:
            raise EOFError(self._read)
        self._read += more


class ImapOffice:
    """Account, messages, server."""

    def __init__(self, db: Database, blobs: Blobs, config: ImapConfig) -> None:
        self.db = db
        self.blobs = blobs
        self.now = NOW
        changes = Changes()
        self.store = Store(changes)
        self.authenticator = Authenticator(db)
        self.service = Imap(
            config=config,
            hostname="mail.alpha.test",
            db=db,
            blobs=blobs,
            store=self.store,
            changes=changes,
            viewer=Viewer(db, blobs),
            authenticator=self.authenticator,
            clock=lambda: self.now,
        )
        self.server = ImapServer(self.service, monotonic=time.monotonic)
        self.account = Account(0, "", "", None, 0.0)
        self._clients: list[ImapClient] = []

    async def populate(self, quota: int | None = None) -> None:
        """Make the account."""

        def unit(tx: Transaction) -> Account:
            directory.add_domain(tx, "alpha.test", NOW)
            account = directory.add_account(tx, ADDRESS, _VERIFIERS, now=NOW, quota=quota)
            if not store.mailboxes(tx, account.id):
                store.create_account(tx, account.id, NOW, quota)
            return account

        self.account = await self.db.write(unit)

    async def deliver(
        self, body: bytes, *, keywords: Iterable[str] = (), received: float | None = None
    ) -> str:
        """File a message in INBOX as a delivery would, and return its trace id."""
        trace = journey.new_trace(self.now, hash(body) & 0xFFFF)
        writer = self.blobs.writer()
        await writer.write(body)
        stored = await writer.finish()
        seen = summarize(body.partition(b"\r\n\r\n")[0] + b"\r\n")
        email = NewEmail(
            content=Content(stored.id, len(body), PREFIX),
            received=self.now if received is None else received,
            sent=seen.sent,
            message_id=seen.message_id,
            references=seen.references,
            subject=seen.subject,
            trace=trace,
            keywords=frozenset(keywords),
        )

        def unit(tx: Transaction) -> None:
            blob_room.put(tx, stored)
            inbox = store.mailbox_by_role(tx, self.account.id, "inbox")
            self.store.add(tx, self.account.id, inbox.id, email)

        await self.db.write(unit)
        return trace

    async def events(self, trace: str) -> list[AnyEvent]:
        """What the journey of a message says."""

        def unit(tx: Transaction) -> None:
            journey.open_journey(
                tx, trace, at=NOW, message_id="", reverse_path="", recipients=[], subject="",
                size=0,
            )  # fmt: skip

        await self.db.write(unit)
        (found,) = await self.db.read(lambda tx: journey.find(tx, trace))
        return list(found.events)

    async def dial(self, mailbox: str = "INBOX", *, tls: bool = True) -> ImapClient:
        """Connect; with a mailbox, log in and open it."""
        ours, theirs = pipe_pair()
        ours.tls = theirs.tls = FakeTls() if tls else None
        serving: Any = self.server.serve(theirs)  # type: ignore[arg-type]  # by shape alone
        client = ImapClient(ours, asyncio.create_task(serving))
        self._clients.append(client)
        assert (await client.line()).startswith(b"* OK")
        if mailbox:
            await client.log_in(mailbox)
        return client

    async def close(self) -> None:
        """Hang up everywhere."""
        for client in self._clients:
            await client.hang_up()
        self.authenticator.close()
        await self.db.close()


@asynccontextmanager
async def imap_office(
    db: Database, folder: Path, *, quota: int | None = None, **settings: Any
) -> AsyncIterator[ImapOffice]:
    """An office over `db`, which is closed at the end; its large messages are in `folder`."""
    office = ImapOffice(db, Blobs(folder / "blobs"), ImapConfig(**settings))
    await office.populate(quota)
    try:
        yield office
    finally:
        await office.close()
