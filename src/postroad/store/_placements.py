"""Rows that make an email a message of a mailbox, with what the mailbox shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from postroad.db import Transaction
from postroad.store._turns import insert_rows

_INSERT = (
    "INSERT INTO placement (account, mailbox, uid, modseq, keywords, deleted, email, thread,"
    " origin, size, received, sent, saved)"
)
_INSERT_ONE = f"{_INSERT} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Placement(NamedTuple):
    """One row of `placement`, in the order of its columns."""

    account: int
    mailbox: int
    uid: int
    modseq: int
    keywords: str
    deleted: bool
    email: int
    thread: int
    origin: int
    size: int
    received: float
    sent: float | None
    saved: float


def insert(tx: Transaction, placement: Placement) -> None:
    """Write one row."""
    tx.execute(_INSERT_ONE, placement)


def insert_all(tx: Transaction, placements: Sequence[Placement]) -> None:
    """Write many rows."""
    insert_rows(tx, _INSERT, placements)


def of_email(tx: Transaction, account: int, email: int) -> list[tuple[int, int, int, str]]:
    """Return mailbox, UID, thread and keywords of each placement of an email, by mailbox.

    The index on emails is named by its columns in a query of its own: SQLite would walk through all
    placements of the account rather than use an index that does not hold the keywords.
    """
    return tx.execute(
        "SELECT p.mailbox, p.uid, p.thread, p.keywords FROM"
        " (SELECT mailbox, uid FROM placement WHERE account = ? AND email = ?) AS w"
        " CROSS JOIN placement AS p"
        " WHERE p.account = ? AND p.mailbox = w.mailbox AND p.uid = w.uid ORDER BY w.mailbox",
        (account, email, account),
    )
