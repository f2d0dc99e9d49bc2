"""One unit of work changes an account at one modseq, however many changes it makes.

Standards: RFC 7162 §3.1.2.2 (one mod-sequence for the changes of one operation), RFC 8620 §1.6.2
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from weakref import WeakKeyDictionary

from postroad.db import Transaction, Value
from postroad.store._hub import Changes
from postroad.store._types import Change, Kind
from postroad.store.errors import NoSuchAccount

LAST_STEP = 2**62
"""A step after all steps of a modseq."""

ROWS_TOGETHER = 64
"""Rows written by one statement where many are written."""

Item = tuple[int, int, int]
"""A message in the list of changes: UID, email, thread."""


@dataclass(slots=True)
class Turn:
    """An account's part in one unit of work: its modseq, and how many changes are listed so far."""

    account: int
    modseq: int
    steps: int = 0

    def log(
        self,
        tx: Transaction,
        kind: Kind,
        mailbox: int,
        uid: int = 0,
        email: int = 0,
        thread: int = 0,
    ) -> None:
        """Write the next line of the account's list of changes."""
        self.steps += 1
        tx.execute(
            "INSERT INTO change (account, modseq, step, kind, mailbox, uid, email, thread)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (self.account, self.modseq, self.steps, kind, mailbox, uid, email, thread),
        )

    def log_all(self, tx: Transaction, kind: Kind, mailbox: int, items: Iterable[Item]) -> None:
        """Write a line of one kind for each message."""
        lines = [
            (self.account, self.modseq, step, kind, mailbox, *item)
            for step, item in enumerate(items, self.steps + 1)
        ]
        self.steps += len(lines)
        head = "INSERT INTO change (account, modseq, step, kind, mailbox, uid, email, thread)"
        insert_rows(tx, head, lines)


def insert_rows(tx: Transaction, head: str, rows: Sequence[Sequence[Value]]) -> None:
    """Write many rows by few statements; `head` names the table and its columns."""
    whole = len(rows) - len(rows) % ROWS_TOGETHER
    for at in range(0, whole, ROWS_TOGETHER):
        values = [value for row in rows[at : at + ROWS_TOGETHER] for value in row]
        tx.execute(_insert(head, len(rows[0]), ROWS_TOGETHER), values)
    for row in rows[whole:]:
        tx.execute(_insert(head, len(row), 1), row)


@cache
def _insert(head: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{head} VALUES {', '.join([row] * rows)}"


class Turns:
    """Finds the turn of an account in a unit of work. Forgotten with the transaction."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._open: WeakKeyDictionary[Transaction, dict[int, Turn]] = WeakKeyDictionary()

    def current(self, tx: Transaction, account: int) -> Turn | None:
        """Return the account's turn in this unit of work, None before its first change."""
        turns = self._open.get(tx)
        return turns.get(account) if turns else None

    def begin(self, tx: Transaction, account: int, modseq: int) -> Turn:
        """Note that the account's modseq was raised to `modseq`, and tell so after the commit."""
        turn = Turn(account, modseq)
        self._open.setdefault(tx, {})[account] = turn
        tx.on_commit(partial(self._changes.notify, account, modseq))
        return turn

    def take(self, tx: Transaction, account: int) -> Turn:
        """Return the account's turn, raising its modseq at the first call. Raises NoSuchAccount."""
        turn = self.current(tx, account)
        if turn:
            return turn
        rows = tx.execute(
            "UPDATE store_account SET modseq = modseq + 1 WHERE account = ? RETURNING modseq",
            (account,),
        )
        if not rows:
            raise NoSuchAccount(f"account {account} has no mailboxes here")
        return self.begin(tx, account, rows[0][0])


def changes(
    tx: Transaction, account_id: int, since: int, limit: int, since_step: int = LAST_STEP
) -> list[Change]:
    """Return the account's changes after modseq `since`, in order, at most `limit`.

    To go on inside a modseq, give the step of the last change seen as `since_step`.
    """
    rows = tx.execute(
        "SELECT modseq, step, kind, mailbox, uid, email, thread FROM change"
        " WHERE account = ? AND (modseq, step) > (?, ?) ORDER BY modseq, step LIMIT ?",
        (account_id, since, since_step, limit),
    )
    return [Change(*row) for row in rows]


def modseq(tx: Transaction, account_id: int) -> int:
    """Return the account's modseq: everything listed so far is at or below it."""
    rows = tx.execute("SELECT modseq FROM store_account WHERE account = ?", (account_id,))
    if not rows:
        raise NoSuchAccount(f"account {account_id} has no mailboxes here")
    return int(rows[0][0])
