"""A message on its way out: TOP cuts it, bare line ends are repaired, dots are doubled."""

from __future__ import annotations

import pytest

from postroad.protocols.pop3._body import BodyEncoder, LineRepair, TopCut

HEADER = b"A: 1\r\nB: 2\r\n\r\n"


def encoded(message: bytes, lines: int | None = None, piece: int = 1 << 20) -> bytes:
    encoder, said = BodyEncoder(lines), b""
    for start in range(0, len(message), piece):
        said += encoder.encode(message[start : start + piece])
    return said + encoder.finish()


@pytest.mark.parametrize("piece", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize(
    ("message", "lines", "expected"),
    [
        (HEADER + b"1\r\n2\r\n3\r\n", 0, HEADER),
        (HEADER + b"1\r\n2\r\n3\r\n", 2, HEADER + b"1\r\n2\r\n"),
        (HEADER + b"1\r\n2\r\n3\r\n", 3, HEADER + b"1\r\n2\r\n3\r\n"),
        (HEADER + b"1\r\n2\r\n3\r\n", 99, HEADER + b"1\r\n2\r\n3\r\n"),
        (HEADER + b"1\r\n.2\r\n3", 2, HEADER + b"1\r\n..2\r\n"),
        (HEADER + b"1\r\n2", 5, HEADER + b"1\r\n2\r\n"),
        (b"\r\nonly a body\r\n2\r\n", 1, b"\r\nonly a body\r\n"),
        (b"A: no body\r\n", 3, b"A: no body\r\n"),
        (b"", 0, b""),
    ],
)
def test_top_gives_so_many_lines_however_it_is_sliced(
    message: bytes, lines: int, expected: bytes, piece: int
) -> None:
    assert encoded(message, lines, piece) == expected + b".\r\n"


def test_top_says_when_it_has_enough() -> None:
    encoder = BodyEncoder(1)
    encoder.encode(HEADER)
    assert not encoder.complete
    encoder.encode(b"1\r\n2\r\n")
    assert encoder.complete
    assert encoder.encode(b"never seen") == b""


def test_the_nth_line_of_a_large_slice_is_found() -> None:
    cut = TopCut(30_000)
    body = b"".join(b"line %d\r\n" % number for number in range(50_000))
    taken = cut.take(HEADER + body)
    assert taken.endswith(b"\r\nline 29999\r\n")
    assert cut.complete


@pytest.mark.parametrize("piece", [1, 2, 1 << 20])
@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        (b"a\nb\r\n", b"a\r\nb\r\n"),
        (b"a\rb\r\n", b"a\r\nb\r\n"),
        (b"a\r\n\n.\n\r\nb", b"a\r\n\r\n..\r\n\r\nb\r\n"),
        (b"a\n.\nb\n", b"a\r\n..\r\nb\r\n"),
        (b"a\r", b"a\r\n"),
        (b"\r\r\n", b"\r\n\r\n"),
        (b".", b"..\r\n"),
        (b"a\0b\xff", b"a\0b\xff\r\n"),
    ],
)
def test_no_line_ends_otherwise_than_with_crlf(stored: bytes, sent: bytes, piece: int) -> None:
    assert encoded(stored, None, piece) == sent + b".\r\n"


def test_good_lines_stay_as_they_are() -> None:
    good = b"line\r\n" * 1000
    assert LineRepair().repair(good) == good
    assert encoded(good) == good + b".\r\n"
