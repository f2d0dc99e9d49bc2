"""Trace ids: twenty characters, sorted by time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroad.journey import is_trace, new_trace, time_of

times = st.floats(0, 2e11)
bits = st.integers(0, 2**52 - 1)


@given(times, bits)
def test_a_trace_has_twenty_letters_that_nobody_confuses(now: float, random_bits: int) -> None:
    trace = new_trace(now, random_bits)
    assert len(trace) == 20 and is_trace(trace) and not set(trace) & set("ilou")


@given(times, bits)
def test_its_time_can_be_read_back_to_the_millisecond(now: float, random_bits: int) -> None:
    assert time_of(new_trace(now, random_bits)) == int(now * 1000) / 1000


@given(times, times, bits, bits)
def test_as_text_traces_sort_by_time(one: float, two: float, a: int, b: int) -> None:
    if int(one * 1000) < int(two * 1000):
        assert new_trace(one, a) < new_trace(two, b)


@given(times, bits, bits)
def test_chance_tells_two_of_one_millisecond_apart(now: float, a: int, b: int) -> None:
    assert (new_trace(now, a) == new_trace(now, b)) == (a == b)


@pytest.mark.parametrize(
    "text", ["", "0" * 19, "0" * 21, "0" * 19 + "u", "0" * 19 + "A", "0" * 19 + "\n", "é" * 20]
)
def test_other_text_is_no_trace(text: str) -> None:
    assert not is_trace(text)
    with pytest.raises(ValueError, match="not a trace id"):
        time_of(text)
