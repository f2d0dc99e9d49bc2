"""Attack 31: From must be owned, once, and as every reader will see it (mox v0.0.16)."""

from __future__ import annotations

import pytest

from postroad import directory
from postroad.handoff import Reply
from postroad.msa.senders import MAX_FROM, SenderPolicy
from postroad.testing.loop import on_loop
from postroad.testing.station import Town, at_once

ALICE = "alice@alpha.test"
MINE = b"From: alice@alpha.test\r\n"


@pytest.fixture(scope="module")
def town() -> Town:
    made = Town()
    made.account(ALICE)
    made.account("eve@alpha.test")
    made.alias("team@alpha.test", ALICE, "eve@alpha.test")
    directory.set_catch_all(made.tx, "alpha.test", ALICE)
    return made


def verdict(town: Town, block: bytes) -> Reply | None:
    account = directory.get_account(town.tx, ALICE)
    return at_once(SenderPolicy(town.db).header(account, block))


@pytest.mark.parametrize(
    "value",
    [
        b"alice@alpha.test",
        b"Alice <ALICE@Alpha.Test>",
        b'"Eve, of beta" <alice+x@alpha.test>',
        b"=?utf-8?q?Al?= (eve@x) <alice@alpha.test>",
        b"Us: alice@alpha.test, team@alpha.test;",
        b"alice@alpha.test,\r\n team@alpha.test",
        b'"alice"@alpha.test',
    ],
)
def test_ones_own_addresses_may_be_named_in_any_form(town: Town, value: bytes) -> None:
    assert verdict(town, b"From: " + value + b"\r\n") is None


@pytest.mark.parametrize(
    "block",
    [
        b"From: eve@alpha.test\r\n",
        b"From: alice@beta.test\r\n",
        b"From: anybody@alpha.test\r\n",  # the catch-all is hers to read, not to send as
        b"From: postmaster@alpha.test\r\n",
        b"From: alice@alpha.test, eve@alpha.test\r\n",
        b"From: eve@alpha.test, alice@alpha.test\r\n",
        b"From: Us: alice@alpha.test, eve@alpha.test;\r\n",
        b"From: alice@alpha.test, Them: eve@beta.test;\r\n",
        b"From: alice@alpha.test; eve@beta.test\r\n",
        b"From: <alice@alpha.test> <eve@beta.test>\r\n",
        b"From: alice@alpha.test <eve@beta.test>\r\n",
        b"From: alice@alpha.test eve@beta.test\r\n",
        b"From: eve@beta.test@alpha.test\r\n",
        b"From: <eve@beta.test>alice@alpha.test\r\n",
        b"From: alice@alpha.test, Eve\r\n",
        b"From: Alice\r\n",
        b"From: alice\r\n",
        b"From: <>\r\n",
        b"From: undisclosed:;\r\n",
        b"From:\r\n",
        b"Sender: alice@alpha.test\r\n",
        b"",
        MINE + MINE,
        MINE + b"FROM : eve@beta.test\r\n",
        b"From: eve@beta.test\r\n" + MINE,
        MINE + b"this ends the header for some\r\nFrom: eve@beta.test\r\n",
        MINE + b"\nFrom: eve@beta.test\r\n",
        MINE + b"X: y\nFrom: eve@beta.test\r\n",
        MINE + b"A: b\r\n" * 10_001 + b"From: eve@beta.test\r\n",
        b"A: b\r\n" * 10_001 + MINE,
        b"this ends the header for some\r\n" + MINE,
        b"From: alice@alpha.test," + b" x:;," * 5_001 + b" eve@beta.test\r\n",
        b"From: alice@alpha.test " + b"(" * 20_000 + b", eve@beta.test\r\n",
        b"From: " + b"alice@alpha.test, " * 5_001 + b"eve@beta.test\r\n",
    ],
)
def test_nothing_else_is_let_through(town: Town, block: bytes) -> None:
    reply = verdict(town, block)
    assert reply is not None and reply.code == 550 and reply.enhanced in {"5.7.1", "5.6.0"}


def test_a_from_of_the_longest_kind_is_read_to_its_end(town: Town) -> None:
    most = b"From: " + b"alice@alpha.test," * (MAX_FROM // 17)
    assert verdict(town, most + b"\r\n") is None
    reply = verdict(town, most[:-17] + b"eve@beta.test\r\n")
    assert reply is not None and reply.enhanced == "5.7.1"


def test_what_was_checked_is_what_readers_get(town: Town) -> None:
    @on_loop
    async def run() -> None:
        talk = await town.at_submission(ALICE)
        for start in (b"From eve@beta.test Mon Jan 1\r\n", b" From: eve@beta.test\r\n"):
            await talk.letter(ALICE, [ALICE], start + MINE + b"\r\nWords.\r\n")
        await town.close()

    run()
    for letter in town.inbox(ALICE):
        head = letter.partition(b"\r\n\r\n")[0]
        assert head.count(b"\nFrom:") == 1 and b"\nX-Stray-Line:" in head
