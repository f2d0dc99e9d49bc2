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
"""Recipients that exist, as far as they are remembered; the oldest go first."""

REMEMBERED_UNKNOWN = 5_000
"""Recipients that do not exist; counted apart, so that guesses cannot push out who is known."""

Ask = Callable[[str, str], Awaitable[Reply]]


class CallOut:
    """Implements the gateway's `RecipientVerifier`. `ask(route, recipient)` puts the question."""

    def __init__(
        self, ask: Ask, route_of: Callable[[str], str], clock: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._route_of = route_of
        self._clock = clock
        self._known = _Answers(REMEMBERED)
        self._unknown = _Answers(REMEMBERED_UNKNOWN)

    async def verify(self, recipient: str) -> Reply:
        """Return the inner host's reply to RCPT, or a 4yz when it cannot be asked."""
        now = self._clock()
        remembered = self._known.get(recipient, now) or self._unknown.get(recipient, now)
        if remembered is not None:
            return remembered
        reply = await self._ask(self._route_of(recipient), recipient)
        if reply.code < 300:
            self._known.put(recipient, now + KNOWN_FOR, reply)
        elif reply.code >= 500:
            self._unknown.put(recipient, now + UNKNOWN_FOR, reply)
        return reply


class _Answers:
    """Replies by recipient, each until its time, `most` at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._replies: OrderedDict[str, tuple[float, Reply]] = OrderedDict()

    def get(self, recipient: str, now: float) -> Reply | None:
        until, reply = self._replies.get(recipient, (now, None))
        return reply if until > now else None

    def put(self, recipient: str, until: float, reply: Reply) -> None:
        self._replies[recipient] = (until, reply)
        self._replies.move_to_end(recipient)
        if len(self._replies) > self._most:
            self._replies.popitem(last=False)
