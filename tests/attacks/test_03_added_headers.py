"""Attack 3: what our stations add or take away never makes two messages out of one.

Postfix, August 2026: a header that a filter added brought smuggling back. Here each message comes
in by port 25 and by submission, with all that they add, and goes out again to the next host.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import pytest

from postroad.border.inbound import BorderInboundConfig
from postroad.border.outbound import BorderOutboundConfig, Dialer, Finder, Outbound, Pool
from postroad.testing.hosts import Hosts
from postroad.testing.loop import on_loop
from postroad.testing.smtp import Letter, RecordingHandler
from postroad.testing.station import STRANGER, Town

ALICE, VICTIM = "alice@alpha.test", "victim@beta.test"
SMUGGLED = b"MAIL FROM:<ceo@b>\r\nRCPT TO:<x@y>\r\nDATA\r\nSubject: pay\r\n\r\nnow\r\n"
FALSE_ENDS = [
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\n.\r\r\n",
    b"\r\n\0.\r\n", b"\r\r\n.\r\r\n", b"\n\r.\r\n", b"\r\n.\n\r\n",
]  # fmt: skip
FROM = b"From: alice@alpha.test\r\n"
# Dots are stuffed here: what a client may send. The stations must stuff them again on the way out.
HONEST = [
    b"..\r\n" + SMUGGLED,
    FROM + b"\r\n..\r\n" + SMUGGLED,
    FROM + b"\r\ntext\r\n..\r\n" + SMUGGLED,
    b"Bcc: x@y\r\n" + FROM + b"\r\n..\r\n" + SMUGGLED,
    FROM + b"Bcc: x@y\r\n\r\n..\r\n" + SMUGGLED,
    b"Bcc: x@y\r\n..\r\n" + SMUGGLED + FROM + b"\r\n",
    b" \r\n" + FROM + b"..\r\n" + SMUGGLED,
    b"From x@y\r\n" + FROM + b"\r\n..\r\n" + SMUGGLED,
    b"\r\n..\r\n" + SMUGGLED,
    FROM + b"X: " + b"y" * 70_000 + b"\r\n..\r\n\r\n" + b"z" * 70_000 + b"\r\n..\r\n" + SMUGGLED,
]


async def out(town: Town) -> list[Letter]:
    """Send what is queued to the next host; what it took."""
    hosts = Hosts(town.clock, "beta.test MX 10 mx.beta.test\nmx.beta.test A 127.1.0.1")
    remote, settings = RecordingHandler(), BorderOutboundConfig()
    hosts.serve("127.1.0.1", remote)
    finder = Finder(settings, "mx.alpha.test", hosts.lookups, random.Random(1))
    dialer = Dialer(settings, "mx.alpha.test", hosts.lookups, time.monotonic, hosts.connect)
    pool = Pool(5.0, 1, asyncio.get_running_loop().call_later)
    outbound = Outbound(finder, dialer, pool, town.db, town.blobs)
    for claim in town.claims():
        await outbound.deliver(claim.envelope, claim.content, claim.trace, claim.route)
    await outbound.close()
    return remote.letters


async def in_and_out(door: str, message: bytes) -> tuple[str, list[Letter], Any]:
    """Hand a message in; the reply, and what the next host took."""
    town = Town(border=BorderInboundConfig(relay_from=(STRANGER[0],)))
    town.account(ALICE)
    talk = await (town.at_border() if door == "border" else town.at_submission(ALICE))
    await talk.envelope(ALICE, VICTIM)
    said = await talk.data(message + b"\r\n")
    queued, letters = town.queued(), await out(town)
    await town.close()
    return said, letters, queued


@pytest.mark.parametrize("door", ["border", "submission"])
@pytest.mark.parametrize("end", FALSE_ENDS)
def test_a_false_ending_is_refused_whatever_is_added(end: bytes, door: str) -> None:
    @on_loop
    async def run() -> None:
        said, letters, queued = await in_and_out(door, FROM + b"\r\ntext" + end + SMUGGLED)
        assert said.startswith("550 5.6.0") and letters == [] and queued == []

    run()


@pytest.mark.parametrize("door", ["border", "submission"])
@pytest.mark.parametrize("message", HONEST, ids=range(len(HONEST)))
def test_a_line_with_a_dot_stays_inside_its_message(message: bytes, door: str) -> None:
    @on_loop
    async def run() -> None:
        said, letters, queued = await in_and_out(door, message)
        assert said.startswith("250" if queued else "550 5.6.0 The message has no From")
        assert [letter.reverse_path for letter in letters] == [ALICE] * len(queued)
        assert [letter.body for letter in letters] == [whole for _, whole in queued]

    run()
