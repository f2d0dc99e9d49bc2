"""When to try again: dense in the first hour, then slower, with jitter, until the message expires.

Standards: RFC 5321 §4.5.4.1 (retry at least 30 minutes apart after a while, give up after 4–5 days)
"""

from __future__ import annotations

import random
from collections.abc import Sequence

JITTER = 0.1
"""Largest share by which a wait is shortened or lengthened, so that none march in step."""


def next_attempt(
    attempts: int, now: float, expires: float, waits: Sequence[float], rng: random.Random
) -> float | None:
    """Return the time of the next attempt after `attempts` have failed, or None to give up.

    The last attempt is made at the very end of the message's life, so that none is given up early.
    """
    if now >= expires:
        return None
    wait = waits[min(attempts, len(waits)) - 1] if attempts else 0.0
    wait *= 1.0 + JITTER * (2.0 * rng.random() - 1.0)
    return min(now + wait, expires)
