"""A session's view: numbers and UIDs, flags, what is gone and not told yet."""

from __future__ import annotations

import pytest

from postroad.mra.imap.view import View
from postroad.protocols.imap.errors import CommandError
from postroad.protocols.imap.sequences import parse_sequence


def view(*uids: int) -> View:
    made = View(1, 1, "INBOX", modseq=1, read_only=False)
    made.arrive(uids)
    made.announced = len(made)
    return made


@pytest.mark.parametrize(
    ("text", "by_uid", "places"),
    [
        (b"1:*", False, [(0, 4)]),
        (b"2,4", False, [(1, 2), (3, 4)]),
        (b"*", True, [(3, 4)]),
        (b"3:8", True, [(1, 3)]),
        (b"50:*", True, [(3, 4)]),
        (b"4,6", True, []),
    ],
)
def test_a_set_means_places(text: bytes, by_uid: bool, places: list[tuple[int, int]]) -> None:
    assert view(2, 3, 7, 9).places(parse_sequence(text), by_uid=by_uid) == places


def test_a_number_that_is_not_there_is_bad() -> None:
    with pytest.raises(CommandError, match="BAD"):
        view(2, 3).places(parse_sequence(b"3"), by_uid=False)


def test_what_is_gone_keeps_its_number_until_it_is_told() -> None:
    seen = view(2, 3, 7, 9, 11)
    seen.leave([3, 7, 11, 12])
    assert seen.place(9) == 3
    assert seen.tell_expunged(vanished=False) == b"* 2 EXPUNGE\r\n* 2 EXPUNGE\r\n* 3 EXPUNGE\r\n"
    assert list(seen.uids) == [2, 9]
    assert seen.tell_expunged(vanished=False) == b""


def test_with_qresync_it_is_told_at_once() -> None:
    seen = view(2, 3, 7, 9)
    seen.leave([3, 7])
    assert seen.tell_expunged(vanished=True) == b"* VANISHED 3,7\r\n"


def test_flags_go_with_their_messages() -> None:
    seen = view(2, 3, 7)
    seen.load_flags([(2, "$seen"), (3, ""), (7, "$flagged $seen")])
    seen.leave([3])
    seen.tell_expunged(vanished=False)
    seen.arrive([8])
    seen.note_flags(8, b"\\Draft")
    assert seen.flags_at(0, 3) == [b"\\Seen", b"\\Flagged \\Seen", b"\\Draft"]


def test_a_new_keyword_is_named_once() -> None:
    seen = view(1)
    assert b" work)" in seen.tell_keywords(["$seen work"])
    assert seen.tell_keywords(["work", "$flagged"]) == b""
