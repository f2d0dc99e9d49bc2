"""A notification's words and bytes: whatever the others said, it can be written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad import blobs
from postroad.blobs import StoredBlob
from postroad.handoff import (
    Arrival,
    Content,
    Envelope,
    Outcome,
    Recipient,
    Reply,
    Report,
    summarize,
)
from postroad.message import scan_header
from postroad.mta.dsn import RETURNED_HEADER, Notification, compose
from postroad.mta.notify import Action, Notice
from postroad.testing.station import NOW, Town, at_once

SENDERS = (
    "bob@beta.test", '"a b"@beta.test', '""@beta.test', '"@,;<>"@beta.test', "postmaster",
    "x@[IPv6:2001:db8::1]", "用户@例え.test",
)  # fmt: skip
people = st.sampled_from([*SENDERS, '"\\\\"@x.test'])
replies = st.builds(
    Reply, st.sampled_from([250, 421, 554]), st.sampled_from(["", "5.1.1", "4.999.0"]), st.text()
)
originals = st.sampled_from(["", "rfc822;a b@c", "utf-8;用户@例え", "x-id;\\x{D800}"])


def notify(
    sender: str, recipient: str, reply: Reply, header: bytes = b"", **more: str
) -> Notification:
    whom = Recipient(recipient, frozenset(), more.get("original", ""))
    utf8 = not (sender + recipient).isascii()
    envelope = Envelope(sender, (whom,), smtputf8=utf8, envid=more.get("envid", ""))
    content = Content(b"x" * 32, 1, b"Received: here\r\n")
    arrival = Arrival("0" * 20, envelope, content, summarize(header), NOW)
    action = Action(more.get("action", "failed"))
    notice = Notice(whom, action, Report(recipient, Outcome.FAILED, reply, "mx.gamma.test"))
    return compose(arrival, [notice], hostname="mx.alpha.test", trace="1" * 20, expires=NOW + 9)


def text(blob: StoredBlob) -> bytes:
    town = Town()
    blobs.put(town.tx, blob)
    return at_once(town.blobs.read(town.db, blob.id))


@settings(max_examples=100, deadline=None)
@given(people, people, replies, st.binary(max_size=60), originals, st.sampled_from(list(Action)))
def test_it_can_always_be_written(sender, recipient, reply, header, original, action) -> None:
    made = notify(sender, recipient, reply, header, original=original, action=action.value)
    assert made.arrival.envelope.reverse_path == ""
    assert made.arrival.envelope.recipients[0].address == sender
    assert made.arrival.summary.message_id


@pytest.mark.parametrize("sender", SENDERS[:4])
def test_it_is_addressed_to_the_sender_as_the_envelope_has_it(sender: str) -> None:
    raw = text(notify(sender, "a@x.test", Reply(550, "5.1.1", "no")).blob)
    assert scan_header(raw).value("to").decode() == sender


@pytest.mark.parametrize(
    ("reply", "action", "status"),
    [
        (Reply(550, "5.1.1", ""), "failed", b"5.1.1"),
        (Reply(550, "", ""), "failed", b"5.0.0"),
        (Reply(451, "4.4.1", ""), "failed", b"5.4.1"),
        (Reply(451, "4.4.1", ""), "delayed", b"4.4.1"),
        (Reply(451, "", ""), "delayed", b"4.0.0"),
        (Reply(250, "", ""), "relayed", b"2.0.0"),
    ],
)
def test_its_status_fits_its_action(reply, action, status) -> None:
    raw = text(notify("bob@beta.test", "a@x.test", reply, action=action).blob)
    assert b"\r\nStatus: " + status + b"\r\n" in raw


def test_what_a_remote_said_adds_no_line() -> None:
    reply = Reply(550, "5.1.1", "no\r\nAction: delivered\r\n\r\nX")
    raw = text(notify("bob@beta.test", "a@x.test", reply).blob)
    assert raw.count(b"\r\nAction: ") == 1


def test_a_huge_header_goes_back_in_part() -> None:
    header = b"".join(b"X-%d: y\r\n" % n for n in range(20_000))
    raw = text(notify("bob@beta.test", "a@x.test", Reply(550, "", ""), header).blob)
    assert b"X-0: y" in raw and b"X-19999: y" not in raw and len(raw) < RETURNED_HEADER + 8_192


def test_the_trace_of_the_message_is_named_for_people_and_programs() -> None:
    raw = text(notify("bob@beta.test", "a@x.test", Reply(550, "", "")).blob)
    assert b"X-Trace-Id: " + b"0" * 20 in raw
