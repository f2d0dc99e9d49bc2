"""When it is tried again."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.mta import MtaConfig
from postroad.mta.schedule import JITTER, next_attempt

NOW = 1_800_000_000.0
waits = st.lists(st.floats(1.0, 1e6), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(waits=waits, attempts=st.integers(0, 50), left=st.floats(-1e6, 1e7), seed=st.integers())
def test_the_next_attempt_is_neither_past_nor_after_the_end(waits, attempts, left, seed) -> None:
    expires = NOW + left
    again = next_attempt(attempts, NOW, expires, waits, random.Random(seed))
    assert (again is None) == (expires <= NOW)
    assert again is None or NOW <= again <= expires


@settings(max_examples=100, deadline=None)
@given(waits=waits, attempts=st.integers(1, 50), seed=st.integers())
def test_jitter_moves_a_wait_by_a_tenth_at_most(waits, attempts, seed) -> None:
    wait = waits[min(attempts, len(waits)) - 1]
    again = next_attempt(attempts, 0.0, 1e12, waits, random.Random(seed))
    assert again is not None
    assert wait * (1 - JITTER) - 1e-6 <= again <= wait * (1 + JITTER) + 1e-6


def test_the_first_failure_is_followed_by_the_first_wait_and_the_last_repeats() -> None:
    rng = random.Random(0)
    rng.random = lambda: 0.5  # type: ignore[method-assign]
    attempts = [1, 2, 3, 4, 9]
    assert [next_attempt(n, 0.0, 1e9, (1.0, 2.0, 3.0), rng) for n in attempts] == [1, 2, 3, 3, 3]


def test_the_last_attempt_is_made_at_the_very_end() -> None:
    rng = random.Random(0)
    assert next_attempt(5, NOW, NOW + 1.0, (60.0,), rng) == NOW + 1.0
    assert next_attempt(6, NOW + 1.0, NOW + 1.0, (60.0,), rng) is None


def test_the_default_waits_grow_and_make_several_attempts_in_the_first_hour() -> None:
    waits = MtaConfig().retry_after
    assert list(waits) == sorted(waits)
    assert sum(waits[:6]) <= 2 * 3600 and waits[-1] >= 1800  # RFC 5321 §4.5.4.1
