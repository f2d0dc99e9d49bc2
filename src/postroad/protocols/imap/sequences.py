"""Sets of message numbers or UIDs as a client writes them: ranges, never lists.

`1:4294967295` is one pair of numbers. `*` is STAR, which is greater than every number, until
`resolve` puts the largest one in its place. `$` is the result of the last SEARCH with SAVE.

Invariants: a set holds no more than what was written; every number is 1 … 2³²-1 or STAR.

Standards: RFC 9051 §9 (sequence-set), §4.1.1; RFC 5182 §2.1 ($)
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from postroad.protocols.imap import limits

Range = tuple[int, int]

STAR = limits.NUMBER + 1
"""`*`: the largest number in use, whatever it is."""


class SequenceSet(msgspec.Struct, frozen=True):
    """`ranges` as written, each with its smaller number first; or `saved`, which is `$`."""

    ranges: tuple[Range, ...] = ()
    saved: bool = False

    def __post_init__(self) -> None:
        if self.saved == bool(self.ranges):
            raise ValueError("a set is either $ or at least one range")
        for low, high in self.ranges:
            if not 1 <= low <= high <= STAR:
                raise ValueError("not a range of message numbers")

    @classmethod
    def of(cls, *numbers: int) -> SequenceSet:
        """The set of some numbers."""
        return cls(tuple((number, number) for number in numbers))

    @property
    def has_star(self) -> bool:
        """Whether `*` is in it."""
        return any(high == STAR for _, high in self.ranges)

    def resolve(self, largest: int) -> tuple[Range, ...]:
        """Rising ranges that do not touch, with `largest` for `*`. Not for `$`.

        `9:*` means 3:9 when `largest` is 3 (RFC 9051 §9). With `largest` 0 (nothing is there) `*`
        is nothing.
        """
        return merge(_put(one, largest) for one in self.ranges)

    def encode(self) -> bytes:
        """As it is sent."""
        return b"$" if self.saved else b",".join(map(_encode, self.ranges))


def parse_sequence(text: bytes) -> SequenceSet:
    """From text that `_reader` knows to be of numbers, `*`, `:` and `,`. Raises ValueError."""
    if text == b"$":
        return SequenceSet(saved=True)
    ranges = []
    for piece in text.split(b","):
        first, colon, last = piece.partition(b":")
        low = _number(first)
        high = _number(last) if colon else low
        ranges.append((low, high) if low <= high else (high, low))
    return SequenceSet(tuple(ranges))


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same numbers in rising ranges that do not touch each other."""
    rising = sorted(one for one in ranges if one[0] <= one[1])
    if len(rising) < 2:
        return tuple(rising)
    merged = [rising[0]]
    for low, high in rising[1:]:
        start, end = merged[-1]
        if low > end + 1:
            merged.append((low, high))
        elif high > end:
            merged[-1] = (start, high)
    return tuple(merged)


def ranges_of(numbers: Iterable[int]) -> tuple[Range, ...]:
    """Ranges of rising numbers; neighbours in one range."""
    rising = numbers if isinstance(numbers, list | tuple | range) else list(numbers)
    if not rising:
        return ()
    if rising[-1] - rising[0] + 1 == len(rising):
        return ((rising[0], rising[-1]),)
    ranges, low, high = [], rising[0], rising[0]
    for number in rising[1:]:
        if number != high + 1:
            ranges.append((low, high))
            low = number
        high = number
    ranges.append((low, high))
    return tuple(ranges)


def encode_in_order(numbers: Iterable[int]) -> bytes:
    """Numbers in their order, whatever it is; neighbours that rise by one become a range."""
    rest = iter(numbers)
    low = high = next(rest, 0)
    if not low:
        return b""
    pieces = []
    for number in rest:
        if number == high + 1:
            high = number
        else:
            pieces.append(str(low) if low == high else f"{low}:{high}")
            low = high = number
    pieces.append(str(low) if low == high else f"{low}:{high}")
    return ",".join(pieces).encode()


def encode_ranges(ranges: Iterable[Range]) -> bytes:
    """`1:3,7`; empty for no range."""
    return b",".join(map(_encode, ranges))


def _number(text: bytes) -> int:
    if text == b"*":
        return STAR
    number = int(text)
    if number > limits.NUMBER:
        raise ValueError("a message number has at most 32 bits")
    return number


def _put(one: Range, largest: int) -> Range:
    low, high = one
    if high != STAR:
        return one
    if not largest:
        return (1, 0)  # nothing
    return (largest, largest) if low == STAR else (min(low, largest), max(low, largest))


def _encode(one: Range) -> bytes:
    low, high = one
    if low == high:
        return b"*" if low == STAR else b"%d" % low
    return b"%d:*" % low if high == STAR else b"%d:%d" % one
