"""Attack 44: many fields, many addresses, many parts, deep nesting, cycles, many parameters.

CVE-2024-23184, CVE-2024-23185, CVE-2020-12100, CVE-2020-25275, CVE-2026-26312, CVE-2026-27859:
each takes less than a second of processor time and less than 64 MB.
"""

from __future__ import annotations

import time
import tracemalloc

import pytest

from postroad.message import (
    body_structure,
    decode_unlabelled,
    defects,
    envelope,
    parse_addresses,
    parse_content_type,
    preview,
    scan,
    select,
)
from postroad.message._limits import MAX_ADDRESSES, MAX_DEPTH, MAX_FIELDS, MAX_PARTS

MULTIPART = b"Content-Type: multipart/mixed; boundary=x\n\n"

BOMBS = {
    "fields": b"a:\n" * 200_000,
    "long header": b"Subject: " + b"x" * 5_000_000,
    "folded header": b"Subject: a" + b"\n b" * 300_000,
    "addresses": b"To: " + b"a@b.test, " * 100_000,
    "address fields": b"To: a@b\n" * 50_000,
    "odd addresses": b"To: " + b'(c) "x" <a(b)@c>, ' * 20_000,
    "parts": MULTIPART + b"--x\n\n" * 100_000,
    "delimiters": MULTIPART + b"--x\n" * 20_000,
    "false delimiters": MULTIPART + b"--\n" * 40_000,
    "levels": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000)
    ),
    "messages": b"Content-Type: message/rfc822\n\n" * 10_000,
    "cycle": MULTIPART + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 2_000,
    "parameters": b"Content-Type: a/b" + b"; p=v" * 100_000,
    "sections": b"Content-Type: a/b"
    + b"".join(b"; n*%d*=utf-8''%%41" % number for number in range(100_000)),
    "semicolons": b"Content-Type: a/b" + b";" * 100_000,
    "comments": b"Content-Type: a/b" + b"()" * 100_000,
}


def everything(data: bytes) -> None:
    message = scan(data)
    envelope(message.headers)
    body_structure(message)
    preview(message, select(message))
    defects(message)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_in_little_time_and_memory(name: str) -> None:
    decode_unlabelled(b"\xe4 warm")  # the detector's import is not the bomb's doing
    tracemalloc.start()
    try:
        start = time.process_time()
        scan(BOMBS[name])
        assert tracemalloc.get_traced_memory()[1] < 64_000_000
    finally:
        tracemalloc.stop()
    start = time.process_time()
    everything(BOMBS[name])
    assert time.process_time() - start < 1.0


def test_depth_parts_fields_and_addresses_have_limits() -> None:
    assert max(part.depth for part in scan(BOMBS["levels"]).walk()) == MAX_DEPTH
    assert len(list(scan(BOMBS["parts"]).walk())) <= MAX_PARTS
    assert len(scan(BOMBS["fields"]).headers.fields) == MAX_FIELDS
    assert len(parse_addresses(BOMBS["addresses"][4:])) == MAX_ADDRESSES


def test_what_lies_beyond_a_limit_is_still_there() -> None:
    data = b"a: b\n" * (MAX_FIELDS + 5) + b"\nbody"
    message = scan(data)
    assert message.body == b"body"
    assert message.headers.end == len(data) - 5


def test_parameters_beyond_the_limit_are_left_out() -> None:
    assert len(parse_content_type(BOMBS["sections"][14:]).params) == 1
