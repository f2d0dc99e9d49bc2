"""IMAP's values: names in modified UTF-7, sets of numbers, strings, statuses, partial ranges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.protocols.imap import STAR, Code, SequenceSet, Status, no, ok, status, strings
from postroad.protocols.imap._utf7 import decode_utf7, encode_utf7
from postroad.protocols.imap.commands import PartialRange, ReturnOptions
from postroad.protocols.imap.sequences import (
    encode_in_order,
    encode_ranges,
    merge,
    parse_sequence,
    ranges_of,
)

NAMES = [
    ("INBOX", b"INBOX"),
    ("Tom & Jerry", b"Tom &- Jerry"),
    ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ("Entwürfe", b"Entw&APw-rfe"),
    ("😀", b"&2D3eAA-"),
    ("a\tb", b"a&AAk-b"),
    ("", b""),
]


@pytest.mark.parametrize(("name", "octets"), NAMES)
def test_names_in_modified_utf7(name: str, octets: bytes) -> None:
    assert (encode_utf7(name), decode_utf7(octets)) == (octets, name)


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8")))
def test_every_name_comes_back(name: str) -> None:
    assert decode_utf7(encode_utf7(name)) == name


@pytest.mark.parametrize("octets", [b"&", b"a&b", b"&AGE-", b"&AOk-&AOk-", b"&A-", b"\xe4&-"])
def test_only_the_one_form_is_modified_utf7(octets: bytes) -> None:
    with pytest.raises(ValueError):
        decode_utf7(octets)


@pytest.mark.parametrize("octets", [b"inbox", b"INBOX", b"iNbOx"])
def test_inbox_is_inbox_in_any_case(octets: bytes) -> None:
    assert strings.read_mailbox(octets, utf8=False) == "INBOX"


SETS = [
    (b"1", 9, ((1, 1),)),
    (b"4,2:3,9", 9, ((2, 4), (9, 9))),
    (b"5:*", 9, ((5, 9),)),
    (b"12:*", 9, ((9, 12),)),
    (b"*", 9, ((9, 9),)),
    (b"*:4,5:7", 10, ((4, 10),)),
    (b"1:*", 0, ()),
    (b"1:4294967295", 3, ((1, 4_294_967_295),)),
]


@pytest.mark.parametrize(("text", "largest", "ranges"), SETS)
def test_a_set_is_resolved_without_being_expanded(
    text: bytes, largest: int, ranges: tuple[tuple[int, int], ...]
) -> None:
    assert parse_sequence(text).resolve(largest) == ranges


def test_a_set_is_written_as_ranges() -> None:
    assert SequenceSet(((3, STAR), (STAR, STAR), (1, 1))).encode() == b"3:*,*,1"
    assert SequenceSet(saved=True).encode() == b"$"


@pytest.mark.parametrize("ranges", [(), ((0, 1),), ((2, 1),), ((1, STAR + 1),)])
def test_a_wrong_set_cannot_be_built(ranges: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError):
        SequenceSet(ranges)


@settings(max_examples=200)
@given(st.sets(st.integers(1, 60)))
def test_ranges_of_numbers_are_those_numbers(numbers: set[int]) -> None:
    rising = sorted(numbers)
    ranges = ranges_of(rising)
    assert [one for low, high in ranges for one in range(low, high + 1)] == rising
    assert merge(reversed(ranges)) == ranges and encode_in_order(rising) == encode_ranges(ranges)


def test_an_order_is_kept() -> None:
    assert encode_in_order([1, 3, 2, 3, 4, 9]) == b"1,3,2:4,9"


STRINGS = [
    (b"plain", False, b'"plain"'),
    (b'a"b\\', False, b'"a\\"b\\\\"'),
    (b"", False, b'""'),
    (b"a\r\nb", False, b"{4}\r\na\r\nb"),
    ("ü".encode(), False, b"{2}\r\n\xc3\xbc"),
    ("ü".encode(), True, b'"\xc3\xbc"'),
    (b"\xff", True, b"{1}\r\n\xff"),
    (b"a\0", True, b"~{2}\r\na\0"),
    (b"x" * 2_000, False, b"{2000}\r\n" + b"x" * 2_000),
]


@pytest.mark.parametrize(("value", "utf8", "sent"), STRINGS)
def test_a_string_is_quoted_or_a_literal(value: bytes, utf8: bool, sent: bytes) -> None:
    assert strings.string(value, utf8=utf8) == sent


def test_nil_is_no_atom() -> None:
    assert (strings.astring(b"nil"), strings.astring(b"a]b")) == (b'"nil"', b"a]b")
    assert (strings.nstring(None), strings.nstring(b"NIL")) == (b"NIL", b'"NIL"')


CODES = [
    (status.append_uid(38505, [3955]), b"APPENDUID 38505 3955"),
    (status.copy_uid(1, [304, 319, 320], [3956, 3957, 3958]), b"COPYUID 1 304,319:320 3956:3958"),
    (status.bad_url("/INBOX/;UID=1]\r\n"), b"BADURL /INBOX/;UID=1"),
    (status.in_progress("a1", 454, 1000), b'INPROGRESS ("a1" 454 1000)'),
    (status.in_progress("a1"), b'INPROGRESS ("a1" NIL NIL)'),
    (status.modified([(7, 7), (9, 9)]), b"MODIFIED 7,9"),
    (status.permanent_flags(["\\Seen", "\\*"]), b"PERMANENTFLAGS (\\Seen \\*)"),
    (status.mailbox_id("F1"), b"MAILBOXID (F1)"),
    (status.highest_modseq(5), b"HIGHESTMODSEQ 5"),
    (status.uid_next(5), b"UIDNEXT 5"),
    (status.uid_validity(6), b"UIDVALIDITY 6"),
    (status.unseen(7), b"UNSEEN 7"),
]


@pytest.mark.parametrize(("code", "text"), CODES)
def test_response_codes(code: bytes, text: bytes) -> None:
    assert code == text
    assert ok("Done", code).encode("a") == b"a OK [" + text + b"] Done\r\n"


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("YES", "a", b""),
        ("OK", "", b""),
        ("OK", "a\r\nb", b""),
        ("OK", "a", b"a]b"),
        ("OK", "a\0", b""),
    ],
)
def test_a_status_that_would_break_its_line_cannot_be_built(
    kind: str, text: str, code: bytes
) -> None:
    with pytest.raises(ValueError):
        Status(kind, text, code)


def test_a_status_shows_itself() -> None:
    assert str(no("No such mailbox", Code.TRYCREATE)) == "* NO [TRYCREATE] No such mailbox"


WINDOWS = [((1, 3), [1, 2, 3]), ((3, 1), [1, 2, 3]), ((4, 9), [4, 5]), ((-1, -2), [4, 5]),
           ((-9, -4), [1, 2]), ((6, 7), []), ((-6, -7), [])]  # fmt: skip


@pytest.mark.parametrize(("ends", "found"), WINDOWS)
def test_a_partial_range_counts_from_one_side(ends: tuple[int, int], found: list[int]) -> None:
    assert [1, 2, 3, 4, 5][PartialRange(*ends).of(5)] == found


@pytest.mark.parametrize("ends", [(0, 1), (-1, 1), (1, 1 << 40)])
def test_a_partial_range_has_both_ends_on_one_side(ends: tuple[int, int]) -> None:
    with pytest.raises(ValueError):
        PartialRange(*ends)


def test_return_options_say_what_to_send() -> None:
    assert ReturnOptions().wants_all and not ReturnOptions(("COUNT",)).wants_all
    assert ReturnOptions(("SAVE",)).only_save and not ReturnOptions(("SAVE", "MIN")).only_save
    assert "MIN" in ReturnOptions(("MIN",)) and not ReturnOptions(("SAVE",)).wants_all
