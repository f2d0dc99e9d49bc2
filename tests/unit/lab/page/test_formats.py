"""Durations, sizes and times as a person reads them."""

from __future__ import annotations

from datetime import UTC

import pytest

from postroad.lab.page._format import duration, moment, octets


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 ms"),
        (0.00042, "0.4 ms"),
        (0.0123, "12 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (1.4249, "1.42 s"),
        (12.34, "12.3 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (12_000, "3 h 20 min"),
        (180_000, "2 d 2 h"),
    ],
)
def test_a_duration_has_no_more_digits_than_it_needs(seconds: float, shown: str) -> None:
    assert duration(seconds, "en") == shown


def test_a_duration_names_its_units_in_the_readers_language() -> None:
    assert duration(12_000, "zh") == "3 小时 20 分"
    assert duration(12_000, "ja") == "3 時間 20 分"


@pytest.mark.parametrize(("count", "shown"), [(999, "999 B"), (5230, "5.2 kB"), (25e6, "25.0 MB")])
def test_a_size_is_in_thousands(count: int, shown: str) -> None:
    assert octets(count) == shown


def test_a_moment_carries_its_whole_date() -> None:
    made = moment(1_794_484_800.5, UTC)
    assert ">12:00:00.500</time>" in made and 'datetime="2026-11-12T12:00:00.500+00:00"' in made


@pytest.mark.parametrize("at", [1e20, float("nan"), float("inf"), -1e20])
def test_a_time_no_calendar_knows_is_a_number(at: float) -> None:
    assert moment(at, UTC) == f"<span>{at}</span>"
