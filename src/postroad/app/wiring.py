"""Puts the rooms together: who is *local*, who is *remote*, which engine runs, who listens where.

This is the only place that knows all of them.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from postroad.app.config import Config
from postroad.app.watch import WatchedDatabase
from postroad.blobs import Blobs
from postroad.border.inbound import Inbound, InboundServer, RecipientPolicy
from postroad.border.outbound import CallOut, Dialer, Finder, Outbound, Pool
from postroad.db import Database, StorageFailed
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Authenticator
from postroad.mda import Delivery, LmtpServer, Mda
from postroad.mra.imap import Imap, ImapServer
from postroad.mra.pop3 import Pop3, Pop3Server
from postroad.msa import Msa, SubmissionServer
from postroad.mta import Acceptance, Dispatcher, Mta, Settlement
from postroad.net import (
    Listener,
    Lookups,
    Reception,
    Resolver,
    ServerTls,
    Stream,
    parse_nameserver,
    system_nameservers,
)
from postroad.store import Changes, Follower, Store, Viewer

BUSY_SMTP = b"421 4.7.0 Too many connections; try again later\r\n"
BUSY_IMAP = b"* BYE [UNAVAILABLE] Too many connections; try again later\r\n"
BUSY_POP3 = b"-ERR [SYS/TEMP] Too many connections; try again later\r\n"


class Server(Protocol):
    """What every protocol's shell offers to a listener, and to whoever takes it down."""

    async def serve(self, stream: Stream) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class House:
    """All that runs in one process."""

    db: Database
    blobs: Blobs
    resolver: Resolver
    authenticator: Authenticator
    acceptance: Acceptance
    dispatcher: Dispatcher
    outbound: Outbound
    viewer: Viewer
    follower: Follower
    servers: tuple[Server, ...]
    listeners: tuple[Listener, ...]
    tls: ServerTls | None


class ReverseNames:
    """The gateway's port for reverse names, over the resolver."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups

    async def ptr(self, address: str) -> str:
        """The first name of an address, or ""."""
        answer = await self._lookups.ptr(address)
        return answer.records[0] if answer.records else ""


def build(config: Config, failed: Callable[[StorageFailed], None]) -> House:
    """Open the database and make every room that `config` asks for; nothing listens yet.

    `failed` hears of a disk that failed. Raises DatabaseError, TlsFilesUnusable, ListenError.
    """
    folder = Path(config.data)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = WatchedDatabase(open_sqlite(str(config.database)), failed)
    return _Builder(config, db, failed).house()


class _Builder:
    """The steps of `build`, with what they share."""

    def __init__(
        self, config: Config, db: Database, failed: Callable[[StorageFailed], None]
    ) -> None:
        self.config = config
        self.db = db
        # Chance here decides who is asked first and makes trace ids unique; no secret hangs on it.
        self.rng = random.Random(os.urandom(32))
        self.blobs = Blobs(config.blobs, failed)
        self.changes = Changes()
        self.store = Store(self.changes)
        self.viewer = Viewer(db, self.blobs)
        self.resolver = Resolver(_nameservers(config), timeout=config.net.dns_timeout)
        self.authenticator = Authenticator(db)
        self.tls = _server_tls(config)
        self.limits = config.net.limits()

    def house(self) -> House:
        config = self.config
        mta = Mta(config.mta, config.hostname, Mda(config.mda, self.store), self.rng)
        acceptance = Acceptance(self.db, mta)
        outbound = self._outbound()
        settlement = Settlement(self.db, self.blobs, config.mta, mta, time.time, self.rng)
        dispatcher = Dispatcher(self.db, config.mta, outbound, settlement, time.time)
        mta.wake = dispatcher.wake
        servers = {
            "smtp": self._border(acceptance, CallOut(outbound.ask, mta.route_of, time.monotonic)),
            "submission": self._submission(acceptance),
            "lmtp": self._lmtp(acceptance),
            "imap": self._imap(),
            "pop3": self._pop3(),
        }
        return House(
            db=self.db,
            blobs=self.blobs,
            resolver=self.resolver,
            authenticator=self.authenticator,
            acceptance=acceptance,
            dispatcher=dispatcher,
            outbound=outbound,
            viewer=self.viewer,
            follower=Follower(self.changes),
            servers=tuple(servers.values()),
            listeners=tuple(self._listeners(servers)),
            tls=self.tls,
        )

    def _outbound(self) -> Outbound:
        settings, name = self.config.border.outbound, self.config.hostname
        call_later = asyncio.get_running_loop().call_later
        return Outbound(
            Finder(settings, name, self.resolver, self.rng),
            Dialer(settings, name, self.resolver, time.monotonic),
            Pool(settings.idle_timeout, settings.messages_per_connection, call_later),
            self.db,
            self.blobs,
        )

    def _border(self, acceptance: Acceptance, verifier: CallOut) -> Server:
        settings = self.config.border.inbound
        service = Inbound(
            config=settings,
            hostname=self.config.hostname,
            blobs=self.blobs,
            recipients=RecipientPolicy(settings, self.db, verifier, time.monotonic),
            acceptor=acceptance,
            names=ReverseNames(self.resolver),
            clock=time.time,
            rng=self.rng,
        )
        return InboundServer(service, tls=self.tls is not None, monotonic=time.monotonic)

    def _submission(self, acceptance: Acceptance) -> Server:
        service = Msa(
            config=self.config.msa,
            hostname=self.config.hostname,
            db=self.db,
            blobs=self.blobs,
            acceptor=acceptance,
            authenticator=self.authenticator,
            clock=time.time,
            rng=self.rng,
        )
        return SubmissionServer(service, monotonic=time.monotonic)

    def _lmtp(self, acceptance: Acceptance) -> Server:
        service = Delivery(
            config=self.config.mda,
            hostname=self.config.hostname,
            db=self.db,
            blobs=self.blobs,
            acceptor=acceptance,
            clock=time.time,
            rng=self.rng,
        )
        return LmtpServer(service, tls=self.tls is not None, monotonic=time.monotonic)

    def _imap(self) -> Server:
        service = Imap(
            config=self.config.mra.imap,
            hostname=self.config.hostname,
            db=self.db,
            blobs=self.blobs,
            store=self.store,
            changes=self.changes,
            viewer=self.viewer,
            authenticator=self.authenticator,
            clock=time.time,
        )
        return ImapServer(service, monotonic=time.monotonic)

    def _pop3(self) -> Server:
        service = Pop3(
            config=self.config.mra.pop3,
            hostname=self.config.hostname,
            db=self.db,
            blobs=self.blobs,
            store=self.store,
            authenticator=self.authenticator,
            clock=time.time,
        )
        return Pop3Server(service, monotonic=time.monotonic)

    def _listeners(self, servers: dict[str, Server]) -> list[Listener]:
        listen = self.config.listen
        wanted = (
            (listen.smtp, servers["smtp"], BUSY_SMTP, False),
            (listen.submission, servers["submission"], BUSY_SMTP, False),
            (listen.submissions, servers["submission"], BUSY_SMTP, True),
            (listen.lmtp, servers["lmtp"], BUSY_SMTP, False),
            (listen.imap, servers["imap"], BUSY_IMAP, False),
            (listen.imaps, servers["imap"], BUSY_IMAP, True),
            (listen.pop3, servers["pop3"], BUSY_POP3, False),
            (listen.pop3s, servers["pop3"], BUSY_POP3, True),
        )
        return [
            Listener(address, server.serve, self._reception(refusal, implicit))
            for addresses, server, refusal, implicit in wanted
            for address in addresses
        ]

    def _reception(self, refusal: bytes, implicit: bool) -> Reception:
        return Reception(
            refusal=refusal,
            limits=self.limits,
            tls=self.tls,
            implicit_tls=implicit,
            proxies=self.config.net.proxies(),
        )


def _nameservers(config: Config) -> list[tuple[str, int]]:
    if config.net.nameservers:
        return [parse_nameserver(text) for text in config.net.nameservers]
    return system_nameservers()


def _server_tls(config: Config) -> ServerTls | None:
    if not config.tls.certificate:
        return None
    return ServerTls(Path(config.tls.certificate), Path(config.tls.key))
