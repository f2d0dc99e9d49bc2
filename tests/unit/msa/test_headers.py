"""What submission changes of a header, and that it changes nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.message import scan_header
from postroad.msa.headers import complete, without_bcc

NOW = 1_800_000_000.0
names = st.sampled_from(
    ["To", "Bcc", "BCC", "bcc ", "Resent-Bcc", "X-Bcc", "Bccx", "Subject", "From", "Resent-bCC\t"]
)
values = st.sampled_from(
    ["", "a@b", "a,\r\n b", "\r\n ", " \r\n\tBcc: x@y\r\n z", "Bcc: a@b", "\r x"]
)
fields = st.lists(st.tuples(names, values), max_size=8)


@settings(max_examples=100, deadline=None)
@given(fields)
def test_all_but_bcc_stays_octet_for_octet(found: list[tuple[str, str]]) -> None:
    written = [(name, f"{name}:{value}\r\n".encode()) for name, value in found]
    block = b"".join(raw for _, raw in written)
    hidden = {"bcc", "resent-bcc"}
    kept = b"".join(raw for name, raw in written if name.strip().lower() not in hidden)
    assert without_bcc(block) == kept


@settings(max_examples=100, deadline=None)
@given(st.text("Bcc: \t\r\nx,R-esnt", max_size=60))
def test_no_reader_finds_a_bcc_afterwards(text: str) -> None:
    left = without_bcc(text.encode())
    assert not scan_header(left).all("bcc") and not scan_header(left).all("resent-bcc")
    assert not re.search(rb"^(resent-)?bcc[ \t]*:", left, re.I | re.M)


@pytest.mark.parametrize(
    ("block", "left"),
    [
        (b"Bcc: x@y", b""),
        (b"To: a\r\nBcc: x@y", b"To: a\r\n"),
        (b"To: a\nBcc: x@y\nSubject: s\n", b"To: a\nSubject: s\n"),
        (b"Bcc:\r\n x@y,\r\n\tz@y\r\nTo: a\r\n", b"To: a\r\n"),
        (b"Bcc: x@y\r\n \r\n z@y\r\nTo: a\r\n", b"To: a\r\n"),
        (b"Bcc : x@y\r\nTo: a\r\nbcc:z@y\r\n", b"To: a\r\n"),
        (b"To: a\r\n Bcc: not a field\r\n", b"To: a\r\n Bcc: not a field\r\n"),
        (b" stray\r\nBcc: x@y\r\n", b" stray\r\n"),
    ],
)
def test_a_bcc_goes_with_all_its_lines(block: bytes, left: bytes) -> None:
    assert without_bcc(block) == left


def test_a_header_without_bcc_is_the_same_object() -> None:
    for block in (b"To: a\r\n", b"To: a\r\nSubject: the Bcc question\r\n"):
        assert without_bcc(block) is block


@pytest.mark.parametrize(
    ("block", "added"),
    [
        (b"From: a\r\n", ("Date", "Message-ID")),
        (b"DATE: x\r\nFrom: a\r\n", ("Message-ID",)),
        (b"Message-Id : x\r\nFrom: a\r\n", ("Date",)),
        (b"Date:\r\nMessage-ID:\r\n", ()),
        (b"X-Date: x\r\nSubject: Date: y\r\n Message-ID: z\r\n", ("Date", "Message-ID")),
    ],
)
def test_date_and_message_id_are_added_when_they_are_not_there(block, added) -> None:
    made = complete(block, at=NOW, identifier="0" * 20, hostname="mx.alpha.test")
    assert made.added == added
    assert [f.name for f in scan_header(made.lines)] == list(added)


def test_what_is_added_is_the_time_and_the_trace() -> None:
    made = complete(b"", at=NOW, identifier="0" * 20, hostname="mx.alpha.test")
    assert made.lines.splitlines() == [
        b"Date: Fri, 15 Jan 2027 08:00:00 +0000",
        b"Message-ID: <00000000000000000000@mx.alpha.test>",
    ]


@pytest.mark.parametrize("unit", [b"Bcc: x\r\n", b"bcc", b"Bcc:\r\n ", b"\r\nBcc", b"Resent-"])
def test_a_megabyte_of_bcc_takes_linear_time(unit: bytes) -> None:
    """A pattern that looked back would take hours; this takes milliseconds."""
    block = unit * (1_000_000 // len(unit))
    assert len(without_bcc(block)) <= len(block)
    assert complete(block, at=NOW, identifier="x", hostname="h").added
