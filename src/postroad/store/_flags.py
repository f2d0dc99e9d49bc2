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

ROWS_A_SEARCH = 16
"""Rows that a walk along an index passes in the time that another search in it takes."""

_NO_LIMIT = 2**62


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

    old: str
    new: str
    own: frozenset[str] | None  # what the email has then, None when only `$deleted` changes
    unseen: int
    deleted: bool
    deleted_more: int
    items: list[Item] = field(default_factory=list)


def store_flags(
    tx: Transaction, turns: Turns, account: int, mailbox: int, ranges: Spans, order: Order
) -> Stored:
    """See `Store.store_flags`."""
    _mailboxes.mailbox(tx, account, mailbox)
    plan = _decide(tx, account, mailbox, merged(ranges), order)
    steps = plan.steps
    if not steps:
        return Stored([], plan.failed)
    turn = turns.take(tx, account)
    for step in steps:
        _write(tx, turn, mailbox, step, plan)
    _count(tx, turn, mailbox, steps)
    items = sorted(item for step in steps for item in step.items)
    turn.log_all(tx, "keywords", mailbox, items)
    _show_elsewhere(tx, turn, mailbox, [step for step in steps if step.own is not None])
    texts = {uid: step.new for step in steps for uid, _, _ in step.items}
    return Stored([(uid, turn.modseq, texts[uid]) for uid, _, _ in items], plan.failed)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The steps that change something, the UIDs that changed too lately, and what was read."""

    steps: list[_Step]
    failed: list[int]
    spans: Spans
    rows: int
    limit: int


def _decide(tx: Transaction, account: int, mailbox: int, spans: Spans, order: Order) -> _Plan:
    """Read the rows and say what to do. Raises BadKeyword before anything is written."""
    steps: dict[str, _Step | None] = {}
    failed: list[int] = []
    count = 0
    limit = _NO_LIMIT if order.unchanged_since is None else order.unchanged_since
    for low, high in spans:
        rows = tx.execute(
            "SELECT uid, email, thread, modseq, keywords FROM placement"
            " WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ? ORDER BY uid",
            (account, mailbox, low, high),
        )
        count += len(rows)
        for uid, email, thread, modseq, text in rows:
            if modseq > limit:
                failed.append(uid)
                continue
            if text not in steps:
                steps[text] = _step(text, order)
            if step := steps[text]:
                step.items.append((uid, email, thread))
    return _Plan([step for step in steps.values() if step], failed, spans, count, limit)


def _step(text: str, order: Order) -> _Step | None:
    old = frozenset(text.split())
    new = order.apply(old)
    if new == old:
        return None
    own_old, own = old - {DELETED}, _keywords.check_own(new - {DELETED})
    return _Step(
        old=text,
        new=_keywords.pack(new),
        own=None if own == own_old else own,
        unseen=(SEEN not in own) - (SEEN not in own_old),
        deleted=DELETED in new,
        deleted_more=(DELETED in new) - (DELETED in old),
    )


def _write(tx: Transaction, turn: Turn, mailbox: int, step: _Step, plan: _Plan) -> None:
    """Write one step: span by span, or in one walk through all that was read if that is less.

    What had the old value is known by it, since no step makes a value that another one changes (to
    do the same twice is to do it once).
    """
    spans: Spans = of_numbers(uid for uid, _, _ in step.items)
    if len(spans) * ROWS_A_SEARCH > plan.rows:
        spans = plan.spans
    for low, high in spans:
        tx.execute(
            "UPDATE placement SET keywords = ?, deleted = ?, modseq = ? WHERE account = ?"
            " AND mailbox = ? AND uid BETWEEN ? AND ? AND keywords = ? AND modseq <= ?",
            (
                step.new, step.deleted, turn.modseq, turn.account,
                mailbox, low, high, step.old, plan.limit,
            ),
        )  # fmt: skip


def _count(tx: Transaction, turn: Turn, mailbox: int, steps: Iterable[_Step]) -> None:
    """Bring the mailbox's counters up to date."""
    unseen = sum(step.unseen * len(step.items) for step in steps)
    deleted = sum(step.deleted_more * len(step.items) for step in steps)
    tx.execute(
        "UPDATE mailbox SET unseen = unseen + ?, deleted = deleted + ?, modseq = ?"
        " WHERE account = ? AND id = ?",
        (unseen, deleted, turn.modseq, turn.account, mailbox),
    )


def _show_elsewhere(tx: Transaction, turn: Turn, mailbox: int, steps: list[_Step]) -> None:
    """Show the emails' own keywords in the other mailboxes that have them."""
    of_email = {item[1]: (step, item[2]) for step in steps for item in step.items}
    elsewhere: list[tuple[int, int, int]] = []
    for low, high in of_numbers(of_email):
        elsewhere += tx.execute(
            "SELECT mailbox, uid, email FROM placement"
            " WHERE account = ? AND email BETWEEN ? AND ? AND mailbox <> ?",
            (turn.account, low, high, mailbox),
        )
    for box, uid, email in sorted(elsewhere):
        step, thread = of_email[email]
        own = step.own or frozenset()
        _keywords.show(tx, turn, box, own, [(uid, email, thread)], step.unseen)
