"""Attack 50: every reader of header values and bodies is linear in the worst text we know."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import postroad.message
from postroad.message import (
    base_subject,
    decode_transfer,
    decode_words,
    find_inline_files,
    flow,
    format_field,
    parse_addresses,
    parse_authentication_results,
    parse_content_type,
    parse_date,
    parse_disposition,
    parse_ids,
    parse_list_id,
    parse_received,
    parse_urls,
    read_mbox,
    safe_filename,
    scan,
    scan_header,
    unflow_text,
)

UNITS = [
    ",", '"', "(", ")", "()", "<", ">", "<>", ":", ";", "@", "\\", "[", "[]", "=?", "?=", "a ", " ",
    "=?utf-8?q?a?= ", "=?x?q?=E4=FF?= a ", "=?utf-8?b?",
    '"a"', "a@b,", "<a@b>,", "a:b;", '"\\', "(a)", ".", "\t", "=",
    "; a=", "*0*=", "'", "re:", "[a]", "(fwd)", "[fwd:", "1 ", "9", "Nov ", "1:", "from ", "--",
    "> ", "\n ", "begin 644 x\n", "=ybegin x\n", "\nFrom 1999", "= ", "=\n",
]  # fmt: skip


class Pipe:
    """A file that gives everything at once."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, size: int, /) -> bytes:
        data, self.data = self.data, b""
        return data


READERS: dict[str, Callable[[str], object]] = {
    "addresses": parse_addresses,
    "words": decode_words,
    "content type": lambda text: parse_content_type(text.encode()),
    "parameters": lambda text: parse_content_type(b"a/b;" + text.encode()),
    "disposition": lambda text: parse_disposition(b"inline; filename=" + text.encode()),
    "date": parse_date,
    "received": parse_received,
    "results": parse_authentication_results,
    "ids": parse_ids,
    "urls": parse_urls,
    "list id": lambda text: parse_list_id(text.encode()),
    "subject": base_subject,
    "field": lambda text: format_field("Subject", text.replace("\n", " ")),
    "name": safe_filename,
    "header": lambda text: scan_header(text.encode()),
    "scan": lambda text: scan(b"Content-Type: multipart/mixed; boundary=x\n\n" + text.encode()),
    "quoted-printable": lambda text: decode_transfer(text.encode(), "quoted-printable"),
    "base64": lambda text: decode_transfer(text.encode(), "base64"),
    "inline": lambda text: find_inline_files(text.encode()),
    "unflow": unflow_text,
    "flow": flow,
    "mbox": lambda text: list(read_mbox(Pipe(text.encode()))),
}


def seconds(reader: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    reader(text)
    return time.process_time() - start


@pytest.mark.parametrize("name", READERS)
def test_four_times_the_text_takes_four_times_the_time(name: str) -> None:
    reader = READERS[name]
    for unit in UNITS:
        small, large = (unit * (size // len(unit)) for size in (10_000, 40_000))
        assert seconds(reader, large) < 6 * seconds(reader, small) + 0.15, unit


def test_no_pattern_repeats_a_repetition_that_can_be_split() -> None:
    """`(a*)*` and `(a+)+` without possession are how patterns become exponential."""
    nested = re.compile(r"[^\\]\([^()]*(?<!\+)[*+](?![+?])[^()|]?\)[*+](?!\+)")
    for path in Path(postroad.message.__file__).parent.glob("*.py"):
        for literal in re.findall(r're\.compile\(\s*r?b?f?"([^\n]*)"', path.read_text()):
            assert not nested.search(literal), (path.name, literal)
