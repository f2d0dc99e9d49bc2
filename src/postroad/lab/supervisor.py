"""Brings the lab up and down: authority, people, DNS, servers, page, control socket."""

from __future__ import annotations

import asyncio
import datetime
import os
import time
from contextlib import AsyncExitStack
from pathlib import Path

from postroad import directory, store
from postroad.db import Database, Transaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.lab import control
from postroad.lab.authority import Authority, CertificateFiles
from postroad.lab.dns import lab_zones, serve_dns
from postroad.lab.page import make_app, serve_page
from postroad.lab.plan import PASSWORD, PEOPLE, Host, Plan
from postroad.lab.servers import Server


class LabIsRunning(Exception):
    """Another process runs a lab in this folder."""


class Lab:
    """One lab; use `run` to have it until `finished` is set."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.servers = {host.name: Server(plan, host) for host in plan.hosts}
        self.finished = asyncio.Event()

    async def __aenter__(self) -> Lab:
        """Bring everything up. Raises LabIsRunning, ServerDidNotStart, ListenError."""
        await self._refuse_a_second()
        await asyncio.to_thread(prepare, self.plan)
        async with AsyncExitStack() as stack:
            dns = await serve_dns(lab_zones(self.plan), *self.plan.dns)
            stack.push_async_callback(dns.close)
            stack.push_async_callback(self._stop_servers)
            await asyncio.gather(*(server.start() for server in self.servers.values()))
            sources = {host.name: self._source(host) for host in self.plan.hosts}
            for source in sources.values():
                stack.push_async_callback(source.close)
            page = await serve_page(make_app(self.plan, sources, self._is_up), *self.plan.page)
            stack.push_async_callback(page.close)
            listener = await control.listen(self.plan.control, self._obey)
            stack.callback(control.remove, self.plan.control)
            stack.callback(listener.close)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take everything down again."""
        await self._stack.aclose()

    async def _refuse_a_second(self) -> None:
        try:
            await control.ask(self.plan.control, "status")
        except control.LabNotRunning:
            return
        raise LabIsRunning(
            f"a lab is running in {self.plan.base}; stop it with "
            f"`postroad lab down --base {self.plan.base}`"
        )

    def _source(self, host: Host) -> Database:
        return open_sqlite(str(self.plan.data(host) / "postroad.db"), readers=1)

    def _is_up(self, name: str) -> bool:
        return self.servers[name].running

    async def _stop_servers(self) -> None:
        await asyncio.gather(*(server.stop() for server in self.servers.values()))

    async def _obey(self, verb: str, name: str) -> control.Answer:
        """Carry out one command of the control socket."""
        if verb == "status":
            pids = {n: server.pid for n, server in self.servers.items()}
            return {"pid": os.getpid(), "servers": pids}
        if verb == "shutdown":
            self.finished.set()
            return {"stopping": True}
        server = self.servers.get(name)
        if server is None or verb not in ("stop", "start", "kill"):
            raise ValueError(f"no such command or server: {verb} {name}")
        await {"stop": server.stop, "start": server.start, "kill": server.kill}[verb]()
        return {name: server.pid}


def prepare(plan: Plan) -> None:
    """Write certificates and configurations, and give the people their mailboxes."""
    plan.base.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC)
    authority = Authority.open(plan.base, now)
    for host in plan.hosts:
        files = CertificateFiles(plan.base / f"{host.name}.crt", plan.base / f"{host.name}.key")
        authority.issue(files, [host.name, host.address], now)
        plan.config_file(host).write_text(plan.config_text(host))
        plan.data(host).mkdir(mode=0o700, exist_ok=True)
        asyncio.run(_populate(plan, host))


async def _populate(plan: Plan, host: Host) -> None:
    """Make the database of `host`, with its people when it is an inner server."""
    db = open_sqlite(str(plan.data(host) / "postroad.db"), readers=1)
    try:
        if not host.border:
            verifiers = directory.make_verifiers(PASSWORD)
            await db.write(lambda tx: _add_people(tx, host.domain, verifiers))
    finally:
        await db.close()


def _add_people(tx: Transaction, domain: str, verifiers: directory.Verifiers) -> None:
    now = time.time()
    if directory.is_local(tx, domain):
        return
    directory.add_domain(tx, domain, now)
    for person in PEOPLE:
        if person.domain == domain:
            account = directory.add_account(
                tx, person.address, verifiers, name=person.name.title(), now=now
            )
            store.create_account(tx, account.id, now)


def absolute(base: str) -> Path:
    """A folder as the servers, which run elsewhere, understand it."""
    return Path(base).expanduser().resolve()
