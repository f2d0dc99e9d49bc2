"""Trace ids: one for each message, in every place that speaks of it; sorted by time as text."""

from __future__ import annotations

import re

TIME_BITS = 48
"""Milliseconds since the epoch; enough until the year 10889."""

RANDOM_BITS = 52
"""So many that two messages of one millisecond share an id once in 10^15 pairs."""

LENGTH = 20
"""Characters: five bits each."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32, lower case: no i l o u
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_TRACE = re.compile(rf"[0-7][{_ALPHABET}]{{{LENGTH - 1}}}|[{_ALPHABET}]{{{LENGTH}}}")


def new_trace(now: float, random_bits: int) -> str:
    """Make a trace id of the time `now` (seconds since the epoch) and 52 random bits."""
    time_part = int(now * 1000) & ((1 << TIME_BITS) - 1)
    number = time_part << RANDOM_BITS | random_bits & ((1 << RANDOM_BITS) - 1)
    return "".join([_ALPHABET[number >> shift & 31] for shift in range(95, -1, -5)])


def is_trace(text: str) -> bool:
    """Whether `text` has the form of a trace id."""
    return _TRACE.fullmatch(text) is not None


def time_of(trace: str) -> float:
    """Return when `trace` was made, in seconds since the epoch. Raises ValueError."""
    if not is_trace(trace):
        raise ValueError(f"{trace!r} is not a trace id")
    number = 0
    for character in trace:
        number = number << 5 | _VALUE[character]
    return (number >> RANDOM_BITS) / 1000
