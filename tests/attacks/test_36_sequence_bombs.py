"""Attack 36: SEARCH and sequence sets that would expand or nest without end.

James CVE-2021-40110.
"""

from __future__ import annotations

import time

import pytest

from postroad.protocols.imap import ServerConfig, limits
from postroad.testing.imap import Responder

SECONDS = 1.0


def alice() -> Responder:
    station = Responder(ServerConfig(), passwords={"alice": "secret"})
    station.feed(b"0 LOGIN alice secret\r\n1 SELECT INBOX\r\n")
    return station


def timed(line: bytes) -> bytes:
    """What a line is answered; within a second."""
    station = alice()
    began = time.process_time()
    said = station.feed(line + b"\r\n")
    assert time.process_time() - began < SECONDS
    assert station.feed(b"b NOOP\r\n").endswith(b"b OK Done\r\n")
    return said


@pytest.mark.parametrize("text", [b"1:4294967295", b"*:1", b"1:*", b"4294967295:*,1:4294967295"])
def test_a_range_costs_nothing_however_long(text: bytes) -> None:
    assert timed(b"a FETCH " + text + b" FLAGS").endswith(b"a OK Done\r\n")


def test_a_hundred_thousand_numbers_in_a_row() -> None:
    numbers = b",".join(b"%d" % number for number in range(1, 1_000_000, 10))
    assert timed(b"a FETCH " + numbers + b" FLAGS").startswith(b"a BAD [TOOBIG]")
    assert timed(b"a FETCH " + numbers[:65_000].rstrip(b",") + b" FLAGS").endswith(b"a OK Done\r\n")


@pytest.mark.parametrize("count", [10_000, 30_000])
def test_more_keys_than_a_search_may_have(count: int) -> None:
    assert timed(b"a SEARCH" + b" 1" * count).startswith(b"a NO [LIMIT]")


@pytest.mark.parametrize("word", [b"NOT ", b"OR ", b"OR ALL ", b"(", b"OR (NOT "])
@pytest.mark.parametrize("depth", [100, 5_000])
def test_keys_inside_keys(word: bytes, depth: int) -> None:
    said = timed(b"a SEARCH " + word * depth + b"ALL")
    assert said.startswith((b"a NO [LIMIT]", b"a BAD", b"* SEARCH"))


def test_the_chains_that_clients_write_are_taken() -> None:
    chain = b"".join(b"OR FROM a%d " % number for number in range(900))
    assert timed(b"a SEARCH " + chain + b"FROM z").endswith(b"a OK Done\r\n")


HOSTILE = [
    b'a SEARCH SUBJECT "' + b"\\\\" * 30_000, b"a FETCH 1 (" + b"BODY[" * 10_000,
    b"a FETCH 1 BODY[" + b"1." * 30_000, b"a LIST (" + b"SUBSCRIBED " * 5_000,
    b"a SEARCH " + b"1:" * 30_000, b"a SEARCH " + b"," * 60_000, b"a FETCH " + b"*," * 30_000,
    b"a SELECT " + b"&AA" * 20_000, b"a STORE 1 FLAGS (" + b"\\" * 60_000,
    b"a ID (" + b'"x" NIL ' * 7_000, b"a " + b"{" * 60_000 + b"}", b"a " + b"{1" * 30_000 + b"+}x",
]  # fmt: skip


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
def test_patterns_are_linear(line: bytes) -> None:
    assert len(line) < limits.COMMAND
    assert timed(line).startswith((b"a BAD", b"a NO"))


def test_many_small_literals_cost_linear_work() -> None:
    assert b"BAD" in timed(b"a SEARCH" + b" {0+}\r\n" * 3_000)
    assert b"BAD" in timed(b"a APPEND x CATENATE (" + b"URL {0+}\r\n " * 3_000)
