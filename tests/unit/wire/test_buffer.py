"""The receive buffer: lines, counts, limits, and linear work."""

from __future__ import annotations

import time

import pytest

from postroad.wire import LineTooLong, ReceiveBuffer


def filled(*pieces: bytes) -> ReceiveBuffer:
    buffer = ReceiveBuffer()
    for piece in pieces:
        buffer.append(piece)
    return buffer


def test_a_line_comes_without_its_crlf_and_leaves_the_rest() -> None:
    buffer = filled(b"NOOP\r\nQUIT\r\nRS")
    assert [buffer.take_line(99) for _ in range(3)] == [b"NOOP", b"QUIT", None]
    assert buffer.take_all() == b"RS"


def test_a_crlf_split_between_two_pieces_ends_a_line() -> None:
    buffer = filled(b"NOOP\r")
    assert buffer.take_line(99) is None
    buffer.append(b"\n")
    assert buffer.take_line(99) == b"NOOP"


@pytest.mark.parametrize("text", [b"a\nb\r\n", b"a\rb\r\n", b"\n\r\r\n", b"a\0b\r\n"])
def test_only_crlf_ends_a_line(text: bytes) -> None:
    assert filled(text).take_line(99) == text[:-2]


def test_the_limit_counts_the_crlf() -> None:
    assert filled(b"12345678\r\n").take_line(10) == b"12345678"
    with pytest.raises(LineTooLong):
        filled(b"123456789\r\n").take_line(10)


def test_a_line_of_exactly_the_limit_may_come_octet_by_octet() -> None:
    buffer = ReceiveBuffer()
    for octet in b"12345678\r":
        buffer.append(bytes([octet]))
        assert buffer.take_line(10) is None
    buffer.append(b"\n")
    assert buffer.take_line(10) == b"12345678"


def test_an_over_long_line_is_dropped_as_it_comes_and_told_once_at_its_end() -> None:
    buffer = ReceiveBuffer()
    for _ in range(1_000):
        buffer.append(b"x" * 100)
        assert buffer.take_line(50) is None
        assert len(buffer) == 0
    buffer.append(b"\r\nNOOP\r\n")
    with pytest.raises(LineTooLong) as caught:
        buffer.take_line(50)
    assert caught.value.dropped == 100_002
    assert buffer.take_line(50) == b"NOOP"


def test_the_crlf_of_a_dropped_line_may_be_split() -> None:
    buffer = filled(b"x" * 99)
    assert buffer.take_line(50) is None
    buffer.append(b"\r")
    assert buffer.take_line(50) is None
    buffer.append(b"\nNOOP\r\n")
    with pytest.raises(LineTooLong):
        buffer.take_line(50)
    assert buffer.take_line(50) == b"NOOP"


def test_counted_runs_are_exact_or_absent() -> None:
    buffer = filled(b"abcdef")
    assert buffer.take_exactly(7) is None
    assert buffer.take_exactly(4) == b"abcd"
    assert buffer.take_at_most(9) == b"ef"
    assert buffer.take_at_most(9) == b""


def test_a_search_starts_anew_after_a_counted_run() -> None:
    buffer = filled(b"xxxxxx\r\nab\r\n")
    assert buffer.take_exactly(3) == b"xxx"
    assert [buffer.take_line(99), buffer.take_line(99)] == [b"xxx", b"ab"]


def test_cleared_means_forgotten() -> None:
    buffer = filled(b"x" * 99)
    buffer.take_line(10)
    buffer.clear()
    buffer.append(b"ok\r\n")
    assert (buffer.dropped, buffer.take_line(10)) == (0, b"ok")


def test_feeding_octet_by_octet_costs_linear_work() -> None:
    def seconds(octets: int) -> float:
        buffer, start = ReceiveBuffer(), time.process_time()
        for _ in range(octets):
            buffer.append(b"x")
            buffer.take_line(1 << 30)
        return time.process_time() - start

    seconds(10_000)
    small = min(seconds(20_000) for _ in range(3))
    assert min(seconds(160_000) for _ in range(2)) < 8 * small * 3
