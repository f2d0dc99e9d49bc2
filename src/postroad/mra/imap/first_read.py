"""Writes into a message's journey that its owner read it, the first time by whatever protocol.

Standards: RFC 9051 §2.3.2 (\\Seen)
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from postroad import journey, store
from postroad.db import Transaction
from postroad.directory import Account
from postroad.journey.events import Retrieved
from postroad.mra.imap.service import STATION


def note_first_read(tx: Transaction, account: Account, emails: Iterable[int], now: float) -> None:
    """These emails, which were not seen before, are read; those never delivered have no journey."""
    for number in emails:
        with suppress(store.NoSuchEmail):
            note(tx, account, store.email(tx, account.id, number).trace, "read", now)


def note(tx: Transaction, account: Account, trace: str, action: str, now: float) -> None:
    """Write what was done to a message into its journey, if it has one."""
    if trace:
        event = Retrieved(
            at=now, station=STATION, recipient=account.address, account=account.address,
            by="IMAP", action=action,
        )  # fmt: skip
        journey.record(tx, trace, [event])
