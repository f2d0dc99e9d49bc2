"""unknown-user: nobody has this name at beta.test, and alice is told in beta's own words.

Standards: RFC 3464 (the notification), RFC 5321 §4.5.5 (its null sender)
"""

from __future__ import annotations

from postroad.journey import events
from postroad.lab.plan import Person
from postroad.lab.scenarios import _letters
from postroad.lab.scenarios._expect import Result, Scenario
from postroad.lab.scenarios._world import World

ALICE = Person("alice", "alpha.test")
NOBODY = "nobody@beta.test"


async def tell(world: World, result: Result) -> None:
    """Alice writes to nobody and gets a notification."""
    token = world.token()
    await world.submit(ALICE, [NOBODY], _letters.plain(ALICE.address, NOBODY, token))
    report = await world.wait_for_mail(ALICE, f"{token}@lab.test")
    result.expect("the notification has a null sender", report.startswith(b"Return-Path: <>"))
    result.expect("it is a delivery status report", b"report-type=delivery-status" in report)
    result.expect("it names the recipient", b"Final-Recipient: rfc822;" in report
                  and NOBODY.encode() in report)  # fmt: skip
    result.expect("it has the status 5.1.1", b"Status: 5.1.1" in report)
    unfolded = report.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    words = b"Diagnostic-Code: smtp; 550 5.1.1"
    result.expect("it repeats the remote's words", words in unfolded)
    result.expect("it names the remote host", b"Remote-MTA: dns; mx.beta.test" in unfolded)
    found = await world.journeys("mx.alpha.test", f"{token}@lab.test")
    told = [e for j in found for e in j.events if isinstance(e, events.Notified)]
    result.expect("the journey links to the notification", bool(told and told[0].dsn_trace))


SCENARIO = Scenario(
    "unknown-user",
    "a message to nobody@beta.test comes back to alice with the remote's words",
    tell,
)
