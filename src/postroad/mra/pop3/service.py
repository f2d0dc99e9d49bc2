"""What POP3 needs, shared by all its sessions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from postroad import directory, journey, store
from postroad.blobs import Blobs
from postroad.db import Database, Transaction
from postroad.directory import Account, Authenticator
from postroad.handoff import Content
from postroad.journey.events import Retrieved
from postroad.mra.pop3.config import Pop3Config
from postroad.mra.pop3.maildrops import Maildrops
from postroad.store import SEEN, Listed, Mailbox, Store

STATION = "mra"

AHEAD = 32
"""Messages looked up at once: who fetches one mostly fetches the next."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a session sees: the mailbox, and its messages when the session began."""

    account: Account
    mailbox: Mailbox
    messages: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Pop3:
    """One for a process. `clock` gives seconds since the epoch."""

    config: Pop3Config
    hostname: str
    db: Database
    blobs: Blobs
    store: Store
    authenticator: Authenticator
    clock: Callable[[], float]
    maildrops: Maildrops = field(default_factory=Maildrops)

    async def account(self, address: str) -> Account:
        """The account that authenticated. Raises directory.NoSuchAccount when it is gone."""
        return await self.db.read(lambda tx: directory.get_account(tx, address))

    async def inbox(self, account: Account) -> Inbox:
        """The maildrop as it is now, in one snapshot."""

        def look(tx: Transaction) -> Inbox:
            mailbox = store.mailbox_by_role(tx, account.id, "inbox")
            return Inbox(account, mailbox, tuple(store.listing(tx, account.id, mailbox.id)))

        return await self.db.read(look)

    async def contents(self, inbox: Inbox, first: int) -> dict[int, Content]:
        """Where the bytes of message `first` are and of AHEAD - 1 more, in one look.

        Those that went in the meantime are left out.
        """

        def look(tx: Transaction) -> dict[int, Content]:
            found = {}
            for index in range(first, min(first + AHEAD, len(inbox.messages))):
                with suppress(store.NoSuchEmail):
                    email_id = inbox.messages[index].email_id
                    found[index] = store.content(tx, inbox.account.id, email_id)
            return found

        return await self.db.read(look)

    async def settle(
        self, inbox: Inbox, fetched: Collection[int], removed: Sequence[int] = ()
    ) -> None:
        """Write down what was fetched and take out what is removed (indexes), all or nothing."""
        now = self.clock()

        def unit(tx: Transaction) -> None:
            gone = frozenset(removed)
            for index in sorted(fetched):
                self._note_read(tx, inbox, inbox.messages[index], now, stays=index not in gone)
            uids = [inbox.messages[index].uid for index in removed]
            if uids:
                for lost in self.store.expunge(tx, inbox.account.id, inbox.mailbox.id, uids):
                    _record(tx, inbox, lost.trace, "removed", now)

        if fetched or removed:
            await self.db.write(unit)

    def _note_read(
        self, tx: Transaction, inbox: Inbox, message: Listed, now: float, *, stays: bool
    ) -> None:
        """The first time that somebody read this message, by whatever protocol."""
        try:
            email = store.email(tx, inbox.account.id, message.email_id)
        except store.NoSuchEmail:  # another client removed it
            return
        if SEEN in email.keywords:
            return
        _record(tx, inbox, message.trace, "read", now)
        if stays and self.config.mark_read:
            self.store.set_keywords(tx, inbox.account.id, message.email_id, add=[SEEN])


def _record(tx: Transaction, inbox: Inbox, trace: str, action: str, now: float) -> None:
    if not trace:  # it was not delivered but put here
        return
    address = inbox.account.address
    event = Retrieved(
        at=now, station=STATION, recipient=address, account=address, by="POP3", action=action
    )
    journey.record(tx, trace, [event])
