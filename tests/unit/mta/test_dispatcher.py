"""Who is tried when, how many at once, and what holds when the database refuses."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from postroad import queue
from postroad.db import DatabaseClosed, DatabaseError, StorageFull
from postroad.handoff import Content, Envelope, Outcome, Recipient, Reply, Report
from postroad.mta import Dispatcher, MtaConfig
from postroad.mta.dispatcher import ATTEMPT, IDLE_LOOK, LEASE, TROUBLE_PAUSE
from postroad.testing.station import NOW, Town

ALICE, FAY = "alice@alpha.test", "fay@alpha.test"
TAKEN = Reply(250, "2.0.0", "Yours")
BUSY = Reply(451, "4.3.2", "Later")
Answer = Callable[[Envelope], Awaitable[Sequence[Report]]]


def reports(envelope: Envelope, outcome: Outcome, reply: Reply) -> list[Report]:
    return [Report(r.address, outcome, reply) for r in envelope.recipients]


class Remote:
    """The world outside: takes everything at once, unless a route has an answer of its own."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.tried: list[tuple[float, str]] = []
        self.busy: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def deliver(
        self, envelope: Envelope, content: Content, trace: str, route: str
    ) -> Sequence[Report]:
        self.tried.append((asyncio.get_running_loop().time(), route))
        self.busy[route] += 1
        self.most[route] = max(self.most[route], self.busy[route])
        try:
            if answer := self.answers.get(route):
                return await answer(envelope)
            return reports(envelope, Outcome.RELAYED, TAKEN)
        finally:
            self.busy[route] -= 1

    def takes(self, route: str, seconds: float) -> None:
        """Every message to this route takes so long."""

        async def slowly(envelope: Envelope) -> Sequence[Report]:
            await asyncio.sleep(seconds)
            return reports(envelope, Outcome.RELAYED, TAKEN)

        self.answers[route] = slowly

    def refuses(self, route: str, times: int) -> None:
        """The first attempts are deferred."""
        left = [BUSY] * times

        async def later(envelope: Envelope) -> Sequence[Report]:
            if left:
                return reports(envelope, Outcome.DEFERRED, left.pop())
            return reports(envelope, Outcome.RELAYED, TAKEN)

        self.answers[route] = later

    def fails(self, route: str, error: Exception, times: int = 1) -> None:
        """The first attempts end in a fault of ours."""
        left = [error] * times

        async def broken(envelope: Envelope) -> Sequence[Report]:
            if left:
                raise left.pop()
            return reports(envelope, Outcome.RELAYED, TAKEN)

        self.answers[route] = broken

    def when(self, route: str) -> list[float]:
        """Seconds after the beginning at which a route was tried."""
        return [at - NOW for at, name in self.tried if name == route]


class Office:
    """A town with a dispatcher, and a clock that jumps."""

    def __init__(self, **config: Any) -> None:
        self.remote = Remote()
        self.town = Town(mta=MtaConfig(**config))
        self.town.account(ALICE)
        self.posted = 0

    def post(self, *recipients: str, sender: str = "") -> None:
        self.posted += 1
        raw = b"Subject: %d\r\n\r\n" % self.posted
        self.town.take(*recipients, sender=sender, raw=raw, number=self.posted)

    def run(self, seconds: float, *acts: tuple[float, Callable[[], object]]) -> None:
        """Let the dispatcher run; `acts` are done at their times."""
        self.town.clock.run(self._run(seconds, acts))

    async def _run(
        self, seconds: float, acts: Sequence[tuple[float, Callable[[], object]]]
    ) -> None:
        town = self.town
        self.dispatcher = Dispatcher(town.db, town.config, self.remote, town.settlement, town.clock)
        town.mta.wake = self.dispatcher.wake
        loop = asyncio.get_running_loop()
        for at, act in acts:
            loop.call_later(at, act)
        running = asyncio.ensure_future(self.dispatcher.run())
        await asyncio.sleep(seconds)
        await self.dispatcher.stop(5.0)
        await running

    def waiting(self) -> list[str]:
        return list(self.town.waiting())


def people(number: int, domain: str) -> list[str]:
    return [f"r{n}@{domain}" for n in range(number)]


def test_what_is_queued_is_tried_at_once_and_then_gone() -> None:
    office = Office()
    office.post("a@x.test", "b@y.test")
    office.run(1.0)
    assert office.remote.when("x.test") == office.remote.when("y.test") == [0.0]
    assert office.waiting() == [] and office.town.references() == [0]


def test_a_new_message_wakes_the_dispatcher() -> None:
    office = Office()
    office.run(20.0, (7.0, lambda: office.post("a@x.test")))
    assert office.remote.when("x.test") == [7.0]


def test_what_another_process_queued_is_found_at_the_next_look() -> None:
    office = Office()
    office.run(3 * IDLE_LOOK, (1.0, lambda: quietly_post(office)))
    assert office.remote.when("x.test") == [IDLE_LOOK]


def quietly_post(office: Office) -> None:
    office.town.mta.wake = lambda: None
    office.post("a@x.test")


def test_what_was_deferred_is_tried_again_when_it_is_due() -> None:
    office = Office(retry_after=(60.0, 600.0))
    office.remote.refuses("x.test", 2)
    office.post("a@x.test")
    office.run(2000.0)
    first, second, third = office.remote.when("x.test")
    assert first == 0.0 and 54 <= second <= 66 and 540 <= third - second <= 660
    assert office.waiting() == []


def test_a_short_wait_is_kept_although_the_lease_is_long() -> None:
    office = Office(retry_after=(5.0,))
    office.remote.refuses("x.test", 1)
    office.post("a@x.test")
    office.run(20.0)
    assert len(office.remote.tried) == 2 and 4.5 <= office.remote.when("x.test")[1] <= 5.6


def test_a_slow_destination_does_not_hold_up_the_others() -> None:
    office = Office(concurrency=100, concurrency_per_route=10)
    office.remote.takes("slow.test", 600.0)
    for person in people(300, "slow.test"):
        office.post(person)
    office.post("a@x.test")
    office.run(60.0, (30.0, lambda: office.post("a@y.test")))
    assert office.remote.when("x.test") == [0.0] and office.remote.when("y.test") == [30.0]
    assert office.remote.most["slow.test"] == 10


def test_only_what_can_begin_is_claimed_so_no_lease_runs_out_in_a_line() -> None:
    office = Office(concurrency_per_route=2)
    office.remote.takes("slow.test", 3000.0)
    for person in people(9, "slow.test"):
        office.post(person)
    office.run(5 * 3000.0 + 10)
    assert len(office.remote.tried) == 9 and office.remote.most["slow.test"] == 2
    assert office.waiting() == []


def test_no_more_than_so_many_are_tried_at_once_over_all() -> None:
    office = Office(concurrency=5, concurrency_per_route=3)
    for n in range(20):
        office.remote.takes(f"d{n}.test", 10.0)
        office.post(f"a@d{n}.test")
    office.run(200.0)
    times = Counter(round(at - NOW) for at, _ in office.remote.tried)
    assert times == {0: 5, 10: 5, 20: 5, 30: 5}


def test_a_place_that_ends_is_taken_at_once() -> None:
    office = Office(concurrency_per_route=1)
    office.remote.takes("x.test", 7.0)
    for person in people(3, "x.test"):
        office.post(person)
    office.run(100.0)
    assert office.remote.when("x.test") == [0.0, 7.0, 14.0]


def test_routes_that_are_done_with_are_forgotten() -> None:
    office = Office()
    for n in range(50):
        office.post(f"a@d{n}.test")
    office.run(1.0)
    assert not office.dispatcher._busy and not office.dispatcher._tasks


def test_while_all_wait_for_a_full_route_the_queue_is_not_asked_again_and_again() -> None:
    office = Office(concurrency_per_route=1)
    office.remote.takes("x.test", 1000.0)
    office.post("a@x.test")
    office.post("b@x.test")
    office.run(900.0)
    assert office.town.db.commits < 5 + 900.0 / IDLE_LOOK + 5


def test_a_full_mailbox_is_tried_by_the_mda_and_not_outside() -> None:
    office = Office(retry_after=(60.0,))
    office.town.full(FAY)
    office.post(ALICE, FAY)
    office.run(200.0, (90.0, lambda: office.town.make_room(FAY)))
    assert office.remote.tried == [] and len(office.town.inbox(FAY)) == 1


def test_a_fault_of_ours_defers_the_message() -> None:
    office = Office(retry_after=(60.0,))
    office.remote.fails("x.test", ZeroDivisionError())
    office.post("a@x.test")
    office.run(100.0)
    assert len(office.remote.tried) == 2 and office.waiting() == []
    reasons = [e.text for e in office.town.events() if hasattr(e, "remote")]
    assert reasons == ["Internal fault: ZeroDivisionError", "Yours"]


def test_a_target_that_loses_count_of_recipients_is_a_fault_of_ours() -> None:
    office = Office(retry_after=(60.0,))

    async def forgetful(envelope: Envelope) -> Sequence[Report]:
        return reports(envelope, Outcome.RELAYED, TAKEN)[1:]

    office.remote.answers["x.test"] = forgetful
    office.post("a@x.test", "b@x.test")
    office.run(10.0)
    assert office.waiting() == ["a@x.test", "b@x.test"]


def test_an_attempt_ends_before_its_lease_does() -> None:
    office = Office(retry_after=(60.0,), warn_after=1e6)
    office.remote.takes("x.test", 1e6)
    office.post("a@x.test")
    office.run(ATTEMPT + 10.0)
    (attempt,) = [e for e in office.town.events() if hasattr(e, "remote")]
    assert ATTEMPT < LEASE and attempt.enhanced == "4.4.1" and office.waiting() == ["a@x.test"]


def test_what_was_handed_over_is_not_sent_again_because_the_disk_is_full() -> None:
    office = Office()
    office.post("a@x.test")
    full = [StorageFull("full")] * 20
    office.remote.answers["x.test"] = after(lambda: office.town.db.refusals.extend(full))
    office.run(LEASE * 2)
    assert len(office.remote.tried) == 1 and office.waiting() == []


def after(act: Callable[[], object]) -> Answer:
    async def answer(envelope: Envelope) -> Sequence[Report]:
        act()
        return reports(envelope, Outcome.RELAYED, TAKEN)

    return answer


@pytest.mark.parametrize("error", [StorageFull("full"), DatabaseError("busy")])
def test_a_database_that_refuses_is_asked_again_after_a_pause(error: DatabaseError) -> None:
    office = Office()
    office.post("a@x.test")
    office.town.db.refusals += [error] * 4
    office.run(100.0)
    assert office.remote.when("x.test") == [4 * TROUBLE_PAUSE]


def test_leases_of_an_earlier_process_are_given_back() -> None:
    office = Office()
    office.post("a@x.test")
    assert office.town.claims() and not office.town.claims()
    office.run(1.0)
    assert office.remote.when("x.test") == [0.0]


def test_a_lease_that_nobody_settled_runs_out_and_is_tried_again() -> None:
    office = Office()
    office.post("a@x.test")
    closed: list[Exception] = [DatabaseClosed("closed")] * 10_000
    office.remote.answers["x.test"] = after(lambda: office.town.db.refusals.extend(closed))
    office.run(LEASE, (ATTEMPT + 60.0, office.town.db.refusals.clear))
    assert len(office.remote.tried) == 1
    office.run(2 * IDLE_LOOK)
    assert len(office.remote.tried) == 2


def test_when_told_to_stop_it_claims_no_more_and_lets_attempts_end() -> None:
    office = Office()
    office.remote.takes("x.test", 4.0)
    office.run(10.0, (9.0, lambda: office.post("a@x.test")))
    assert office.waiting() == [] and office.town.clock() < NOW + 14.0


def test_what_is_claimed_while_it_is_told_to_stop_is_left_to_the_next_process() -> None:
    office = Office()
    office.post("a@x.test")
    office.town.db.delay = 7.0
    office.run(10.0)
    assert office.remote.tried == [] and office.waiting() == ["a@x.test"]
    office.town.db.delay = 0.0
    office.run(1.0)
    assert office.waiting() == []


def test_what_does_not_end_in_time_is_cut_and_tried_by_the_next_process() -> None:
    office = Office()
    office.remote.takes("x.test", 400.0)
    office.post("a@x.test")
    office.run(10.0)
    assert office.town.clock() == pytest.approx(NOW + 15.0) and office.waiting() == ["a@x.test"]
    del office.remote.answers["x.test"]
    office.run(1.0)
    assert office.waiting() == []


def test_a_suspended_message_rests() -> None:
    office = Office()
    office.post("a@x.test")
    queue.suspend(office.town.tx, 1)
    office.run(100.0)
    assert office.remote.tried == [] and office.waiting() == ["a@x.test"]


def test_a_hundred_recipients_go_at_once_and_the_rest_beside_them() -> None:
    office = Office()
    office.post(*(Recipient(p).address for p in people(250, "x.test")))
    office.run(1.0)
    assert len(office.remote.tried) == 3 and office.waiting() == []
