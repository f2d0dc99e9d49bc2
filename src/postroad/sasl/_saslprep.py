"""SASLprep: two spellings of one user name or password become the same characters.

Standards: RFC 4013 §2 (the profile), RFC 3454 §5, §6 (prohibited characters, bidirectional text)
"""

from __future__ import annotations

import stringprep
from unicodedata import ucd_3_2_0

_PROHIBITED = (  # RFC 4013 §2.3
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def saslprep(text: str, *, stored: bool = False) -> str:
    """The prepared form of `text`. Raises ValueError when it has a prohibited character.

    A query may hold code points that Unicode 3.2 did not know; with `stored` they are refused
    (RFC 4013 §2.5). The message of the error never repeats the text: it may be a password.
    """
    if text.isascii() and text.isprintable():
        return text
    mapped = "".join(_mapped(char) for char in text)
    prepared = ucd_3_2_0.normalize("NFKC", mapped)
    for char in prepared:
        if any(prohibited(char) for prohibited in _PROHIBITED):
            raise ValueError(f"the character U+{ord(char):04X} is not allowed here")
        if stored and stringprep.in_table_a1(char):
            raise ValueError(f"the character U+{ord(char):04X} is not assigned in Unicode 3.2")
    _check_direction(prepared)
    return prepared


def _mapped(char: str) -> str:
    if stringprep.in_table_c12(char):
        return " "  # RFC 4013 §2.1: non-ASCII spaces
    return "" if stringprep.in_table_b1(char) else char


def _check_direction(text: str) -> None:
    """RFC 3454 §6: right-to-left text begins and ends so, and mixes with nothing."""
    if not any(stringprep.in_table_d1(char) for char in text):
        return
    if any(stringprep.in_table_d2(char) for char in text):
        raise ValueError("right-to-left and left-to-right letters are mixed")
    if not (stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])):
        raise ValueError("right-to-left text must begin and end with right-to-left letters")
