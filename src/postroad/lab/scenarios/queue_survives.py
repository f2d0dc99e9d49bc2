"""queue-survives: beta's border is away; the message waits, and is delivered once when it is back.

Standards: RFC 5321 §4.5.4 (retry)
"""

from __future__ import annotations

import asyncio

from postroad.journey import events
from postroad.lab.plan import Person
from postroad.lab.scenarios import _letters
from postroad.lab.scenarios._expect import Result, Scenario
from postroad.lab.scenarios._world import World

ALICE = Person("alice", "alpha.test")
BOB = Person("bob", "beta.test")
SETTLE = 3.0
"""Seconds in which a second copy, if there were one, would come."""


async def tell(world: World, result: Result) -> None:
    """Stop, send, restart even the sender's own border, start, read."""
    token = world.token()
    message_id = f"{token}@lab.test"
    await world.stop("mx.beta.test")
    try:
        await world.submit(ALICE, [BOB.address], _letters.plain(ALICE.address, BOB.address, token))
        waits = await world.wait(lambda: _deferred(world, message_id))
        result.expect("the journey says why the message waits", bool(waits.text), waits.text)
        result.expect("and when it is tried again", waits.next_attempt > waits.at)
        await world.stop("mx.alpha.test")
        await world.start("mx.alpha.test")
    finally:
        await world.start("mx.beta.test")
    await world.wait_for_mail(BOB, message_id)
    await asyncio.sleep(SETTLE)
    copies = [m for m in await world.read(BOB) if message_id.encode() in m]
    result.expect("it is delivered exactly once", len(copies) == 1, f"{len(copies)} copies")


async def _deferred(world: World, message_id: str) -> events.Attempted | None:
    for found in await world.journeys("mx.alpha.test", message_id):
        for event in found.events:
            if isinstance(event, events.Attempted) and event.outcome == "deferred":
                return event
    return None


SCENARIO = Scenario(
    "queue-survives",
    "beta's border is down; the message waits through a restart and is delivered once",
    tell,
)
