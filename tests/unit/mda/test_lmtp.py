"""LMTP: each recipient has a reply of its own, and is whoever's the reply says."""

from __future__ import annotations

import re

import pytest

from postroad import directory, store
from postroad.db import StorageFull
from postroad.testing.loop import on_loop
from postroad.testing.station import LETTER, Talk, Town

ALICE, AMY, FAY = "alice@alpha.test", "amy@alpha.test", "fay@alpha.test"


def town() -> Town:
    made = Town()
    made.account(ALICE)
    made.account(AMY)
    made.full(FAY)
    return made


async def replies(talk: Talk, count: int, message: bytes = LETTER) -> list[str]:
    """The replies to a message, without the trace id."""
    first = await talk.data(message)
    rest = [await talk.reply() for _ in range(count - 1)]
    return [re.sub(r" (Taken as )?\(?[0-9a-z]{20}\)?$", "", reply) for reply in [first, *rest]]


@on_loop
async def test_rcpt_is_answered_by_what_is_known_of_the_mailbox() -> None:
    made = town()
    made.alias("away@alpha.test", "carl@gamma.test")
    talk = await made.at_lmtp()
    whom = (
        ALICE,
        "postmaster",
        "away@alpha.test",
        "alice+x@alpha.test",
        FAY,
        "no@alpha.test",
        "x@beta.test",
    )
    said = [reply[:9] for reply in await talk.envelope("", *whom)]
    assert said == ["250 2.1.5"] * 4 + ["452 4.2.2", "550 5.1.1", "550 5.1.2"]
    await made.close()


@on_loop
async def test_every_recipient_has_its_reply_and_its_letter() -> None:
    made = town()
    talk = await made.at_lmtp()
    await talk.envelope("bob@beta.test", ALICE, "postmaster", AMY)
    assert await replies(talk, 3) == ["250 2.1.5"] * 3
    assert [len(made.inbox(who)) for who in (ALICE, AMY)] == [1, 1]
    await made.close()


@on_loop
async def test_a_mailbox_that_fills_between_rcpt_and_the_end_stays_with_its_sender() -> None:
    made = town()
    talk = await made.at_lmtp()
    await talk.envelope("bob@beta.test", ALICE, AMY)
    store.set_quota(made.tx, directory.get_account(made.tx, ALICE).id, 0)
    assert await replies(talk, 2) == ["452 4.2.2 Mailbox is full", "250 2.1.5"]
    assert made.waiting() == {}
    await made.close()


@on_loop
async def test_a_mailbox_that_goes_between_rcpt_and_the_end_is_refused_once() -> None:
    made = town()
    talk = await made.at_lmtp()
    await talk.envelope("bob@beta.test", AMY, ALICE)
    directory.remove_account(made.tx, AMY)
    assert await replies(talk, 2) == ["550 5.1.1 No such mailbox here", "250 2.1.5"]
    assert made.queued() == []
    await made.close()


@on_loop
async def test_a_message_of_which_nobody_has_room_is_refused_to_each_and_leaves_nothing() -> None:
    made = town()
    talk = await made.at_lmtp()
    await talk.envelope("bob@beta.test", ALICE, AMY)
    for who in (ALICE, AMY):
        store.set_quota(made.tx, directory.get_account(made.tx, who).id, 0)
    assert await replies(talk, 2) == ["452 4.2.2 Mailbox is full"] * 2
    assert set(made.rows().values()) == {0}
    await made.close()


@on_loop
async def test_what_was_delivered_before_the_line_broke_is_not_delivered_twice() -> None:
    made = town()
    for _ in range(2):
        talk = await made.at_lmtp()
        await talk.envelope("bob@beta.test", ALICE)
        assert (await talk.ask("DATA")).startswith("354")
        await talk.say(LETTER + b".")
        await talk.reply()
        await talk.hang_up()
    assert len(made.inbox(ALICE)) == 1
    await made.close()


@on_loop
async def test_a_disk_without_room_is_told_to_each() -> None:
    made = town()
    talk = await made.at_lmtp()
    await talk.envelope("bob@beta.test", ALICE, AMY)
    made.db.refusals.append(StorageFull("full"))
    said = await replies(talk, 2)
    assert [reply[:9] for reply in said] == ["452 4.3.1"] * 2
    await made.close()


@on_loop
async def test_a_fault_of_ours_is_a_temporary_reply_to_each() -> None:
    made = town()
    talk = await made.at_lmtp()
    await talk.envelope("bob@beta.test", ALICE, AMY)
    made.db.refusals.append(LookupError("a fault"))
    assert [reply[:9] for reply in await replies(talk, 2)] == ["451 4.3.0"] * 2
    assert await talk.ask("NOOP") == "250 2.0.0 OK"
    await made.close()


@on_loop
async def test_the_journey_says_that_it_came_over_lmtp() -> None:
    made = town()
    talk = await made.at_lmtp()
    await talk.letter("bob@beta.test", [ALICE])
    received, accepted, filed = made.events()
    assert (received.protocol, accepted.reason, filed.account) == ("LMTP", "over LMTP", ALICE)
    await made.close()


@pytest.mark.parametrize("sender", ["", "bob@beta.test", '"a b"@beta.test'])
def test_the_return_path_is_the_envelope_sender(sender: str) -> None:
    made = town()
    made.take("alice+tag@alpha.test", sender=sender, raw=b"Return-Path: <forged@x>\r\n\r\n")
    top, second, rest = made.inbox(ALICE)[0].decode().split("\r\n", 2)
    assert (top, second) == (f"Return-Path: <{sender}>", f"Delivered-To: {ALICE}")
    assert rest.endswith("Return-Path: <forged@x>\r\n\r\n")
