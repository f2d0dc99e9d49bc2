"""One submission session: who may, as whom, and what is done to the message."""

from __future__ import annotations

import pytest

from postroad import directory
from postroad.db import DatabaseError
from postroad.message import parse_received, scan_header
from postroad.testing.loop import on_loop
from postroad.testing.station import Town

ALICE, AMY = "alice@alpha.test", "amy@alpha.test"
PLAIN = b"From: Alice <alice@alpha.test>\r\nSubject: hello\r\n\r\nWords.\r\n"


def town() -> Town:
    made = Town()
    made.account(ALICE)
    made.account(AMY)
    made.alias("team@alpha.test", ALICE, AMY)
    return made


@on_loop
async def test_nobody_sends_without_a_login() -> None:
    made = town()
    talk = await made.at_submission()
    assert (await talk.ask(f"MAIL FROM:<{ALICE}>")).startswith("530 5.7.0")
    await made.close()


@on_loop
async def test_the_envelope_sender_must_be_ones_own() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    own = ("", ALICE, "alice+tag@alpha.test", "ALICE@Alpha.Test", "team@alpha.test")
    others = (AMY, "alice@beta.test", "nobody@alpha.test", "postmaster", "postmaster@alpha.test")
    for sender in own:
        assert (await talk.ask(f"MAIL FROM:<{sender}>")).startswith("250"), sender
        await talk.ask("RSET")
    for sender in others:
        assert (await talk.ask(f"MAIL FROM:<{sender}>")).startswith("550 5.7.1"), sender
    await made.close()


@on_loop
async def test_a_mistyped_colleague_is_told_at_once_and_others_are_taken() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    whom = (
        "amyy@alpha.test",
        AMY,
        "x@gamma.test",
        "x@[192.0.2.1]",
        "postmaster",
        "team@alpha.test",
    )
    said = [reply[:3] for reply in await talk.envelope(ALICE, *whom)]
    assert said == ["550", "250", "250", "250", "250", "250"]
    await made.close()


@on_loop
async def test_a_letter_gets_what_it_lacks_and_loses_its_blind_copies() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    raw = b"Bcc: amy@alpha.test,\r\n x@gamma.test\r\n" + PLAIN
    await talk.letter(ALICE, [AMY, "x@gamma.test"], raw)
    (letter,) = made.inbox(AMY)
    assert letter.endswith(PLAIN) and b"gamma.test" not in letter and b"Bcc" not in letter
    headers = scan_header(letter)
    assert {"date", "message-id", "received"} <= {field.key for field in headers}
    (changed,) = [e for e in made.events() if hasattr(e, "removed")]
    assert (changed.added, changed.removed) == (["Date", "Message-ID"], ["Bcc"])
    await made.close()


@on_loop
async def test_a_complete_letter_is_not_changed() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    raw = b"Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <1@a>\r\n" + PLAIN
    await talk.letter(ALICE, [AMY], raw)
    assert made.inbox(AMY)[0].endswith(b"+0000\r\n" + raw)
    assert not [e for e in made.events() if hasattr(e, "removed")]
    await made.close()


@on_loop
async def test_a_hidden_recipient_is_in_no_trace_of_the_others() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    await talk.letter(ALICE, [AMY, "hidden@gamma.test"], PLAIN)
    for letter in (made.inbox(AMY)[0], made.queued()[0][1]):
        assert b"hidden" not in letter and b" for " not in letter
    await made.close()


@on_loop
async def test_the_received_line_says_that_the_sender_logged_in() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    await talk.letter(ALICE, [AMY], PLAIN)
    hop = parse_received(scan_header(made.inbox(AMY)[0]).value("received"))
    assert (hop.protocol, hop.helo, hop.address) == ("ESMTPSA", "client.test", "192.0.2.7")
    await made.close()


@on_loop
async def test_a_refused_from_is_told_and_leaves_nothing() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    said = await talk.letter(ALICE, [AMY], PLAIN.replace(b"alice@", b"amy@"))
    assert said.startswith("550 5.7.1") and set(made.rows().values()) == {0}
    assert (await talk.letter(ALICE, [AMY], PLAIN)).startswith("250")
    await made.close()


@on_loop
async def test_an_account_that_is_gone_sends_no_more_from_an_open_session() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    directory.remove_account(made.tx, ALICE)
    directory.remove_alias(made.tx, "team@alpha.test")
    assert (await talk.ask(f"MAIL FROM:<{ALICE}>")).startswith("550")
    await talk.envelope("", AMY)
    assert (await talk.data(PLAIN)).startswith("550 5.7.1")
    await made.close()


@on_loop
async def test_when_the_directory_cannot_be_asked_the_message_is_not_taken() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    await talk.envelope(ALICE, AMY)
    made.db.refusals.append(DatabaseError("busy"))
    assert (await talk.data(PLAIN)).startswith("451 4.3.0")
    assert set(made.rows().values()) == {0}
    await made.close()


@pytest.mark.parametrize("how", ["RSET", "EHLO again", "QUIT"])
def test_a_transaction_that_ends_early_leaves_nothing(how: str) -> None:
    @on_loop
    async def run() -> None:
        made = town()
        talk = await made.at_submission(ALICE)
        await talk.envelope(ALICE, AMY)
        await talk.ask(how)
        assert set(made.rows().values()) == {0}
        await made.close()

    run()


@on_loop
async def test_two_letters_on_one_connection_share_nothing() -> None:
    made = town()
    talk = await made.at_submission(ALICE)
    await talk.letter(ALICE, [AMY], b"Bcc: x@y\r\n" + PLAIN)
    await talk.letter(ALICE, ["x@gamma.test"], b"Date: x\r\nMessage-ID: <2@a>\r\n" + PLAIN)
    changes = [e for e in made.events() if hasattr(e, "removed")]
    assert len(changes) == 1 and list(made.waiting()) == ["x@gamma.test"]
    await made.close()


@on_loop
async def test_equal_letters_are_meant_when_they_are_submitted_twice() -> None:
    made = town()
    raw = b"Message-ID: <1@a>\r\n" + PLAIN
    for _ in range(2):
        talk = await made.at_submission(ALICE)
        await talk.letter(ALICE, [AMY], raw)
        await talk.hang_up()
    assert len(made.inbox(AMY)) == 2
    await made.close()
