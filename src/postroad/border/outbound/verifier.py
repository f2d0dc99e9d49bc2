"""Whether an inner host knows a recipient: asked once, remembered for a while.

A border that takes mail for nobody has to send a notification to whoever was named as the sender,
often an innocent; so it asks first. When the inner host cannot be asked, only what is remembered
is taken, and everything else is told to try again.

Standards: RFC 5321 §3.6.2 (no backscatter follows from refusing early), RFC 3463 §3.2
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from postroad.handoff import Reply

KNOWN_FOR = 6 * 3600.0
"""Seconds a recipient that exists is believed to exist."""

UNKNOWN_FOR = 60.0
"""Seconds a recipient that does not exist is refused without asking again."""

REMEMBERED = 50_000
"""Answers kept; the oldest go first."""

Ask = Callable[[str, str], Awaitable[Reply]]


class CallOut:
    """Implements the gateway's `RecipientVerifier`. `ask(route, recipient)` puts the question."""

    def __init__(
        self, ask: Ask, route_of: Callable[[str], str], clock: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._route_of = route_of
        self._clock = clock
        self._answers: OrderedDict[str, tuple[float, Reply]] = OrderedDict()

    async def verify(self, recipient: str) -> Reply:
        """Return the inner host's reply to RCPT, or a 4yz when it cannot be asked."""
        now = self._clock()
        known = self._answers.get(recipient)
        if known is not None and known[0] > now:
            return known[1]
        reply = await self._ask(self._route_of(recipient), recipient)
        if reply.code < 300:
            self._remember(recipient, now + KNOWN_FOR, reply)
        elif reply.code >= 500:
            self._remember(recipient, now + UNKNOWN_FOR, reply)
        return reply

    def _remember(self, recipient: str, until: float, reply: Reply) -> None:
        self._answers[recipient] = (until, reply)
        self._answers.move_to_end(recipient)
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
