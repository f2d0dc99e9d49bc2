"""An account with its mailboxes in memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from postroad import blobs, store
from postroad.handoff import Content
from postroad.store import Added, Changes, NewEmail, Store
from postroad.testing.database import MemoryTransaction

ANN, BEN = 1, 2
INBOX = 1
Tx = MemoryTransaction


@dataclass
class Desk:
    """A store with two accounts, and short words for what tests do."""

    tx: Tx = field(default_factory=MemoryTransaction)
    hub: Changes = field(default_factory=Changes)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.store = Store(self.hub)
        for account in (ANN, BEN):
            store.create_account(self.tx, account, 1_800_000_000.0)
        self.end_unit()

    def end_unit(self) -> None:
        """Commit; what follows is another unit of work."""
        self.tx = self.tx.fresh()

    def file(
        self, account: int = ANN, mailbox: int = INBOX, size: int = 100, **more: object
    ) -> Added:
        """File one email, with a blob of its own unless `data` says otherwise."""
        number = next(self.numbers)
        data = more.pop("data", b"%d" % number)
        assert isinstance(data, bytes)
        blob = blobs.inline(data)
        blobs.put(self.tx, blob)
        values: dict[str, object] = {
            "content": Content(blob.id, size, b""),
            "received": 1_800_000_000.0 + number,
            "sent": None,
            "message_id": f"<{number}@alpha.test>",
            "references": (),
            "subject": f"letter {number}",
            "trace": f"trace{number}",
        }
        return self.store.add(self.tx, account, mailbox, NewEmail(**{**values, **more}))  # type: ignore[arg-type]

    def inbox(self, account: int = ANN) -> store.Mailbox:
        return store.mailbox(self.tx, account, INBOX)

    def blob_refs(self) -> list[int]:
        return [row[0] for row in self.tx.execute("SELECT refs FROM blob ORDER BY rowid")]

    def changes(self, since: int = 0) -> list[tuple[object, ...]]:
        """The kinds, mailboxes and UIDs of Ann's changes."""
        found = store.changes(self.tx, ANN, since, 1_000)
        return [(change.kind, change.mailbox, change.uid) for change in found]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def told(desk: Desk) -> list[int]:
    """The modseqs that a watcher of Ann's account was told."""
    heard: list[int] = []
    desk.hub.subscribe(ANN, heard.append)
    return heard


Caller = Callable[[], object]
