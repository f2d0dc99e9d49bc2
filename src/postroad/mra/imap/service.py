"""What IMAP needs, shared by all its sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from postroad import directory
from postroad.blobs import Blobs
from postroad.db import Database
from postroad.directory import Account, Authenticator
from postroad.mra.imap.config import ImapConfig
from postroad.store import Changes, Store, Viewer

STATION = "mra"


@dataclass(frozen=True, slots=True)
class Imap:
    """One for a process. `clock` gives seconds since the epoch; `changes` is what `store` tells."""

    config: ImapConfig
    hostname: str
    db: Database
    blobs: Blobs
    store: Store
    changes: Changes
    viewer: Viewer
    authenticator: Authenticator
    clock: Callable[[], float]
    open_sessions: Counter[int] = field(default_factory=Counter)

    async def account(self, address: str) -> Account:
        """The account that authenticated. Raises directory.NoSuchAccount when it is gone."""
        return await self.db.read(lambda tx: directory.get_account(tx, address))

    def enter(self, account_id: int) -> bool:
        """Count one more session of an account; False when it has as many as it may."""
        if self.open_sessions[account_id] >= self.config.sessions_per_account:
            return False
        self.open_sessions[account_id] += 1
        return True

    def leave(self, account_id: int) -> None:
        """One of its sessions has ended."""
        self.open_sessions[account_id] -= 1
        if not self.open_sessions[account_id]:
            del self.open_sessions[account_id]
