"""What was taken and whose reply was lost is not taken twice; what is meant twice is."""

from __future__ import annotations

import pytest

from postroad.db import DatabaseError, StorageFull
from postroad.handoff import Hold
from postroad.mta.routing import LOCAL
from postroad.testing.station import LETTER, Town, at_once

ALICE, AMY, FAY = "alice@alpha.test", "amy@alpha.test", "fay@alpha.test"


def letters(town: Town, who: str = ALICE) -> int:
    return len(town.inbox(who))


def test_the_same_bytes_after_a_lost_reply_are_taken_once(town: Town) -> None:
    first, again = town.take(ALICE, once=True), town.take(ALICE, once=True, number=1)
    assert [t.reports[0].reply.code for t in (first, again)] == [250, 250]
    assert letters(town) == 1 and town.references() == [1]
    assert [e.check for e in town.events() if hasattr(e, "check")] == ["duplicate"]


def test_the_same_bytes_after_a_reply_that_was_read_are_taken_again(town: Town) -> None:
    town.acceptance.confirm(town.take(ALICE, once=True).receipts)
    town.take(ALICE, once=True, number=1)
    assert letters(town) == 2


def test_so_they_are_after_a_thousand_other_replies_were_read(town: Town) -> None:
    receipts = town.take(ALICE, once=True).receipts
    town.acceptance.confirm([b"%d" % n for n in range(1000)])
    town.acceptance.confirm(receipts)
    town.take(ALICE, once=True, number=1)
    assert letters(town) == 2


def test_the_reply_to_a_duplicate_ends_the_matter_when_it_is_read(town: Town) -> None:
    town.take(ALICE, once=True)
    town.acceptance.confirm(town.take(ALICE, once=True, number=1).receipts)
    town.take(ALICE, once=True, number=2)
    assert letters(town) == 2


def test_a_full_mailbox_beside_a_duplicate_is_held_here(town: Town) -> None:
    """The one reply is 250, as somebody has it: the other must not be left to nobody."""
    town.take(ALICE, once=True)
    taken = town.take(ALICE, FAY, once=True, number=1)
    assert not taken.nobody and [r.reply.code for r in taken.reports] == [250, 250]
    assert town.waiting() == {FAY: LOCAL} and letters(town) == 1


def test_a_new_recipient_beside_a_duplicate_gets_the_message(town: Town) -> None:
    town.take(ALICE, once=True)
    town.take(ALICE, AMY, once=True, number=1)
    assert (letters(town), letters(town, AMY)) == (1, 1)


def test_over_lmtp_a_full_mailbox_beside_a_duplicate_has_its_own_reply(town: Town) -> None:
    town.take(ALICE, once=True, hold=Hold.NEVER)
    taken = town.take(ALICE, FAY, once=True, hold=Hold.NEVER, number=1)
    assert [r.reply.code for r in taken.reports] == [250, 452] and town.waiting() == {}


def test_over_lmtp_a_refusal_is_repeated_when_its_reply_was_lost(town: Town) -> None:
    for number in range(2):
        taken = town.take("nobody@alpha.test", ALICE, once=True, hold=Hold.NEVER, number=number)
        assert taken.reports[0].reply.code == 550


@pytest.mark.parametrize(
    "other",
    [
        {"sender": "carl@gamma.test"},
        {"raw": LETTER + b"P.S.\r\n"},
        {"raw": LETTER.replace(b"<1@", b"<2@")},
    ],
)
def test_another_sender_or_other_bytes_are_another_message(town: Town, other) -> None:
    town.take(ALICE, once=True)
    town.take(ALICE, once=True, number=1, **other)
    assert letters(town) == 2


def test_without_a_message_id_equal_bytes_may_be_meant(town: Town) -> None:
    for number in range(2):
        town.take(ALICE, once=True, number=number, raw=b"Subject: alarm\r\n\r\n")
    assert letters(town) == 2 and town.rows()["receipt"] == 0


def test_receipts_go_with_tidy_when_no_message_takes_them(town: Town) -> None:
    town.acceptance.confirm(town.take(ALICE, once=True).receipts)
    at_once(town.acceptance.tidy())
    assert town.rows()["receipt"] == 0


@pytest.mark.parametrize("error", [StorageFull("full"), DatabaseError("busy")])
def test_a_disk_that_refuses_does_not_make_us_forget_what_was_read(town: Town, error) -> None:
    town.acceptance.confirm(town.take(ALICE, once=True).receipts)
    town.db.refusals += [error, error]
    with pytest.raises(DatabaseError):
        at_once(town.acceptance.tidy())
    with pytest.raises(DatabaseError):
        town.take(AMY, once=True, number=1)
    town.take(ALICE, once=True, number=2)
    assert letters(town) == 2


def test_nor_does_a_message_that_nobody_takes(town: Town) -> None:
    town.acceptance.confirm(town.take(ALICE, once=True).receipts)
    assert town.take(FAY, once=True, number=1).nobody
    town.take(ALICE, once=True, number=2)
    assert letters(town) == 2
