"""What the MTA needs from the rooms around it; the wiring fills these in."""

from __future__ import annotations

from typing import Protocol

from postroad.db import Transaction
from postroad.handoff import Arrival, LocalResult, Recipient
from postroad.journey import AnyEvent


class LocalTarget(Protocol):
    """Files a message for a recipient whose domain is local, inside the caller's unit of work."""

    def deliver(
        self,
        tx: Transaction,
        arrival: Arrival,
        recipient: Recipient,
        journal: list[AnyEvent],
        already: set[int],
    ) -> LocalResult:
        """Append what happened to `journal`; never raise for what is wrong with one recipient."""
        ...
