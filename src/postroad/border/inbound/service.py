"""What the gateway needs to take a message in, shared by all its sessions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from postroad import journey
from postroad.blobs import Blobs, StoredBlob
from postroad.border.inbound.config import BorderInboundConfig
from postroad.border.inbound.ports import ReverseNames
from postroad.border.inbound.recipients import RecipientPolicy
from postroad.handoff import Acceptor

REVERSE_NAME_SECONDS = 2.0
"""How long a message waits for the reverse name of its peer; the name is for people, not a test."""


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

    def new_trace(self) -> str:
        """A trace id for a message whose first octet is about to come."""
        return journey.new_trace(self.clock(), self.rng.getrandbits(52))

    def reverse_name(self, address: str) -> asyncio.Task[str]:
        """Begin to look for the peer's reverse name, beside the conversation with it."""
        return asyncio.create_task(self._reverse_name(address))

    async def _reverse_name(self, address: str) -> str:
        try:
            async with asyncio.timeout(REVERSE_NAME_SECONDS):
                return await self.names.ptr(address)
        except TimeoutError:
            return ""
