"""Attack 9, inside: no form of an address, sender or login puts a stranger's mail into the queue.

The forms are said to the stations themselves, so that what the policy thinks, what the MTA does and
what the queue holds are compared, also where a whole server would hide a difference.
"""

from __future__ import annotations

import pytest

from postroad.border.inbound import BorderInboundConfig
from postroad.testing.loop import on_loop
from postroad.testing.station import LETTER, Inner, Town

ALICE, BOB = "alice@alpha.test", "bob@inner.test"
FOREIGN = [
    "v@far.test",
    "v@FAR.test",
    "v%far.test@alpha.test",
    "v%far.test@inner.test",
    "far.test!v@alpha.test",
    '"v@far.test"@alpha.test',
    '"v%far.test"@alpha.test',
    '"@far.test:v"@alpha.test',
    "@alpha.test:v@far.test",
    "@alpha.test,@inner.test:v@far.test",
    "@far.test:v@far.test",
    "v@far.test@alpha.test",
    "v@[127.0.0.1]",
    "v@[192.0.2.1]",
    "v@[IPv6:::1]",
    "v@[IPv6:::ffff:127.0.0.1]",
    "alice@[127.0.0.1]",
    "v@local",
    "v@localhost",
    "v@(local)",
    "v@*",
    "v@",
    "@alpha.test",
    "alice@alpha.test.",
    "alice@sub.alpha.test",
    "alice@alpha.test.far.test",
    "alice@xalpha.test",
    "bob@inner.test.far.test",
    "alice@alpha.test>,<v@far.test",
    "alice@alpha.test v@far.test",
    "postmaster@far.test",
    "alice",
    "v@ａlpha.test",
]
SENDERS = ["", ALICE, "postmaster", "stranger@far.test", "postmaster@alpha.test"]


def town(*trusted: str) -> Town:
    border = BorderInboundConfig(relay_domains=("inner.test",), relay_from=trusted)
    made = Town(border=border, inner=Inner(BOB))
    made.account(ALICE)
    return made


@pytest.mark.parametrize("sender", SENDERS)
def test_a_stranger_gets_nothing_into_the_queue_but_mail_for_inner_people(sender: str) -> None:
    @on_loop
    async def run() -> None:
        made = town("192.0.2.99")
        talk = await made.at_border()
        replies = await talk.envelope(sender, *FOREIGN, BOB, ALICE)
        assert {reply[:3] for reply in replies[:-2]} <= {"550", "501", "553", "555"}
        assert (await talk.data(LETTER)).startswith("250")
        assert made.waiting() == {BOB: "inner.test"} and len(made.inbox(ALICE)) == 1
        await made.close()

    run()


@pytest.mark.parametrize("recipient", FOREIGN)
def test_lmtp_only_delivers_here(recipient: str) -> None:
    @on_loop
    async def run() -> None:
        made = town()
        talk = await made.at_lmtp()
        (reply,) = await talk.envelope("", recipient)
        assert reply[:3] in {"550", "501", "553", "555"}
        await made.close()

    run()


@pytest.mark.parametrize(
    "peer", ["192.0.2.98", "::ffff:192.0.2.98", "2001:db8::99", "192.0.2.9", "127.0.0.1"]
)
def test_nobody_is_trusted_for_an_address_like_a_trusted_one(peer: str) -> None:
    @on_loop
    async def run() -> None:
        made = town("192.0.2.99")
        talk = await made.at_border((peer, 25))
        (reply,) = await talk.envelope("", "v@far.test")
        assert reply.startswith("550 5.7.1")
        await made.close()

    run()


@on_loop
async def test_a_login_at_the_gateway_is_not_offered_and_gives_nothing() -> None:
    made = town()
    talk = await made.at_border(tls=True)
    assert (await talk.ask("AUTH PLAIN AGFsaWNlAHNlY3JldA=="))[:3] in {"502", "503", "504"}
    assert (await talk.ask("MAIL FROM:<> AUTH=<alice@alpha.test>")).startswith(("250", "555"))
    assert (await talk.ask("RCPT TO:<v@far.test>")).startswith(("550", "503"))
    await made.close()


@on_loop
async def test_a_login_as_one_person_does_not_send_as_another() -> None:
    made = town()
    made.account("eve@alpha.test")
    talk = await made.at_submission("eve@alpha.test")
    for sender in (ALICE, BOB, "stranger@far.test", "postmaster"):
        assert (await talk.ask(f"MAIL FROM:<{sender}>")).startswith("550 5.7.1")
    await talk.letter("", ["v@far.test"], LETTER.replace(b"bob@beta.test", b"eve@alpha.test"))
    refused = await talk.letter("", ["v@far.test"], LETTER)
    assert refused.startswith("550 5.7.1") and len(made.queued()) == 1
    await made.close()
