"""One message's whole way through the lab: what the four servers each wrote down, told as one
story.

Pure values. A `Record` is one host's journey of one trace id; a `Story` joins the records that
share a Message-ID, its steps ordered in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from postroad.journey.events import AnyEvent


@dataclass(frozen=True, slots=True)
class Record:
    """What one host wrote down about one message, under its own trace id, oldest event first."""

    host: str
    trace: str
    message_id: str
    subject: str
    events: tuple[AnyEvent, ...]

    @property
    def began(self) -> float:
        """The earliest time of an event, in seconds since the epoch; 0 without events."""
        return min((event.at for event in self.events), default=0.0)


@dataclass(frozen=True, slots=True)
class Step:
    """One event as the reader sees it; equal events for several recipients are one step.

    `since` is the number of seconds from the step before it, None for the first.
    """

    host: str
    trace: str
    event: AnyEvent
    recipients: tuple[str, ...]
    since: float | None


class State(StrEnum):
    """What became of a recipient, the best first."""

    FILED = "filed"  # in a mailbox
    DISCARDED = "discarded"  # ended without a mailbox, on purpose
    HANDED_ON = "handed on"  # a host outside the lab took responsibility
    ON_ITS_WAY = "on its way"  # accepted, and nothing more is known
    WAITING = "waiting"  # in a queue
    FAILED = "failed"  # will not arrive


ORDER = tuple(State)
"""From best to worst; a story is as good as its worst recipient."""


@dataclass(frozen=True, slots=True)
class Fate:
    """Where one copy of the message is now.

    `place` is the mailbox when filed, the route or remote host when waiting or handed on. `reason`
    is what a host said. `told` is who got a notification about it and `notice` that notification's
    trace id. `read_by` names the protocol with which the owner first read it.
    """

    state: State
    host: str
    at: float
    place: str = ""
    account: str = ""
    reason: str = ""
    next_attempt: float = 0.0
    told: str = ""
    notice: str = ""
    read_by: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A recipient as the sender wrote it, and the fates of its copies: several behind an alias."""

    recipient: str
    fates: tuple[Fate, ...]

    @property
    def state(self) -> State:
        """The worst of its copies; on its way while nothing is known."""
        return worst(fate.state for fate in self.fates)


@dataclass(frozen=True, slots=True)
class Story:
    """A message of the lab. `key` stays the same for as long as the message is known.

    `about` is the key of the message that this one is a notification about, `notices` are the keys
    of the notifications about this one. `ended` is the time of the last step before anybody read
    it.
    """

    key: str
    message_id: str
    subject: str
    sender: str
    outcomes: tuple[Outcome, ...]
    steps: tuple[Step, ...]
    traces: tuple[tuple[str, str], ...]
    began: float
    ended: float
    about: str = ""
    notices: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The worst state of its recipients."""
        return worst(outcome.state for outcome in self.outcomes)

    @property
    def seconds(self) -> float:
        """From the first step to the last one of the transport."""
        return max(0.0, self.ended - self.began)


def worst(states: Iterable[State]) -> State:
    """The worst of `states`; ON_ITS_WAY when there is none."""
    return max(states, key=ORDER.index, default=State.ON_ITS_WAY)
