"""One IMAP session: who is here and which mailbox is open; each command has a file of its own.

Standards: RFC 9051 §3 (states), §7.5.1 (what may be told when)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from postroad import store
from postroad.db import Unit
from postroad.directory import Account
from postroad.mra.imap import news
from postroad.mra.imap.incoming import Incoming
from postroad.mra.imap.items import Shelf
from postroad.mra.imap.names import Tree
from postroad.mra.imap.service import Imap
from postroad.mra.imap.view import View

T = TypeVar("T")


class Out(Protocol):
    """Where a command writes what it says before its status; returns when the client keeps up."""

    async def write(self, data: bytes) -> None: ...


class ImapSession:
    """What commands know of their session. `on_change` is called when its account has changed."""

    def __init__(self, service: Imap) -> None:
        self.service = service
        self.account: Account | None = None
        self.view: View | None = None
        self.enabled: set[str] = set()
        self.shelf = Shelf()
        self.tag = ""  # of the command under way
        self.heard = 0  # the account's modseq, as far as somebody said
        self.incoming: Incoming | None = None  # messages of an APPEND under way
        self.on_change: Callable[[], None] | None = None  # while it idles
        self._unsubscribe = _nothing

    # --- who and where ---

    @property
    def account_id(self) -> int:
        """Whose session it is. Only after the login: the protocol's table sees to that."""
        assert self.account is not None
        return self.account.id

    @property
    def selected(self) -> View:
        """The open mailbox. Only when there is one: the protocol's table sees to that."""
        assert self.view is not None
        return self.view

    @property
    def utf8(self) -> bool:
        """Whether the client takes UTF-8 in quoted strings and names."""
        return bool(self.enabled & {"IMAP4rev2", "UTF8=ACCEPT"})

    @property
    def rev2(self) -> bool:
        """Whether the client speaks IMAP4rev2."""
        return "IMAP4rev2" in self.enabled

    @property
    def condstore(self) -> bool:
        """Whether the client is told of mod-sequences."""
        return "CONDSTORE" in self.enabled

    @property
    def uid_only(self) -> bool:
        """Whether message numbers are off."""
        return "UIDONLY" in self.enabled

    @property
    def says_vanished(self) -> bool:
        """Whether the client hears VANISHED instead of EXPUNGE (RFC 7162 §3.2.10, RFC 9586)."""
        return bool(self.enabled & {"QRESYNC", "UIDONLY"})

    def enable(self, *names: str) -> None:
        """An extension that the client has shown to know."""
        self.enabled.update(names)

    async def leave(self) -> None:
        """The account's session is over; another may begin on the same connection."""
        self.close()
        if self.incoming is not None:
            incoming, self.incoming = self.incoming, None
            await incoming.drop()
        if self.account is not None:
            self.service.leave(self.account.id)
            self.account = None
        self.enabled.clear()

    # --- the store ---

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit of work that only reads."""
        return await self.service.db.read(unit)

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit of work; it is durable on return."""
        return await self.service.db.write(unit)

    async def tree(self) -> Tree:
        """The account's mailboxes."""
        account = self.account_id
        return Tree(await self.read(lambda tx: store.mailboxes(tx, account)))

    # --- the open mailbox ---

    def open(self, view: View) -> None:
        """Select a mailbox; from now on changes of its account are heard of."""
        self.close()
        self.view = view
        self._unsubscribe = self.service.changes.subscribe(self.account_id, self._changed)

    def close(self) -> bool:
        """Leave the mailbox; returns whether one was open."""
        was_open = self.view is not None
        self._unsubscribe()
        self._unsubscribe = _nothing
        self.view = None
        self.shelf.clear()
        return was_open

    @property
    def behind(self) -> bool:
        """Whether the account has changed since the client was told the last time."""
        return self.view is not None and self.heard > self.view.modseq

    def did(self, modseq: int, gone: Iterable[int] = (), *, arrived: bool = False) -> None:
        """This session has changed its mailbox itself, and its client is told so by the command.

        `arrived`: there are new messages too, of which it is told as of those of others.
        """
        view = self.selected
        view.leave(gone)
        if view.modseq == modseq - 1 and not arrived:
            view.modseq = modseq  # nothing of others lies between
        elif modseq > view.modseq:
            view.mine.add(modseq)

    async def catch_up(self, out: Out, *, expunges: bool, ask: bool = False) -> None:
        """Tell what others did in the open mailbox. `ask`: look even when nobody said anything."""
        view = self.view
        if view is None:
            return
        if ask or self.behind:
            account, mailbox, since = view.account_id, view.mailbox_id, view.modseq
            mine = frozenset(view.mine)
            found = await self.read(lambda tx: news.read(tx, account, mailbox, since, mine))
            tell = news.apply(view, found)
        else:
            tell = []
        said = news.report(
            view, tell,
            expunges=expunges, modseqs=self.condstore, uid_only=self.uid_only,
            vanished=self.says_vanished,
        )  # fmt: skip
        if said:
            await out.write(said)

    def _changed(self, modseq: int) -> None:
        """The account has changed: called after the commit, in the event loop."""
        self.heard = max(self.heard, modseq)
        if self.on_change is not None and self.behind:
            self.on_change()


def _nothing() -> None:
    """What ends a subscription that never began."""
