"""What happened to each message, and why: an ordered list of typed events under one trace id."""

from postroad.journey._arrival import open_arrival, received
from postroad.journey._rows import (
    Journey,
    News,
    find,
    last_cursor,
    open_journey,
    prune,
    recent,
    record,
    since,
)
from postroad.journey._trace import is_trace, new_trace, time_of
from postroad.journey.events import AnyEvent, Event

__all__ = [
    "AnyEvent",
    "Event",
    "Journey",
    "News",
    "find",
    "is_trace",
    "last_cursor",
    "new_trace",
    "open_arrival",
    "open_journey",
    "prune",
    "received",
    "recent",
    "record",
    "since",
    "time_of",
]
