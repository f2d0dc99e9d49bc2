"""What the gateway needs to take a message in, shared by all its sessions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from structlog import get_logger
from structlog.typing import FilteringBoundLogger

from postroad import journey
from postroad.blobs import Blobs, StoredBlob
from postroad.border.inbound.config import BorderInboundConfig
from postroad.border.inbound.ports import ReverseNames
from postroad.border.inbound.recipients import RecipientPolicy
from postroad.handoff import Acceptor

STATION = "border.inbound"

REVERSE_NAME_SECONDS = 2.0
"""How long a message waits for the reverse name of its peer; the name is for people, not a test."""

REMEMBERED_SECONDS = 60.0
"""How long a reverse name, or that there is none, is used for further connections."""

REMEMBERED_NAMES = 10_000
"""Reverse names remembered at once; with more than that, remembering starts anew."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One for a process. `clock` gives seconds since the epoch."""

    config: BorderInboundConfig
    hostname: str
    blobs: Blobs
    recipients: RecipientPolicy
    acceptor: Acceptor[StoredBlob]
    names: ReverseNames
    clock: Callable[[], float]
    rng: random.Random
    log: FilteringBoundLogger = field(default_factory=lambda: get_logger(STATION).bind())
    seen: dict[str, tuple[float, asyncio.Future[str]]] = field(default_factory=dict)

    def new_trace(self) -> str:
        """A trace id for a message whose first octet is about to come."""
        return journey.new_trace(self.clock(), self.rng.getrandbits(52))

    def reverse_name(self, address: str) -> asyncio.Future[str]:
        """Begin to look for the peer's reverse name, beside the conversation with it.

        Peers come in bursts: those of the last minute are remembered, and share one look-up.
        """
        now = self.clock()
        known = self.seen.get(address)
        if known is not None and known[0] > now:
            return known[1]
        if len(self.seen) >= REMEMBERED_NAMES:
            self.seen.clear()
        name = asyncio.ensure_future(self._reverse_name(address))
        self.seen[address] = (now + REMEMBERED_SECONDS, name)
        return name

    async def _reverse_name(self, address: str) -> str:
        try:
            async with asyncio.timeout(REVERSE_NAME_SECONDS):
                return await self.names.ptr(address)
        except Exception:  # a courtesy: without a name the message is taken all the same
            return ""
