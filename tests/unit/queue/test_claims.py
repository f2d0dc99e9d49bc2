"""What is due is handed out once, by route, and comes back when its lease ends."""

from __future__ import annotations

from typing import Any

from postroad import queue
from postroad.handoff import Content, Recipient

NOW, LEASE = 1_800_000_000.0, 600.0


def test_a_claim_has_all_that_a_delivery_needs(office: Any) -> None:
    number = office.post("carol@gamma.test")
    (claim,) = office.claim()
    assert (claim.id, claim.trace, claim.route) == (number, "trace1", "gamma.test")
    assert claim.envelope.recipients == (Recipient("carol@gamma.test"),)
    assert (claim.envelope.reverse_path, claim.envelope.ret) == ("alice@alpha.test", "HDRS")
    assert isinstance(claim.content, Content) and claim.content.prefix == b"Received: here\r\n"
    assert (claim.attempts, claim.last_attempt, claim.created) == (0, None, NOW)


def test_a_recipients_wishes_survive_the_queue(office: Any) -> None:
    wishes = Recipient("carol@gamma.test", frozenset({"SUCCESS", "DELAY"}), "rfc822;c@g.test")
    number = office.post("carol@gamma.test")
    office.tx.execute(
        "UPDATE queue_recipient SET notify = 'DELAY SUCCESS', orcpt = 'rfc822;c@g.test'"
    )
    assert office.claim()[0].envelope.recipients == (wishes,) and number == 1


def test_recipients_are_claimed_by_route(office: Any) -> None:
    number = office.post("a@x.test", "b@y.test", "c@x.test")
    assert sorted(office.claimed()) == [
        (number, "x.test", ("a@x.test", "c@x.test")),
        (number, "y.test", ("b@y.test",)),
    ]


def test_what_is_claimed_is_not_claimed_again_until_its_lease_ends(office: Any) -> None:
    office.post("a@x.test")
    assert len(office.claim()) == 1
    assert office.claim(NOW + LEASE - 1) == []
    assert len(office.claim(NOW + LEASE)) == 1


def test_leases_of_a_process_that_died_are_given_back(office: Any) -> None:
    office.post("a@x.test", "b@y.test")
    office.claim()
    assert queue.release_leases(office.tx) == 2
    assert len(office.claim()) == 2


def test_the_oldest_that_are_due_come_first_and_no_more_than_asked_for(office: Any) -> None:
    late, early, future = (office.post("a@x.test", at=NOW + n) for n in (5, 0, 99))
    assert [claim[0] for claim in office.claimed(NOW + 10, limit=1)] == [early]
    assert [claim[0] for claim in office.claimed(NOW + 10)] == [late]
    assert queue.next_due(office.tx) == NOW + 99 and future


def test_one_claim_has_a_hundred_recipients_at_most(office: Any) -> None:
    office.post(*(f"r{n}@x.test" for n in range(250)))
    sizes = [len(office.claimed()[0][2]) for _ in range(3)]
    assert sizes == [100, 100, 50] and office.claim() == []


def test_an_empty_queue_is_never_due(office: Any) -> None:
    assert queue.next_due(office.tx) is None and office.claim() == []


def test_when_the_next_is_due_counts_leases(office: Any) -> None:
    office.post("a@x.test")
    assert queue.next_due(office.tx) == NOW
    office.claim()
    assert queue.next_due(office.tx) == NOW + LEASE
