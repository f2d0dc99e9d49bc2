"""Sets of numbers as spans from one number to another, both within.

A statement is run once for each span, so a set that a person would write as `1:10000` costs one
walk along an index, whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Spans = Sequence[tuple[int, int]]

MAX_UID = 2**32 - 1
"""RFC 9051 §2.3.1.1: a UID is a 32-bit number."""

EVERYTHING: Spans = ((1, MAX_UID),)


def merged(ranges: Spans) -> list[tuple[int, int]]:
    """Return the same numbers as ascending spans that do not touch; one from high to low is empty.

    So no number is met twice, and what is read comes in order.
    """
    spans: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if low > high:
            continue
        if spans and low <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], high))
        else:
            spans.append((low, high))
    return spans


def of_numbers(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return exactly these numbers as ascending spans."""
    spans: list[tuple[int, int]] = []
    low = high = -1
    for number in sorted(set(numbers)):
        if number == high + 1 and low >= 0:
            high = number
            continue
        if low >= 0:
            spans.append((low, high))
        low = high = number
    if low >= 0:
        spans.append((low, high))
    return spans
