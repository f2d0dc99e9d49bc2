"""What one run of load is asked to do, and what it says when it is done; both travel as JSON."""

from __future__ import annotations

import enum

import msgspec


class Reuse(enum.StrEnum):
    """How many messages one connection carries."""

    MANY = "many"  # a busy relay: the connection stays open
    ONE = "one"  # a stranger: connect, EHLO, one message, QUIT


class Load(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run of the generator, bounded in count and in time, whichever is reached first."""

    host: str
    port: int
    sessions: int
    size: int  # octets of one message, about
    recipients: list[str]
    messages: int  # at most so many, over all sessions
    seconds: float  # no message is begun later than this
    reuse: Reuse = Reuse.MANY
    fan_out: int = 1  # recipients of one message
    at_once: bool = False  # hold every message back until every session has its 354


class Tally(msgspec.Struct, kw_only=True):
    """What the generator saw. Times are seconds; `began` and `ended` are on the wall clock."""

    accepted: int = 0
    refused: int = 0
    refusals: list[str] = []  # the first few replies that were not what was hoped for
    began: float = 0.0
    ended: float = 0.0
    cpu: float = 0.0  # of the generator's process
    median: float = 0.0  # MAIL FROM to the 250 that follows the message
    p99: float = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds from the first connection to the last reply; never zero."""
        return max(self.ended - self.began, 1e-9)

    @property
    def per_second(self) -> float:
        """Messages that got their 250, each second."""
        return self.accepted / self.elapsed
