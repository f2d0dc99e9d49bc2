"""What the gateway needs from the rooms around it; the wiring fills these in."""

from __future__ import annotations

from typing import Protocol

from postroad.handoff import Reply


class RecipientVerifier(Protocol):
    """Asks the inner host of a domain whether a recipient exists there."""

    async def verify(self, recipient: str) -> Reply:
        """Return the inner host's own reply to RCPT, or a 4xx of ours when it cannot be asked."""
        ...


class ReverseNames(Protocol):
    """Finds the name that belongs to an address."""

    async def ptr(self, address: str) -> str:
        """Return the reverse name, or "" when there is none or no answer came in time."""
        ...
