"""One connection to port 25."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from postroad import directory, store
from postroad.blobs import Blobs
from postroad.border.inbound import BorderInboundConfig
from postroad.db import StorageFailed, StorageFull
from postroad.handoff._reception import MAX_HOPS
from postroad.message import parse_received, scan_header
from postroad.testing.loop import on_loop
from postroad.testing.station import LETTER, Inner, Town

ALICE, FAY = "alice@alpha.test", "fay@alpha.test"
LARGE = LETTER + b"x" * 70 + (b"\r\n" + b"y" * 998) * 300 + b"\r\n"


def town(blobs: Blobs | None = None, **border: Any) -> Town:
    made = Town(border=BorderInboundConfig(**border), blobs=blobs)
    made.account(ALICE)
    made.full(FAY)
    return made


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@on_loop
async def test_a_message_is_filed_under_the_trace_of_its_reply() -> None:
    made = town()
    talk = await made.at_border()
    said = await talk.letter("bob@beta.test", [ALICE])
    (letter,) = made.inbox(ALICE)
    hop = parse_received(scan_header(letter).value("received"))
    assert said == f"250 2.0.0 Taken as {hop.id}"
    assert (hop.protocol, hop.address, hop.recipient) == ("ESMTP", "192.0.2.7", ALICE)
    await made.close()


@on_loop
async def test_its_journey_begins_with_the_peer_and_ends_in_the_mailbox() -> None:
    made = town()
    talk = await made.at_border()
    await talk.letter("bob@beta.test", [ALICE])
    assert made.kinds() == ["Received", "Checked", "Accepted", "Filed"]
    received, checked, accepted, _ = made.events()
    assert (received.helo, checked.recipient, accepted.recipients) == (
        "client.test",
        ALICE,
        [ALICE],
    )
    await made.close()


@on_loop
async def test_a_refused_recipient_is_neither_served_nor_named() -> None:
    made = town()
    talk = await made.at_border()
    said = await talk.envelope("bob@beta.test", "x@gamma.test", ALICE, "nobody@alpha.test", FAY)
    assert [reply[:3] for reply in said] == ["550", "250", "550", "452"]
    await talk.data(LETTER)
    assert len(made.inbox(ALICE)) == 1 and made.waiting() == {}
    await made.close()


@on_loop
async def test_mail_for_postmaster_alone_is_delivered() -> None:
    made = town()
    talk = await made.at_border()
    await talk.letter("bob@beta.test", ["PostMaster"])
    assert len(made.inbox(ALICE)) == 1 and made.waiting() == {}
    await made.close()


@on_loop
async def test_a_border_without_mailboxes_sends_postmasters_mail_inside() -> None:
    border = BorderInboundConfig(relay_domains=("inner.test",))
    made = Town(border=border, inner=Inner("postmaster@inner.test"))
    talk = await made.at_border()
    await talk.letter("bob@beta.test", ["postmaster"])
    assert made.waiting() == {"postmaster@inner.test": "inner.test"}
    await made.close()


@on_loop
async def test_when_only_full_mailboxes_are_left_the_message_stays_with_its_sender() -> None:
    made = town()
    talk = await made.at_border()
    await talk.envelope("bob@beta.test", ALICE)
    store.set_quota(made.tx, directory.get_account(made.tx, ALICE).id, 0)
    assert (await talk.data(LETTER)).startswith("452 4.2.2")
    assert set(made.rows().values()) == {0}
    await made.close()


@on_loop
async def test_where_tls_is_required_mail_waits_for_it() -> None:
    made = town(require_tls=True)
    talk = await made.at_border()
    assert (await talk.ask("MAIL FROM:<bob@beta.test>")).startswith("530 5.7.0")
    await made.close()


@on_loop
async def test_a_message_over_50_hops_is_refused() -> None:
    made = town()
    talk = await made.at_border()
    raw = b"Received: x\r\n" * (MAX_HOPS + 1) + LETTER
    assert (await talk.letter("bob@beta.test", [ALICE], raw)).startswith("554 5.4.6")
    assert made.inbox(ALICE) == []
    await made.close()


@on_loop
async def test_a_trusted_server_sends_anywhere_and_a_stranger_does_not() -> None:
    made = town(relay_from=("127.0.0.0/8",))
    ours, strange = await made.at_border(("127.0.0.1", 1)), await made.at_border()
    assert (await ours.envelope("", "x@gamma.test"))[0].startswith("250")
    assert (await strange.envelope("", "x@gamma.test"))[0].startswith("550 5.7.1")
    await made.close()


@on_loop
async def test_what_is_sent_again_after_a_lost_reply_is_filed_once() -> None:
    made = town()
    for _ in range(3):
        talk = await made.at_border()
        assert (await talk.letter("bob@beta.test", [ALICE])).startswith("250")
        await talk.hang_up()
    assert len(made.inbox(ALICE)) == 1 and made.references() == [1]
    await made.close()


@on_loop
async def test_what_is_sent_again_after_a_reply_that_was_read_is_filed_twice() -> None:
    made = town()
    for _ in range(2):
        talk = await made.at_border()
        await talk.letter("bob@beta.test", [ALICE])
        await talk.ask("QUIT")
        await talk.hang_up()
    assert len(made.inbox(ALICE)) == 2
    await made.close()


STEPS: dict[str, list[str | bytes]] = {
    "greeting": [],
    "MAIL": ["MAIL FROM:<bob@beta.test>"],
    "RCPT": ["MAIL FROM:<bob@beta.test>", f"RCPT TO:<{ALICE}>"],
    "DATA": ["MAIL FROM:<bob@beta.test>", f"RCPT TO:<{ALICE}>", "DATA"],
}


@pytest.mark.parametrize("step", [*STEPS, "header", "body", "dot"])
def test_a_connection_that_is_lost_at_any_step_leaves_nothing(step: str, tmp_path: Path) -> None:
    @on_loop
    async def run() -> None:
        made = town(Blobs(tmp_path))
        talk = await made.at_border()
        for command in STEPS.get(step, STEPS["DATA"]):
            await talk.ask(command)
        rest = {"header": LARGE[:30], "body": LARGE[:-3], "dot": LARGE + b"."}.get(step, b"")
        await talk.stream.write(rest, 10.0)
        await talk.hang_up()
        await made.close()
        assert set(made.rows().values()) == {0} and files(tmp_path) == []

    run()


@pytest.mark.parametrize(
    ("error", "code", "left"),
    [
        (StorageFull("full"), "452 4.3.1", 0),
        (LookupError("a fault of ours"), "451 4.3.0", 0),
        (StorageFailed("the disk is broken"), "451 4.3.0", 1),
    ],
)
def test_a_large_message_that_is_not_taken_leaves_no_file(error, code, left, tmp_path) -> None:
    """Unless nobody knows whether it was: then the sweep decides."""

    @on_loop
    async def run() -> None:
        made = town(Blobs(tmp_path))
        talk = await made.at_border()
        await talk.envelope("bob@beta.test", ALICE)
        made.db.refusals.append(error)
        assert (await talk.data(LARGE)).startswith(code)
        await made.close()
        assert len(files(tmp_path)) == left

    run()


def test_a_file_that_cannot_be_made_durable_is_told_to_whoever_runs_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Exception] = []

    def broken(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    @on_loop
    async def run() -> None:
        made = town(Blobs(tmp_path, told.append))
        talk = await made.at_border()
        monkeypatch.setattr(os, "fdatasync", broken)
        assert (await talk.letter("bob@beta.test", [ALICE], LARGE)).startswith("451 4.3.0")
        await made.close()

    run()
    assert [type(error) for error in told] == [StorageFailed]


def test_a_large_message_that_was_taken_before_leaves_no_second_file(tmp_path: Path) -> None:
    @on_loop
    async def run() -> None:
        made = town(Blobs(tmp_path))
        for _ in range(2):
            talk = await made.at_border()
            assert (await talk.letter("bob@beta.test", [ALICE], LARGE)).startswith("250")
            await talk.hang_up()
        await made.close()
        assert len(files(tmp_path)) == 1 and made.references() == [1]

    run()


@on_loop
async def test_a_body_with_a_bare_newline_is_refused_and_leaves_nothing() -> None:
    made = town()
    talk = await made.at_border()
    said = await talk.letter("bob@beta.test", [ALICE], LETTER + b"a\nb\r\n")
    assert said.startswith("550 5.6.0") and set(made.rows().values()) == {0}
    await made.close()
