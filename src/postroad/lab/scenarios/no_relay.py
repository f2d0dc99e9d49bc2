"""no-relay: strangers cannot use our servers to reach others, however they write the address.

Standards: RFC 5321 §3.6.1, §7.1; attack 9 of the house's list
"""

from __future__ import annotations

from postroad.lab.scenarios import _letters
from postroad.lab.scenarios._expect import Result, Scenario
from postroad.lab.scenarios._world import World

FORMS = (
    "bob@beta.test",
    "bob%beta.test@elsewhere.test",
    "victim@elsewhere.test",
    '"bob@beta.test"@elsewhere.test',
    "victim@[127.0.0.1]",
)
"""Recipients that are not ours at mx.alpha.test."""

SENDERS = ("spammer@evil.test", "alice@alpha.test", "")
"""A stranger's own address, a forged one of ours, and the null path."""


async def tell(world: World, result: Result) -> None:
    """evil.test tries every form at the border and at the inner server."""
    for host in (world.plan.host("mx.alpha.test"), world.plan.host("mail.alpha.test")):
        for sender in SENDERS:
            for recipient in FORMS:
                token = world.token()
                letter = _letters.plain(sender or "x@evil.test", recipient, token)
                refused = await world.hand_over(
                    host, sender, recipient, letter, world.plan.stranger
                )
                claim = f"{host.name} does not relay from <{sender}> to <{recipient}>"
                held = refused is not None and 500 <= refused.code < 600
                result.expect(claim, held, refused or "taken")


SCENARIO = Scenario(
    "no-relay",
    "evil.test cannot send through alpha.test to anybody else, in any form",
    tell,
)
