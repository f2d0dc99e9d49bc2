"""Each result is written down, and the message goes with its last recipient."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import queue
from postroad.queue import NoSuchMessage, Remaining, Settled

NOW = 1_800_000_000.0


def test_the_last_recipient_takes_the_message_and_its_blob_along(office: Any) -> None:
    number = office.post("ann@gamma.test", "ben@gamma.test")
    office.claim()
    assert office.settle(number, ann="sent", ben="deferred") == Remaining(1, NOW + 60)
    assert office.blob_refs() == [1]
    assert office.settle(number, ben="failed") == Remaining(0, None)
    assert office.blob_refs() == [0]
    with pytest.raises(NoSuchMessage):
        queue.get(office.tx, number)


def test_a_deferred_recipient_is_tried_again_at_its_time(office: Any) -> None:
    number = office.post("ann@gamma.test")
    office.claim()
    office.settle(number, at=NOW + 5, ann="deferred")
    assert office.claim(NOW + 59) == []
    (claim,) = office.claim(NOW + 60)
    assert (claim.attempts, claim.last_attempt) == (1, NOW + 5)


def test_people_see_why_a_message_waits(office: Any) -> None:
    number = office.post("ann@gamma.test")
    office.claim()
    (now,) = queue.list_waiting(office.tx, 10)
    assert now.leased is True and now.last_reply == ""
    office.settle(number, ann="deferred")
    (then,) = queue.list_waiting(office.tx, 10)
    assert (then.last_reply, then.next_attempt, then.attempts) == ("said deferred", NOW + 60, 1)
    assert (then.recipient, then.sender, then.leased) == (
        "ann@gamma.test",
        "alice@alpha.test",
        False,
    )


def test_the_list_turns_its_pages(office: Any) -> None:
    numbers = [office.post("ann@gamma.test") for _ in range(5)]
    first = queue.list_waiting(office.tx, 3)
    rest = queue.list_waiting(office.tx, 3, after=first[-1].id)
    assert [one.id for one in (*first, *rest)] == numbers


def test_a_long_speech_of_a_remote_is_cut(office: Any) -> None:
    number = office.post("ann@gamma.test")
    result = Settled("ann@gamma.test", "deferred", "x" * 100_000, NOW + 1)
    queue.settle(office.tx, number, [result], NOW)
    assert len(queue.list_waiting(office.tx, 1)[0].last_reply) == 2_000


def test_a_recipient_that_was_removed_meanwhile_is_passed_over(office: Any) -> None:
    number = office.post("ann@gamma.test")
    office.claim()
    queue.remove(office.tx, number)
    assert office.settle(number, ann="sent") == Remaining(0, None)
    assert office.blob_refs() == [0]


def test_a_result_is_final_or_has_a_time() -> None:
    with pytest.raises(ValueError, match="next attempt"):
        Settled("a@x.test", "deferred", "")
    with pytest.raises(ValueError, match="next attempt"):
        Settled("a@x.test", "sent", "", 5.0)


def test_numbers_are_never_used_again(office: Any) -> None:
    first = office.post("ann@gamma.test")
    queue.remove(office.tx, first)
    assert office.post("ann@gamma.test") > first
