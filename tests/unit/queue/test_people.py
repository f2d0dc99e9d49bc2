"""An administrator suspends, resumes, hurries and removes."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import queue
from postroad.queue import NoSuchMessage

NOW, LEASE, LONG = 1_800_000_000.0, 600.0, 1e6


def test_a_suspended_message_is_not_tried_until_it_is_resumed(office: Any) -> None:
    number = office.post("ann@gamma.test")
    queue.suspend(office.tx, number)
    assert office.claim(NOW + LONG) == [] and queue.next_due(office.tx) is None
    assert queue.get(office.tx, number)[0].suspended is True
    queue.resume(office.tx, number)
    assert len(office.claim()) == 1


def test_an_attempt_that_was_under_way_may_still_defer_and_stays_suspended(office: Any) -> None:
    number = office.post("ann@gamma.test")
    office.claim()
    queue.suspend(office.tx, number)
    office.settle(number, ann="deferred")
    assert office.claim(NOW + LONG) == []
    queue.resume(office.tx, number)
    assert len(office.claim(NOW + 60)) == 1


@pytest.mark.parametrize("crashed", [True, False])
def test_suspension_outlives_a_crash_and_a_lease_that_ran_out(office: Any, crashed: bool) -> None:
    number = office.post("ann@gamma.test")
    office.claim()
    queue.suspend(office.tx, number)
    if crashed:
        queue.release_leases(office.tx)
    assert office.claim(NOW + LONG) == []
    assert queue.next_due(office.tx) is None


def test_resuming_does_not_end_somebodys_lease(office: Any) -> None:
    number = office.post("ann@gamma.test")
    office.claim()
    queue.resume(office.tx, number)
    assert office.claim() == []


def test_a_message_can_be_hurried(office: Any) -> None:
    number = office.post("ann@gamma.test")
    office.claim()
    office.settle(number, again=NOW + LONG, ann="deferred")
    assert office.claim(NOW + 1) == []
    queue.retry_now(office.tx, number, NOW + 1)
    assert len(office.claim(NOW + 1)) == 1


def test_a_removed_message_leaves_nothing(office: Any) -> None:
    number = office.post("ann@gamma.test", "ben@gamma.test")
    queue.remove(office.tx, number)
    assert office.blob_refs() == [0] and queue.list_waiting(office.tx, 10) == []


@pytest.mark.parametrize("call", [queue.get, queue.suspend, queue.resume, queue.remove])
def test_what_is_not_there_is_named(office: Any, call: Any) -> None:
    with pytest.raises(NoSuchMessage, match="message 77"):
        call(office.tx, 77)


def test_a_receipt_is_remembered_until_it_is_pruned(office: Any) -> None:
    receipts, tx = queue.receipts, office.tx
    assert receipts.seen(tx, b"print") is None
    receipts.remember(tx, b"print", "first", NOW)
    receipts.remember(tx, b"print", "second", NOW + 1)
    assert receipts.seen(tx, b"print") == "first"
    assert receipts.prune(tx, NOW) == 0
    assert receipts.prune(tx, NOW + 1) == 1
    assert receipts.seen(tx, b"print") is None


def test_a_receipt_whose_reply_was_read_is_forgotten_and_others_stay(office: Any) -> None:
    receipts, tx = queue.receipts, office.tx
    for fingerprint in (b"one", b"two", b"three"):
        receipts.remember(tx, fingerprint, "trace", NOW)
    receipts.forget(tx, [b"one", b"three", b"never was"])
    found = [receipts.seen(tx, fingerprint) for fingerprint in (b"one", b"two", b"three")]
    assert found == [None, "trace", None]
