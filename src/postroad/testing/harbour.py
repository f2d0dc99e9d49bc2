"""The sending side of the gateway, and the world that it sends to, while a clock jumps."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from postroad import blobs
from postroad.blobs import Blobs
from postroad.border.outbound import BorderOutboundConfig, Dialer, Finder, Outbound, Pool
from postroad.handoff import Content, Envelope, Recipient, Report
from postroad.testing.clock import Clock
from postroad.testing.database import MemoryDatabase
from postroad.testing.hosts import Hosts

ZONE = """
beta.test   MX  10 mx1.beta.test
beta.test   MX  20 mx2.beta.test
mx1.beta.test A 127.1.0.1
mx2.beta.test A 127.1.0.2
twin.test   MX  10 twins.test
twins.test  A   127.1.0.1
twins.test  A   127.1.0.2
gone.test   MX  10 nohost.test
null.test   MX  0  .
dead.test   FAIL
"""
ONE, TWO = "127.1.0.1", "127.1.0.2"
LETTER = b"Subject: hello\r\n\r\n.dot\r\nWords.\r\n"
PREFIX = b"Received: here\r\n"


@dataclass
class Harbour:
    """The sending side, and the world that it sends to."""

    clock: Clock
    hosts: Hosts
    outbound: Outbound
    blob: bytes

    async def send(
        self, *recipients: str | Recipient, route: str = "beta.test", **more: Any
    ) -> list[Report]:
        """Deliver LETTER below PREFIX; a report for each recipient."""
        whom = tuple(Recipient(r) if isinstance(r, str) else r for r in recipients)
        envelope = Envelope(more.pop("sender", "alice@alpha.test"), whom, **more)
        content = Content(self.blob, len(LETTER), PREFIX)
        return list(await self.outbound.deliver(envelope, content, "0" * 20, route))

    async def ends(self, *recipients: str, **more: Any) -> list[str]:
        """What became of each, in short."""
        return [
            f"{report.outcome} {report.reply.code}"
            for report in await self.send(*recipients, **more)
        ]


def play(test: Callable[[Harbour], Awaitable[None]], **config: Any) -> None:
    """Run `test(harbour)` while a clock jumps."""
    clock = Clock()
    clock.run(_play(clock, test, config))


async def _play(
    clock: Clock, test: Callable[[Harbour], Awaitable[None]], config: dict[str, Any]
) -> None:
    settings, db = BorderOutboundConfig(**config), MemoryDatabase()
    hosts = Hosts(clock, ZONE)
    stored = blobs.inline(LETTER)
    blobs.put(db.tx, stored)
    name, call_later = "mx.alpha.test", asyncio.get_running_loop().call_later
    outbound = Outbound(
        Finder(settings, name, hosts.lookups, random.Random(1)),
        Dialer(settings, name, hosts.lookups, clock, hosts.connect),
        Pool(settings.idle_timeout, settings.messages_per_connection, call_later),
        db,
        Blobs(None),
    )
    await test(Harbour(clock, hosts, outbound, stored.id))
    await outbound.close()
