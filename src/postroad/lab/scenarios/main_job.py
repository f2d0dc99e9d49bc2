"""main-job: one message through every room, from alice's program to bob's and betty's.

Standards: RFC 5321 §4.4 (Received), RFC 2047 (the subject), RFC 1939 (reading)
"""

from __future__ import annotations

from postroad.journey import events
from postroad.lab.plan import Person
from postroad.lab.scenarios import _letters
from postroad.lab.scenarios._expect import Result, Scenario
from postroad.lab.scenarios._world import World
from postroad.message import parse_received, scan_header

ALICE = Person("alice", "alpha.test")
READERS = (Person("bob", "beta.test"), Person("betty", "beta.test"))
HOPS = ("mail.alpha.test", "mx.alpha.test", "mx.beta.test", "mail.beta.test")


async def tell(world: World, result: Result) -> None:
    """Alice submits; bob and betty read."""
    token = world.token()
    addresses = [reader.address for reader in READERS]
    sent = _letters.multipart(ALICE.address, addresses, token)
    refused = await world.submit(ALICE, addresses, sent)
    result.expect("every recipient is taken", not refused, refused or "")
    for reader in READERS:
        got = await world.wait_for_mail(reader, f"<{token}@lab.test>")
        result.expect(f"{reader.name} reads the same bytes", got.endswith(sent), _difference(got))
        hops = _hops(got)
        result.expect(f"{reader.name} sees the four hops in order", hops == HOPS, ", ".join(hops))
        path = b"Return-Path: <alice@alpha.test>\r\n"
        result.expect(f"{reader.name} sees the envelope sender", got.startswith(path))
    await _expect_stations(world, result, f"{token}@lab.test")


async def _expect_stations(world: World, result: Result, message_id: str) -> None:
    """Each server wrote its part of the journey."""
    expected = {
        "mail.alpha.test": {events.Received, events.Accepted, events.Queued, events.Attempted},
        "mx.alpha.test": {events.Received, events.Accepted, events.Queued, events.Attempted},
        "mx.beta.test": {events.Received, events.Accepted, events.Queued, events.Attempted},
        "mail.beta.test": {events.Received, events.Accepted, events.Filed, events.Retrieved},
    }
    for host, kinds in expected.items():
        found = [event for j in await world.journeys(host, message_id) for event in j.events]
        seen = {type(event) for event in found}
        missing = ", ".join(sorted(kind.__name__ for kind in kinds - seen))
        stations = ", ".join(dict.fromkeys(event.station for event in found))
        result.expect(f"{host} recorded its stations", kinds <= seen, missing or stations)


def _hops(message: bytes) -> tuple[str, ...]:
    """The `by` names of Received, oldest first."""
    fields = scan_header(message).all("received")
    return tuple(parse_received(field.value).by for field in reversed(fields))


def _difference(got: bytes) -> str:
    return f"{len(got)} octets read"


SCENARIO = Scenario(
    "main-job",
    "alice sends a multipart message to bob and betty; both read the same bytes by POP3",
    tell,
)
