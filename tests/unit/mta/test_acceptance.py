"""Each recipient of an accepted message has a mailbox, a place in the queue, or a notification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from postroad import store
from postroad.db import StorageFull
from postroad.directory import set_catch_all
from postroad.handoff import Hold, Outcome, Recipient, Taken
from postroad.mta.routing import LOCAL
from postroad.testing.station import NOW, Town, at_once

ALICE, AMY, FAY = "alice@alpha.test", "amy@alpha.test", "fay@alpha.test"
NOTHING = dict.fromkeys(
    ("blob", "email", "queue_message", "queue_recipient", "receipt", "journey"), 0
)


def codes(taken: Taken) -> list[int]:
    return [report.reply.code for report in taken.reports]


def counts(town: Town, names: Sequence[str]) -> list[int]:
    return [len(town.inbox(name)) for name in names]


def test_a_recipient_here_is_filed_with_its_return_path_on_top(town: Town) -> None:
    town.take(ALICE)
    (letter,) = town.inbox(ALICE)
    assert letter.startswith(b"Return-Path: <bob@beta.test>\r\nDelivered-To: alice@alpha.test\r\n")
    assert town.references() == [1] and town.waiting() == {}


def test_a_recipient_elsewhere_is_queued_and_the_dispatcher_woken(town: Town) -> None:
    town.take(ALICE, "carl@gamma.test", "cora@gamma.test")
    assert town.waiting() == {"carl@gamma.test": "gamma.test", "cora@gamma.test": "gamma.test"}
    assert town.wakes == 1 and town.references() == [2]


def test_the_gateway_takes_what_has_no_route_of_its_own(routed: Town) -> None:
    routed.take("carl@gamma.test")
    assert routed.waiting() == {"carl@gamma.test": "gateway.test:25"}


def test_postmaster_without_a_domain_has_a_mailbox_here(routed: Town) -> None:
    assert routed.take("postmaster").reports[0].outcome is Outcome.DELIVERED
    assert counts(routed, [ALICE]) == [1] and routed.waiting() == {}


def test_a_domain_called_local_is_a_domain_like_others(town: Town) -> None:
    town.take(ALICE, FAY, "bob@local")
    assert town.waiting() == {FAY: LOCAL, "bob@local": "local"}


def test_of_a_message_that_nobody_takes_nothing_is_written(town: Town) -> None:
    taken = town.take(FAY, "fay+tag@alpha.test", once=True)
    assert taken.nobody and str(taken.refusal) == "452 4.2.2 Mailbox is full"
    assert town.rows() == NOTHING and town.wakes == 0


def test_a_full_mailbox_beside_another_is_taken_and_tried_again(town: Town) -> None:
    taken = town.take(FAY, ALICE)
    assert codes(taken) == [250, 250] and not taken.nobody
    assert town.waiting() == {FAY: LOCAL} and town.references() == [2]


def test_over_lmtp_a_full_mailbox_stays_with_its_sender(town: Town) -> None:
    taken = town.take(FAY, ALICE, hold=Hold.NEVER)
    assert codes(taken) == [452, 250]
    assert town.waiting() == {} and counts(town, [ALICE]) == [1]


def test_over_lmtp_an_unknown_recipient_is_not_told_of_a_second_time(town: Town) -> None:
    taken = town.take("nobody@alpha.test", ALICE, hold=Hold.NEVER)
    assert codes(taken) == [550, 250]
    assert town.waiting() == {} and "Notified" not in town.kinds()


def test_a_notification_for_a_full_mailbox_is_held_here(town: Town) -> None:
    assert codes(town.take(FAY, hold=Hold.ALWAYS)) == [250]
    assert town.waiting() == {FAY: LOCAL}


def test_an_unknown_recipient_is_told_to_the_sender(town: Town) -> None:
    town.take("nobody@alpha.test", ALICE)
    ((sender, letter),) = town.queued()
    assert sender == "" and town.waiting() == {"bob@beta.test": "beta.test"}
    assert b"Final-Recipient: rfc822;nobody@alpha.test" in letter
    assert b"Status: 5.1.1" in letter


@pytest.mark.parametrize("asked", ["NEVER", "SUCCESS", "DELAY"])
def test_who_asked_not_to_hear_of_failures_does_not(town: Town, asked: str) -> None:
    town.take(Recipient("nobody@alpha.test", frozenset({asked})), ALICE)
    assert town.queued() == []


def test_who_asked_to_hear_of_success_does(town: Town) -> None:
    town.take(Recipient(ALICE, frozenset({"SUCCESS"})), AMY)
    ((_, letter),) = town.queued()
    assert b"Action: delivered" in letter and b"amy@" not in letter


def test_nobody_hears_of_a_message_from_the_null_sender(town: Town) -> None:
    town.take("nobody@alpha.test", ALICE, sender="")
    assert town.queued() == []
    assert "never answered" in [e.reason for e in town.events() if hasattr(e, "to")][-1]


def test_a_notification_for_a_sender_who_does_not_exist_ends_there(town: Town) -> None:
    town.take("nobody@alpha.test", sender="ghost@alpha.test")
    assert town.rows()["journey"] == 2 and town.queued() == []
    assert town.kinds() == ["Checked", "Notified", "Accepted", "Checked", "Discarded"]


def test_a_notification_for_a_sender_whose_mailbox_is_full_waits(town: Town) -> None:
    town.take("nobody@alpha.test", sender=FAY)
    assert town.waiting() == {FAY: LOCAL} and town.queued()[0][0] == ""


@pytest.mark.parametrize(
    ("targets", "inboxes", "waiting"),
    [
        (["alice@alpha.test"], [1, 0], []),
        (["alice@alpha.test", "amy@alpha.test"], [1, 1], []),
        (["carl@gamma.test"], [0, 0], ["carl@gamma.test"]),
        (["alice@alpha.test", "carl@gamma.test"], [1, 0], ["carl@gamma.test"]),
        (["team@alpha.test", "alice@alpha.test"], [1, 0], []),
        (["fay@alpha.test", "alice@alpha.test"], [1, 0], ["fay@alpha.test"]),
    ],
)
def test_an_alias_leads_to_each_of_its_ends(town: Town, targets, inboxes, waiting) -> None:
    town.alias("team@alpha.test", *targets)
    town.take("team@alpha.test")
    assert counts(town, [ALICE, AMY]) == inboxes and list(town.waiting()) == waiting
    assert town.references() == [sum(inboxes) + bool(waiting)]


def test_an_alias_to_itself_alone_is_nobody(town: Town) -> None:
    town.alias("echo@alpha.test", "echo@alpha.test")
    assert town.take("echo@alpha.test", sender="").reports[0].outcome is Outcome.FAILED


def test_an_account_gets_a_message_once_by_all_its_names(town: Town) -> None:
    town.alias("al@alpha.test", ALICE)
    set_catch_all(town.tx, "alpha.test", ALICE)
    taken = town.take(ALICE, "al@alpha.test", "alice+tag@alpha.test", "any@alpha.test", ALICE)
    assert codes(taken) == [250] * 5
    assert counts(town, [ALICE]) == [1] and town.references() == [1]


def test_a_forward_remembers_whom_it_was_for(town: Town) -> None:
    town.alias("team@alpha.test", "carl@gamma.test")
    town.take(Recipient("team@alpha.test", frozenset({"NEVER"})))
    (claim,) = town.claims()
    (recipient,) = claim.envelope.recipients
    assert recipient.orcpt == "rfc822;team@alpha.test" and recipient.notify == {"NEVER"}


def test_a_mailbox_that_is_broken_does_not_cost_the_others_theirs(town: Town) -> None:
    broken = town.account("bea@alpha.test")
    store.delete_account(town.tx, broken.id)
    assert codes(town.take("bea@alpha.test", ALICE)) == [250, 250]
    assert town.waiting() == {"bea@alpha.test": LOCAL} and counts(town, [ALICE]) == [1]


def test_a_file_that_nobody_refers_to_is_discarded_after_the_commit(town: Town) -> None:
    discarded: list[Any] = []
    arrival, stored = town.arrival("nobody@alpha.test", sender="")
    in_file = type(stored)(stored.id, stored.size, file="x", discard=lambda: discarded.append(1))
    at_once(town.acceptance.take(arrival, in_file, []))
    assert discarded == [1] and town.rows()["blob"] == 0


def test_a_full_disk_leaves_nothing_behind(town: Town) -> None:
    town.db.refusals.append(StorageFull("no room"))
    with pytest.raises(StorageFull):
        town.take(ALICE)
    assert town.rows() == NOTHING


def test_a_thousand_recipients_are_decided_about_in_linear_time() -> None:
    town = Town()
    town.account(ALICE)
    taken = town.take(*(f"alice+{n}@alpha.test" for n in range(1000)), hold=Hold.ALWAYS)
    assert len(taken.reports) == 1000 and town.references() == [1]
    assert town.clock() == NOW
