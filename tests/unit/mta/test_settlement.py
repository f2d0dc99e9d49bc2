"""The result of an attempt: queue, journey and notifications in one unit of work."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from postroad import directory, queue
from postroad.db import StorageFull
from postroad.handoff import Outcome, Recipient, Reply, Report
from postroad.mta import MtaConfig, Settlement
from postroad.mta.routing import LOCAL
from postroad.testing.station import LETTER, NOW, Town, at_once

ALICE, FAY, CARL = "alice@alpha.test", "fay@alpha.test", "carl@gamma.test"
BUSY = Reply(451, "4.3.2", "Come back later")
RELAYED = Reply(250, "2.0.0", "Yours")
DAY = 86_400.0


def subjects(town: Town) -> list[str]:
    """What the notifications in the queue report, oldest first."""
    letters = [letter for sender, letter in town.queued() if not sender]
    return [line for one in letters for line in one.decode().split("\r\n") if "Action:" in line]


def file_again(town: Town) -> list[bool]:
    return [at_once(town.settlement.file(claim)) for claim in town.claims()]


def test_what_the_next_host_took_is_gone_from_the_queue(town: Town) -> None:
    town.take(CARL)
    town.settle(Outcome.RELAYED, RELAYED, remote="mx.gamma.test", tls="TLSv1.3 X")
    assert town.waiting() == {} and town.references() == [0] and town.queued() == []
    (attempt,) = [e for e in town.events() if hasattr(e, "remote")]
    assert (attempt.remote, attempt.tls, attempt.next_attempt) == ("mx.gamma.test", "TLSv1.3 X", 0)


def test_what_went_through_is_not_read_again_for_a_notification_nobody_wants(town: Town) -> None:
    town.take(CARL)
    town.tx.execute("UPDATE blob SET data = ?", (b"not zstd",))
    town.settle(Outcome.RELAYED, RELAYED)
    assert town.waiting() == {}


def test_who_asked_hears_that_a_host_without_dsn_took_it(town: Town) -> None:
    town.take(Recipient(CARL, frozenset({"SUCCESS"})))
    town.settle(Outcome.RELAYED, RELAYED)
    assert subjects(town) == ["Action: relayed"]


def test_a_refusal_for_good_goes_back_with_the_words_of_the_host(town: Town) -> None:
    town.take(CARL)
    town.settle(Outcome.FAILED, remote="mx.gamma.test")
    ((sender, letter),) = town.queued()
    assert sender == "" and list(town.waiting()) == ["bob@beta.test"]
    assert b"smtp; 550 5.1.1 No such person at the other end" in letter
    assert b"Subject: hello" in letter and b"Words." not in letter


def test_attempts_are_made_at_the_configured_waits() -> None:
    town = Town(mta=MtaConfig(retry_after=(60.0, 120.0, 300.0)))
    town.take(CARL)
    for wait in (60.0, 120.0, 300.0, 300.0):
        town.settle(Outcome.DEFERRED, BUSY)
        due = queue.next_due(town.tx)
        assert due is not None and 0.9 * wait <= due - town.clock() <= 1.1 * wait
        assert town.claims() == []
        town.clock.now = due


def test_the_last_attempt_is_at_the_end_of_its_life_and_its_failure_is_told() -> None:
    town = Town(mta=MtaConfig(retry_after=(2 * DAY,), expire_after=3 * DAY, warn_after=10 * DAY))
    town.take(CARL)
    times = []
    while CARL in town.waiting():
        town.clock.now = queue.next_due(town.tx) or 0.0
        times.append(town.clock.now - NOW)
        town.settle(Outcome.DEFERRED, BUSY)
    assert len(times) == 3 and times[0] == 0.0 and times[-1] == 3 * DAY
    assert subjects(town) == ["Action: failed"] and b"Status: 5.3.2" in town.queued()[0][1]


def test_a_message_that_expired_while_we_were_down_is_tried_once_more(town: Town) -> None:
    town.take(CARL)
    town.clock.advance(30 * DAY)
    town.settle(Outcome.RELAYED, RELAYED)
    assert town.waiting() == {} and town.queued() == []


def test_the_sender_is_warned_of_a_delay_once() -> None:
    town = Town(mta=MtaConfig(retry_after=(3600.0,), warn_after=2 * 3600.0))
    town.take(CARL)
    for _ in range(6):
        town.settle(Outcome.DEFERRED, BUSY)
        town.clock.advance(4000.0)
        for claim in town.claims():
            (whom,) = claim.envelope.recipients
            ours = whom.address == CARL
            outcome = Outcome.DEFERRED if ours else Outcome.RELAYED
            report = Report(whom.address, outcome, BUSY)
            at_once(town.settlement.settle(claim, [report]))
    kinds = [e.reason for e in town.events() if type(e).__name__ == "Notified"]
    assert len(kinds) == 1 and kinds[0].startswith("delayed")


def test_recipients_of_one_attempt_have_fates_of_their_own(town: Town) -> None:
    town.take(CARL, "cora@gamma.test", "cleo@gamma.test")
    (claim,) = town.claims()
    ends = (Outcome.RELAYED, Outcome.DEFERRED, Outcome.FAILED)
    replies = (RELAYED, BUSY, Reply(550, "5.1.1", "no"))
    whom = [r.address for r in claim.envelope.recipients]
    reports = [Report(*each) for each in zip(whom, ends, replies, strict=True)]
    assert at_once(town.settlement.settle(claim, reports))
    assert sorted(town.waiting()) == ["bob@beta.test", "cora@gamma.test"]


def test_nobody_is_told_of_a_notification_that_cannot_be_delivered(town: Town) -> None:
    town.take(CARL, sender="")
    town.settle(Outcome.FAILED)
    assert town.waiting() == {} and town.queued() == [] and "Notified" in town.kinds()


def test_a_mailbox_that_has_room_again_gets_what_waited(town: Town) -> None:
    town.take(ALICE, FAY)
    assert file_again(town) == [True] and town.waiting() == {FAY: LOCAL}
    town.make_room(FAY)
    town.clock.advance(DAY)
    assert file_again(town) == [False]
    assert town.inbox(FAY)[0].endswith(LETTER) and town.waiting() == {}
    assert town.references() == [2]


def test_a_mailbox_that_became_an_alias_meanwhile_forwards_what_waited(town: Town) -> None:
    town.take(ALICE, FAY)
    directory.remove_account(town.tx, FAY)
    town.alias(FAY, CARL, ALICE, "fred@alpha.test")
    town.full("fred@alpha.test")
    assert file_again(town) == [False]
    assert town.waiting() == {CARL: "gamma.test", "fred@alpha.test": LOCAL}
    assert town.references() == [3] and len(town.inbox(ALICE)) == 2


def test_a_mailbox_that_is_gone_meanwhile_is_told_to_the_sender(town: Town) -> None:
    town.take(ALICE, FAY)
    directory.remove_account(town.tx, FAY)
    file_again(town)
    assert subjects(town) == ["Action: failed"] and list(town.waiting()) == ["bob@beta.test"]


def test_a_message_whose_bytes_are_lost_is_given_up_in_time(town: Town) -> None:
    town.take(CARL)
    town.tx.execute("UPDATE blob SET data = ?", (b"not zstd",))
    town.settle(Outcome.DEFERRED, BUSY)
    assert CARL in town.waiting()
    town.clock.advance(9 * DAY)
    town.settle(Outcome.DEFERRED, BUSY)
    assert subjects(town) == ["Action: failed"]


def test_a_message_without_a_header_does_not_return_its_body(town: Town) -> None:
    town.take(CARL, raw=b"\r\nsecret\r\n\r\nwords\r\n")
    town.settle(Outcome.FAILED)
    assert b"secret" not in town.queued()[0][1]


def test_a_message_that_an_administrator_removed_stays_removed(town: Town) -> None:
    town.take(CARL, sender="")
    (claim,) = town.claims()
    queue.remove(town.tx, claim.id)
    at_once(town.settlement.settle(claim, [Report(CARL, Outcome.DEFERRED, BUSY)]))
    assert town.waiting() == {} and town.references() == [0]


class SpeechlessMta:
    """An MTA with a fault: it cannot notify."""

    def __init__(self, mta: Any) -> None:
        self.local, self.onward = mta.local, mta.onward

    def notify(self, *args: object, **more: object) -> None:
        raise LookupError("a fault of ours")


def test_a_fault_in_a_notification_does_not_make_us_send_the_message_again(town: Town) -> None:
    town.take(CARL, "cora@gamma.test")
    mta: Any = SpeechlessMta(town.mta)
    settlement = Settlement(town.db, town.blobs, town.config, mta, town.clock, town.rng)
    (claim,) = town.claims()
    ends = (Outcome.RELAYED, Outcome.FAILED)
    whom = [r.address for r in claim.envelope.recipients]
    reports = [Report(who, end, BUSY) for who, end in zip(whom, ends, strict=True)]
    at_once(settlement.settle(claim, reports))
    assert town.waiting() == {} and town.kinds().count("Attempted") == 2


def test_a_full_disk_is_the_callers_to_wait_out(town: Town) -> None:
    town.take(CARL)
    town.db.refusals.append(StorageFull("full"))
    with pytest.raises(StorageFull):
        town.settle(Outcome.RELAYED, RELAYED)
    assert CARL in town.waiting()


def test_at_once_is_for_what_never_waits() -> None:
    with pytest.raises(RuntimeError):
        at_once(asyncio.sleep(1.0))
