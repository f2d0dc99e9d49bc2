"""Attack 33: literals, parentheses and atoms without end, from somebody who has not logged in.

James CVE-2024-37358, Stalwart CVE-2025-61600, Dovecot CVE-2026-27857.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from postroad.protocols.imap import ServerConfig, limits
from postroad.testing.imap import Responder

CONFIG = ServerConfig()
MEMORY = 1_000_000  # octets, as the attack's line says
SECONDS = 2.0
SLICE = 65_536
PASSWORDS = {"alice": "secret"}


def stranger() -> Responder:
    return Responder(CONFIG)


def alice() -> Responder:
    station = Responder(CONFIG, passwords=PASSWORDS)
    station.feed(b"0 LOGIN alice secret\r\n1 SELECT INBOX\r\n")
    return station


def attack(station: Responder, slices: Callable[[], list[bytes]]) -> tuple[bytes, int, float]:
    """What was said, the memory at its worst, and the seconds of processor time."""
    pieces = slices()
    tracemalloc.start()
    before, began = tracemalloc.get_traced_memory()[0], time.process_time()
    said = b""
    for piece in pieces:
        if station.core.closed:
            break
        said += station.feed(piece)
    seconds = time.process_time() - began
    worst = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return said, worst, seconds


ANNOUNCED = [
    b"{4294967295}",
    b"{4294967295+}",
    b"~{9223372036854775807+}",
    b"{" + b"9" * 40 + b"+}",
]


@pytest.mark.parametrize("literal", ANNOUNCED)
@pytest.mark.parametrize("head", [b"a LOGIN ", b"a APPEND x ", b"a SEARCH TEXT "])
def test_a_gigabyte_announced_is_refused_before_it_is_read(head: bytes, literal: bytes) -> None:
    for station in (stranger(), alice()):
        said, worst, _ = attack(station, lambda: [head + literal + b"\r\n"])
        assert b"BAD" in said or b"NO [TOOBIG]" in said or b"BYE" in said
        assert b"+ " not in said
        assert station.core.closed or literal.endswith(b"5}")
        assert worst < MEMORY and station.core.held < SLICE


LINES = [b"(" * 100_000, b"a " * 1_000_000, b"a SEARCH " + b"(" * 100_000, b"x" * 1_000_000]


@pytest.mark.parametrize("line", LINES, ids=["parens", "atoms", "search", "endless"])
def test_lines_without_measure_cost_little(line: bytes) -> None:
    for station in (stranger(), alice()):
        pieces = [line[start : start + SLICE] for start in range(0, len(line), SLICE)]
        said, worst, seconds = attack(station, lambda pieces=pieces: [*pieces, b"\r\n"])  # type: ignore[misc]
        assert b"BAD" in said or b"BYE" in said
        assert worst < MEMORY and seconds < SECONDS
        assert station.core.held <= limits.COMMAND + SLICE


@pytest.mark.parametrize("depth", [65, 1_000, 30_000])
def test_deep_parentheses_are_refused_and_the_session_goes_on(depth: int) -> None:
    station = alice()
    line = b"a SEARCH " + b"(" * depth + b"ALL" + b")" * depth + b"\r\n"
    said, worst, seconds = attack(station, lambda: [line])
    assert said.startswith((b"a NO [LIMIT]", b"a BAD"))
    assert station.feed(b"b NOOP\r\n").endswith(b"b OK Done\r\n")
    assert worst < MEMORY and seconds < SECONDS


def test_ten_thousand_commands_before_the_login_end_the_connection() -> None:
    station = stranger()
    said, worst, seconds = attack(station, lambda: [b"a NOOP\r\n" * 10_000])
    assert station.core.closed and said.count(b"\r\n") <= limits.IDLE_COMMANDS + 2
    assert worst < MEMORY and seconds < SECONDS


def test_a_message_flows_through_without_being_kept() -> None:
    station = Responder(CONFIG, passwords=PASSWORDS)
    station.feed(b"0 LOGIN alice secret\r\n1 APPEND x {20000000+}\r\n")
    for _ in range(20_000_000 // SLICE):
        station.core.receive_data(bytes(SLICE).replace(b"\0", b"x"))
        station.core.next_event()
        assert station.core.held == 0
        station.core.next_event()


ENDLESS = [b" {0+}\r\n", b" (" + b"x " * 9_000 + b"y) {0+}\r\n"]


@pytest.mark.parametrize("message", ENDLESS)
def test_messages_without_number_in_one_append_cost_little(message: bytes) -> None:
    station = alice()
    pieces = [b"a APPEND x", *([message * (SLICE // len(message))] * 40), b"\r\n"]
    said, worst, seconds = attack(station, lambda: pieces)
    assert said.startswith(b"* BYE [TOOBIG]") and station.core.closed
    assert worst < 2 * MEMORY and seconds < SECONDS


@pytest.mark.parametrize("count", [2_100, 5_000])
def test_more_messages_than_one_append_may_have_are_refused_together(count: int) -> None:
    station = alice()
    said = station.feed(b"a APPEND x" + b" {1+}\r\ny" * count + b"\r\nb NOOP\r\n")
    assert said.startswith(b"a NO [LIMIT]") and said.endswith(b"b OK Done\r\n")
    assert station.texts == []
