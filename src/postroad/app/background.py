"""Work that can wait: what IMAP shows of messages is made when deliveries leave time for it."""

from __future__ import annotations

import structlog

from postroad.app.wiring import House

BUSY_MESSAGES = 50
"""Messages taken between two turns from which the house counts as busy: making the views of a
message costs a tenth of taking one, and whoever asks for them earlier has them made at once."""

PATIENCE = 60
"""Turns that may be passed over in a row; then a round is made in spite of the load."""

log = structlog.get_logger("app")


class ViewsWhenQuiet:
    """Makes the views of new messages, in turns."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._taken = 0
        self._passed_over = 0

    async def turn(self) -> None:
        """Make views until none is missing or another message comes."""
        if self._busy() and self._passed_over < PATIENCE:
            self._passed_over += 1
            return
        self._passed_over = 0
        more = True
        while more:
            done = await self._house.viewer.run_once()
            for account, email, reason in done.unreadable:
                log.warning("views.unreadable", account=account, email=email, reason=reason)
            more = done.more and self._house.acceptance.taken == self._taken

    def _busy(self) -> bool:
        """Whether many messages came since the last look."""
        before, self._taken = self._taken, self._house.acceptance.taken
        return self._taken - before > BUSY_MESSAGES
