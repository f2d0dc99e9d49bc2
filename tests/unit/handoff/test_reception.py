"""One transaction: what is said is kept, and trouble with the bytes becomes a reply."""

from __future__ import annotations

from typing import Any

import pytest

from postroad.blobs import Blobs, StoredBlob
from postroad.db import DatabaseError, StorageFailed, StorageFull
from postroad.handoff import HEADER_LIMIT, Arrival, Reception, Recipient, Reply
from postroad.handoff._reception import MAX_HOPS
from postroad.message import scan_header
from postroad.testing.station import NOW, at_once

OURS = b"Received: ours\r\n"


class Sink:
    """Keeps what it is given, and fails when told to."""

    def __init__(self, **errors: Exception) -> None:
        self.data = b""
        self.errors = errors
        self.aborts = 0

    async def write(self, data: bytes) -> None:
        if "write" in self.errors:
            raise self.errors["write"]
        self.data += data

    async def finish(self) -> StoredBlob:
        if "finish" in self.errors:
            raise self.errors["finish"]
        return StoredBlob(b"x" * 32, len(self.data))

    async def abort(self) -> None:
        self.aborts += 1


def received(message: bytes, sink: Sink | None = None) -> tuple[Any, Reception[StoredBlob], Sink]:
    sink = sink or Sink()
    reception: Reception[StoredBlob] = Reception("bob@beta.test")
    reception.recipients.append(Recipient("alice@alpha.test"))
    reception.begin("0" * 20, sink)
    at_once(reception.write(message))
    return at_once(reception.finish(NOW, lambda header: OURS)), reception, sink


def arrived(message: bytes) -> tuple[Arrival, bytes]:
    """The arrival, and the message as the next station sees it."""
    (arrival, _), _, sink = received(message)
    return arrival, arrival.content.prefix + sink.data


def test_an_arrival_has_envelope_content_and_summary() -> None:
    arrival, whole = arrived(b"Message-ID: <1@b>\r\n\r\nbody\r\n")
    assert arrival.envelope.reverse_path == "bob@beta.test"
    assert arrival.summary.message_id == "1@b" and arrival.at == NOW
    assert whole == OURS + b"Message-ID: <1@b>\r\n\r\nbody\r\n"


@pytest.mark.parametrize(
    ("errors", "code"),
    [({"write": StorageFull("")}, 452), ({"finish": StorageFull("")}, 452)],
)
def test_a_full_disk_is_a_reply_and_leaves_nothing(errors, code) -> None:
    reply, _, sink = received(b"A: b\r\n\r\n", Sink(**errors))
    assert isinstance(reply, Reply) and reply.code == code and sink.aborts == 1


def test_a_header_that_is_too_large_is_a_reply() -> None:
    reply, _, sink = received(b"A: b\r\n" * (HEADER_LIMIT // 6 + 2))
    assert reply.code == 552 and sink.aborts == 1 and sink.data == b""


def test_after_a_refusal_the_rest_goes_by() -> None:
    _, reception, sink = received(b"A: b\r\n\r\n", Sink(write=StorageFull("")))
    sink.errors.clear()
    at_once(reception.write(b"more"))
    assert sink.data == b"" and reception.refusal is not None


@pytest.mark.parametrize(("hops", "loops"), [(MAX_HOPS, False), (MAX_HOPS + 1, True)])
def test_a_message_that_runs_in_circles_is_refused(hops: int, loops: bool) -> None:
    result, _, sink = received(b"Received: x\r\n" * hops + b"\r\n")
    assert isinstance(result, Reply) == loops == bool(sink.aborts)


@pytest.mark.parametrize("error", [StorageFailed("io"), DatabaseError("x"), OSError("y")])
def test_other_faults_are_the_callers_and_the_bytes_can_be_dropped(error: Exception) -> None:
    sink = Sink(finish=error)
    with pytest.raises(type(error)):
        received(b"A: b\r\n\r\n", sink)
    assert sink.aborts == 0


def test_what_was_given_away_is_not_dropped_any_more() -> None:
    _, reception, sink = received(b"A: b\r\n\r\n")
    reception.keep()
    at_once(reception.drop())
    assert sink.aborts == 0


def test_a_drop_happens_once() -> None:
    _, reception, sink = received(b"A: b\r\n\r\n")
    at_once(reception.drop())
    at_once(reception.drop())
    assert sink.aborts == 1


@pytest.mark.parametrize(
    "first", [b" evil; Mon, 1 Jan 2001", b"\tid forged", b"From evil@x Mon Jan 1", b">From x"]
)
def test_a_stray_first_line_neither_continues_our_lines_nor_ends_the_header(first: bytes) -> None:
    message = first + b"\r\nFrom: alice@alpha.test\r\nSubject: s\r\n\r\nbody\r\n"
    arrival, whole = arrived(message)
    headers = scan_header(whole)
    assert [f.key for f in headers] == ["received", "x-stray-line", "from", "subject"]
    assert headers.value("received") == b"ours" and whole.endswith(message)
    assert scan_header(arrival.summary.header).value("from") == headers.value("from")


@pytest.mark.parametrize(
    "message", [b"\r\nbody", b"From: a\r\n\r\n", b"FROM:x\r\n\r\n", b"body", b""]
)
def test_any_other_first_line_is_left_alone(message: bytes) -> None:
    assert arrived(message)[1] == OURS + message


def test_bytes_in_a_blob_are_the_bytes_that_came() -> None:
    blobs = Blobs(None)
    reception: Reception[StoredBlob] = Reception("")
    reception.begin("0" * 20, blobs.writer(), lambda block: block.replace(b"Bcc: x\r\n", b""))
    at_once(reception.write(b"A: b\r\nBcc: x\r\n\r\nbody"))
    result = at_once(reception.finish(NOW, lambda header: header.upper()))
    assert not isinstance(result, Reply)
    assert result[0].content.prefix == b"A: B\r\n" and result[1].size == len(b"A: b\r\n\r\nbody")
