"""Mailbox names against the patterns of LIST, in one pass over the name.

`*` stands for anything, `%` for anything within one level. The pattern becomes an automaton whose
states are the bits of one number, so no pattern can make it look twice at a character.

Standards: RFC 9051 §6.3.9
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

SEPARATOR = "/"
"""Between the levels of a name, as in the store."""

_WILDCARDS = re.compile(r"[*%]{2,}")


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what says whether a name fits one of `patterns`."""
    tests = [_one(pattern) for pattern in patterns]
    if len(tests) == 1:
        return tests[0]
    return lambda name: any(test(name) for test in tests)


def _one(pattern: str) -> Callable[[str], bool]:
    """A pattern's own test; INBOX matches in any case (RFC 9051 §5.1)."""
    shape = _WILDCARDS.sub(lambda run: "*" if "*" in run[0] else "%", pattern)
    if shape == "*":
        return lambda name: True
    if shape == "%":
        return lambda name: SEPARATOR not in name
    head, slash, rest = shape.partition(SEPARATOR)
    if head.upper() == "INBOX":
        shape = "INBOX" + slash + rest
    inbox = _Automaton(shape.upper()).matches("INBOX")
    test = shape.__eq__ if shape.isalnum() else _Automaton(shape).matches
    return lambda name: inbox if name == "INBOX" else test(name)


class _Automaton:
    """Bit i of the state: what was read so far fits the first i characters of the pattern."""

    def __init__(self, shape: str) -> None:
        self._letters: dict[str, int] = {}
        self._anything = self._level = 0
        for place, letter in enumerate(shape):
            if letter == "*":
                self._anything |= 1 << place
            elif letter == "%":
                self._level |= 1 << place
            else:
                self._letters[letter] = self._letters.get(letter, 0) | 1 << place
        self._wild = self._anything | self._level
        self._accepting = 1 << len(shape)

    def matches(self, name: str) -> bool:
        """Whether the whole name fits."""
        wild, letters = self._wild, self._letters
        state = 1 | (1 & wild) << 1
        for letter in name:
            stay = self._anything if letter == SEPARATOR else wild
            state = (state & letters.get(letter, 0)) << 1 | (state & stay)
            state |= (state & wild) << 1
            if not state:
                return False
        return bool(state & self._accepting)
