"""Responsibility is given away once; what nobody has is not kept, and what somebody may have is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from postroad.blobs import StoredBlob
from postroad.db import DatabaseError, StorageFailed, StorageFull
from postroad.handoff import Outcome, Reply, Report, Taken
from postroad.handoff.session import ReceivingSession, binding_of, said
from postroad.protocols import smtp
from postroad.testing import FakeTls
from postroad.testing.station import NOW, at_once

FILED = Report("a@b", Outcome.DELIVERED, Reply(250, "2.1.5", "Filed"))
FULL = Report("a@b", Outcome.DEFERRED, Reply(452, "4.2.2", "Full"))


class Sink:
    """A place for bytes that remembers whether they were thrown away."""

    def __init__(self) -> None:
        self.aborted = 0

    async def write(self, data: bytes) -> None:
        """Kept nowhere."""

    async def finish(self) -> StoredBlob:
        return StoredBlob(b"x" * 32, 5)

    async def abort(self) -> None:
        self.aborted += 1


class Keeper:
    """An acceptor with one answer."""

    def __init__(self, answer: Taken | BaseException) -> None:
        self.answer = answer
        self.confirmed: list[tuple[bytes, ...]] = []

    async def take(self, *args: object, **more: object) -> Taken:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def confirm(self, receipts: Iterable[bytes]) -> None:
        self.confirmed.append(tuple(receipts))


class Station(ReceivingSession[StoredBlob]):
    """Hands everything over; `before` and `after` are raised around that."""

    before: Exception | None = None
    after: Exception | None = None

    async def conclude(self) -> Sequence[smtp.Reply]:
        finished = await self.reception.finish(NOW, lambda header: b"")
        assert not isinstance(finished, Reply)
        arrival, stored = finished
        if self.before:
            raise self.before
        taken = await self.hand_over(arrival, stored, [])
        if self.after:
            raise self.after
        return [said(taken if isinstance(taken, Reply) else taken.reports[0].reply)]


def station(answer: Taken | BaseException) -> tuple[Station, Sink, Keeper]:
    keeper, sink = Keeper(answer), Sink()
    made = Station(SimpleNamespace(peer=("192.0.2.7", 25), tls=None), keeper)
    made.begin(smtp.MailFrom("bob@beta.test", size=7))
    made.add(smtp.RcptTo("a@b"))
    made.reception.begin("0" * 20, sink)
    return made, sink, keeper


def code(made: Station) -> int:
    return at_once(made.data_end())[0].code


def test_what_was_taken_is_kept_whatever_comes_later() -> None:
    made, sink, _ = station(Taken((FILED,), 1))
    assert code(made) == 250
    at_once(made.aborted())
    assert sink.aborted == 0


def test_what_nobody_took_is_dropped_with_the_reason() -> None:
    made, sink, _ = station(Taken((FULL,), 0))
    assert code(made) == 452 and sink.aborted == 1


def test_a_full_disk_is_a_reply() -> None:
    made, sink, _ = station(StorageFull("full"))
    assert code(made) == 452 and sink.aborted == 1


@pytest.mark.parametrize(
    ("error", "dropped"),
    [
        (DatabaseError("refused"), 1),
        (RuntimeError("a fault of ours"), 1),
        (StorageFailed("the disk is broken"), 0),
        (asyncio.CancelledError(), 0),
    ],
)
def test_the_bytes_are_dropped_only_when_they_were_surely_not_taken(error, dropped) -> None:
    """A unit of work that was submitted may be committed although nobody waits for it any more."""
    made, sink, _ = station(error)
    with pytest.raises(type(error)):
        code(made)
    assert sink.aborted == dropped


def test_a_fault_before_the_hand_over_drops_the_bytes() -> None:
    made, sink, _ = station(Taken((FILED,), 1))
    made.before = DatabaseError("cannot look up whose From it is")
    with pytest.raises(DatabaseError):
        code(made)
    assert sink.aborted == 1


def test_a_fault_after_the_hand_over_does_not() -> None:
    made, sink, _ = station(Taken((FILED,), 1))
    made.after = LookupError("no word for it")
    with pytest.raises(LookupError):
        code(made)
    assert sink.aborted == 0


def test_receipts_are_confirmed_once_when_the_peer_goes_on() -> None:
    made, _, keeper = station(Taken((FILED,), 1, (b"r1", b"r2")))
    code(made)
    assert keeper.confirmed == []
    made.reply_read()
    made.reply_read()
    assert keeper.confirmed == [(b"r1", b"r2"), ()]


def test_nothing_of_one_transaction_is_left_in_the_next() -> None:
    made, _, _ = station(Taken((FILED,), 1))
    made.begin(smtp.MailFrom(""))
    assert made.reception.envelope.recipients == () and made.declared == 0
    assert made.reception.trace == "" and made.reception.refusal is None


def test_a_station_must_decide() -> None:
    bare: Any = ReceivingSession(SimpleNamespace(peer=("x", 1), tls=None), Keeper(Taken((), 0)))
    with pytest.raises(NotImplementedError):
        at_once(bare.data_end())


def test_the_peer_is_who_it_said_and_how_it_came() -> None:
    made, _, _ = station(Taken((FILED,), 1))
    at_once(made.hello(smtp.Hello("LHLO", "me.test")))
    made.stream = SimpleNamespace(peer=("192.0.2.7", 25), tls=FakeTls())
    peer = made.as_peer("ptr.test")
    assert (peer.helo, peer.lmtp, peer.ptr, peer.tls_text) == (
        "me.test", True, "ptr.test", "TLSv1.3 TLS_AES_256_GCM_SHA384",
    )  # fmt: skip


def test_scram_is_bound_to_a_connection_that_has_something_to_bind_to() -> None:
    tls = FakeTls(end_point=b"digest")
    assert binding_of(SimpleNamespace(peer=("x", 1), tls=None)) is None
    assert binding_of(SimpleNamespace(peer=("x", 1), tls=FakeTls())) is None
    bound = binding_of(SimpleNamespace(peer=("x", 1), tls=tls))
    assert bound is not None and bound.data == b"digest"


def test_a_stored_reply_of_another_host_can_be_said_again() -> None:
    reply = said(Reply(550, "5.1.1", "Größe\r\n250 ok\0" + "x" * 900))
    assert reply.code == 550 and all(line.isprintable() for line in reply.lines)
