"""The header is kept and may be edited; the body streams past."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from postroad.handoff import HEADER_LIMIT, HeaderTooLarge, Intake
from postroad.testing.station import at_once


class Bucket:
    """A sink in memory."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.aborted = False

    async def write(self, data: bytes) -> None:
        self.pieces.append(data)

    async def finish(self) -> bytes:
        return b"".join(self.pieces)

    async def abort(self) -> None:
        self.aborted = True


def pour(message: bytes, cuts: list[int], edit=lambda block: block) -> tuple[bytes, bytes]:
    """What came out, and the header, when the message comes in pieces."""
    intake: Intake[bytes] = Intake(Bucket(), edit)
    places = sorted({cut % (len(message) + 1) for cut in cuts})
    for start, end in zip([0, *places], [*places, len(message)], strict=True):
        at_once(intake.write(message[start:end]))
    return at_once(intake.finish()), intake.header


words = st.lists(st.sampled_from([b"A: b", b"\r\n", b"\r", b"\n", b" c", b"x"]), max_size=12)


@settings(max_examples=100, deadline=None)
@given(words, st.lists(st.integers(0, 80), max_size=6))
@example([b"\r\n", b"\r\n"], [1])
def test_no_octet_is_lost_however_it_is_cut(parts, cuts) -> None:
    message = b"".join(parts)
    whole = pour(message, [])
    assert pour(message, cuts) == whole and whole[0] == message


@pytest.mark.parametrize(
    ("message", "header"),
    [
        (b"A: b\r\n\r\nbody\r\n", b"A: b\r\n"),
        (b"A: b\r\n\r\n", b"A: b\r\n"),
        (b"A: b\r\n", b"A: b\r\n"),
        (b"A: b", b"A: b"),
        (b"\r\nbody\r\n\r\n", b""),
        (b"", b""),
        (b"A: b\r\n \r\n\r\nbody", b"A: b\r\n \r\n"),
    ],
)
def test_the_header_ends_before_the_first_empty_line(message: bytes, header: bytes) -> None:
    assert pour(message, []) == (message, header)


def test_an_edited_header_takes_the_place_of_the_old() -> None:
    stored, header = pour(b"A: b\r\n\r\nbody", [3, 7], lambda block: b"C: d\r\n")
    assert (stored, header) == (b"C: d\r\n\r\nbody", b"C: d\r\n")


def test_a_header_may_be_edited_away() -> None:
    assert pour(b"A: b\r\n\r\nbody", [], lambda block: b"") == (b"\r\nbody", b"")


@pytest.mark.parametrize("line", [b"A" * 998 + b"\r\n", b"A: b\r\n"])
def test_a_header_without_end_is_refused_while_it_comes(line: bytes) -> None:
    intake: Intake[bytes] = Intake(Bucket())
    block = line * (65_536 // len(line))
    with pytest.raises(HeaderTooLarge):
        for _ in range(2 * HEADER_LIMIT // len(block)):
            at_once(intake.write(block))
    assert len(intake._held) <= HEADER_LIMIT + len(block)


def test_a_header_that_comes_all_at_once_has_the_same_limit() -> None:
    intake: Intake[bytes] = Intake(Bucket())
    with pytest.raises(HeaderTooLarge):
        at_once(intake.write(b"A: b\r\n" * (HEADER_LIMIT // 6 + 1) + b"\r\nbody"))


def test_nothing_of_a_body_is_held() -> None:
    bucket = Bucket()
    intake: Intake[bytes] = Intake(bucket)
    for piece in (b"A: b\r\n\r\n", b"x" * 100_000, b"y" * 100_000):
        at_once(intake.write(piece))
    assert [len(piece) for piece in bucket.pieces] == [8, 100_000, 100_000] and not intake._held


def test_forgetting_it_tells_the_sink() -> None:
    bucket = Bucket()
    asyncio.run(Intake(bucket).abort())
    assert bucket.aborted
