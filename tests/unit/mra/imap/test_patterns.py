"""LIST patterns: what fits, and that no pattern makes it slow."""

from __future__ import annotations

import time

import pytest

from postroad.mra.imap.patterns import matcher


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        ("*", ["a", "a/b", "INBOX"], []),
        ("%", ["a", "INBOX"], ["a/b"]),
        ("a/%", ["a/b", "a/"], ["a", "a/b/c"]),
        ("a*c", ["ac", "abc", "a/b/c"], ["ab", "bac"]),
        ("%/b", ["a/b"], ["b", "a/a/b"]),
        ("*b%", ["b", "a/b", "a/bx"], ["b/x/y", "a"]),
        ("inbox", ["INBOX"], ["inbox", "INBOX/a"]),
        ("inbox/%", ["INBOX/a"], ["INBOX", "inbox/a"]),
        ("In*", ["INBOX", "Info"], ["INTRO"]),
        ("邮*", ["邮件", "邮"], ["件"]),
        ("", [""], ["a"]),
    ],
)
def test_a_pattern_fits_what_it_means(pattern: str, fits: list[str], fails: list[str]) -> None:
    test = matcher([pattern])
    assert [name for name in fits if not test(name)] == []
    assert [name for name in fails if test(name)] == []


def test_one_of_several_patterns_is_enough() -> None:
    test = matcher(["a", "b%"])
    assert [name for name in ("a", "b", "bc", "c") if test(name)] == ["a", "b", "bc"]


def test_no_pattern_takes_long() -> None:
    test = matcher(["%*a" * 300])
    since = time.process_time()
    assert not test("a" * 2_000 + "b")
    assert time.process_time() - since < 0.5
