"""What submission needs, shared by all its sessions."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from postroad import directory, journey
from postroad.blobs import Blobs, StoredBlob
from postroad.db import Database
from postroad.directory import Account, Authenticator, Unknown
from postroad.handoff import Acceptor, Reply
from postroad.msa.config import MsaConfig
from postroad.msa.senders import SenderPolicy

UNKNOWN = Reply(550, "5.1.1", "No such mailbox here; check the address")


@dataclass(frozen=True, slots=True)
class Msa:
    """One for a process. `clock` gives seconds since the epoch."""

    config: MsaConfig
    hostname: str
    db: Database
    blobs: Blobs
    acceptor: Acceptor[StoredBlob]
    authenticator: Authenticator
    clock: Callable[[], float]
    rng: random.Random

    def new_trace(self) -> str:
        """A trace id for a message whose first octet is about to come."""
        return journey.new_trace(self.clock(), self.rng.getrandbits(52))

    @property
    def senders(self) -> SenderPolicy:
        """Who may send as whom."""
        return SenderPolicy(self.db)

    async def account(self, address: str) -> Account:
        """The account that authenticated. Raises directory.NoSuchAccount when it is gone."""
        return await self.db.read(lambda tx: directory.get_account(tx, address))

    async def recipient(self, address: str) -> Reply | None:
        """Return the refusal of a recipient, or None: a mistyped colleague is told at once."""
        found = await self.db.read(lambda tx: directory.resolve(tx, address))
        return UNKNOWN if isinstance(found, Unknown) else None
