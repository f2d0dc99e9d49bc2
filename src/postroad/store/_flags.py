"""Keywords of many messages change together, as IMAP's STORE wants it.

What changes is decided first, from one reading of the rows; then each new value is written to all
that get it, a span at a time.

Standards: RFC 9051 §6.4.6 (STORE), RFC 7162 §3.1.3 (UNCHANGEDSINCE)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from postroad.db import Transaction
from postroad.store import _keywords, _mailboxes
from postroad.store._rows import Flags
from postroad.store._spans import Spans, merged, of_numbers
from postroad.store._turns import Item, Turn, Turns
from postroad.store._types import DELETED, SEEN

Mode = Literal["add", "remove", "replace"]


class Stored(msgspec.Struct, frozen=True):
    """What a STORE did: the messages it changed, as they are now, and those it must not change."""

    changed: list[Flags]
    failed: list[int]


@dataclass(frozen=True, slots=True)
class Order:
    """A STORE: what to do with which keywords, unless a message changed after a modseq."""

    mode: Mode
    words: frozenset[str]
    unchanged_since: int | None

    def apply(self, old: frozenset[str]) -> frozenset[str]:
        """Return what `old` becomes."""
        if self.mode == "add":
            return old | self.words
        return old - self.words if self.mode == "remove" else self.words


@dataclass(slots=True)
class _Step:
    """From one value to another: what it does to the counters, and to which messages it happens."""

    text: str
    own: str | None  # what the email gets, None when only `$deleted` changes
    unseen: int
    deleted: bool
    deleted_more: int
    items: list[Item] = field(default_factory=list)


def store_flags(
    tx: Transaction, turns: Turns, account: int, mailbox: int, ranges: Spans, order: Order
) -> Stored:
    """See `Store.store_flags`."""
    _mailboxes.mailbox(tx, account, mailbox)
    steps, failed = _decide(tx, account, mailbox, merged(ranges), order)
    if not steps:
        return Stored([], failed)
    turn = turns.take(tx, account)
    for step in steps:
        if step.own is not None:
            _change_emails(tx, turn, mailbox, step)
        for low, high in of_numbers(uid for uid, _, _ in step.items):
            tx.execute(
                "UPDATE placement SET keywords = ?, deleted = ?, modseq = ?"
                " WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ?",
                (step.text, step.deleted, turn.modseq, account, mailbox, low, high),
            )
    _count(tx, turn, mailbox, steps)
    items = sorted(item for step in steps for item in step.items)
    turn.log_all(tx, "keywords", mailbox, items)
    texts = {uid: step.text for step in steps for uid, _, _ in step.items}
    return Stored([(uid, turn.modseq, texts[uid]) for uid, _, _ in items], failed)


def _decide(
    tx: Transaction, account: int, mailbox: int, spans: Spans, order: Order
) -> tuple[list[_Step], list[int]]:
    """Return the steps that change something, and the UIDs that changed too lately.

    Raises BadKeyword before anything is written.
    """
    steps: dict[str, _Step | None] = {}
    failed: list[int] = []
    limit = order.unchanged_since
    for low, high in spans:
        rows = tx.execute(
            "SELECT uid, email, thread, modseq, keywords FROM placement"
            " WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ? ORDER BY uid",
            (account, mailbox, low, high),
        )
        for uid, email, thread, modseq, text in rows:
            if limit is not None and modseq > limit:
                failed.append(uid)
                continue
            if text not in steps:
                steps[text] = _step(text, order)
            if step := steps[text]:
                step.items.append((uid, email, thread))
    return [step for step in steps.values() if step], failed


def _step(text: str, order: Order) -> _Step | None:
    old = frozenset(text.split())
    new = order.apply(old)
    if new == old:
        return None
    own_old, own = old - {DELETED}, _keywords.check_own(new - {DELETED})
    return _Step(
        text=" ".join(sorted(new)),
        own=None if own == own_old else _keywords.pack(own),
        unseen=(SEEN not in own) - (SEEN not in own_old),
        deleted=DELETED in new,
        deleted_more=(DELETED in new) - (DELETED in old),
    )


def _count(tx: Transaction, turn: Turn, mailbox: int, steps: Iterable[_Step]) -> None:
    """Bring the mailbox's counters up to date."""
    unseen = sum(step.unseen * len(step.items) for step in steps)
    deleted = sum(step.deleted_more * len(step.items) for step in steps)
    tx.execute(
        "UPDATE mailbox SET unseen = unseen + ?, deleted = deleted + ?, modseq = ?"
        " WHERE account = ? AND id = ?",
        (unseen, deleted, turn.modseq, turn.account, mailbox),
    )


def _change_emails(tx: Transaction, turn: Turn, mailbox: int, step: _Step) -> None:
    """Write the emails' own keywords, and show them in the other mailboxes that have the emails."""
    assert step.own is not None
    elsewhere: list[tuple[int, int, int]] = []
    for low, high in of_numbers(email for _, email, _ in step.items):
        tx.execute(
            "UPDATE email SET keywords = ? WHERE account = ? AND id BETWEEN ? AND ?",
            (step.own, turn.account, low, high),
        )
        elsewhere += tx.execute(
            "SELECT mailbox, uid, email FROM placement"
            " WHERE account = ? AND email BETWEEN ? AND ? AND mailbox <> ?",
            (turn.account, low, high, mailbox),
        )
    own = frozenset(step.own.split())
    threads = {email: thread for _, email, thread in step.items}
    for box in sorted({box for box, _, _ in elsewhere}):
        items = sorted((uid, email, threads[email]) for at, uid, email in elsewhere if at == box)
        _keywords.show(tx, turn, box, own, items, step.unseen)
