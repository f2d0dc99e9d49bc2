"""kill-9: mail.beta.test dies at random moments under load; nothing is lost, nothing comes twice.

Half of the load goes through beta's border, whose queue retries; the other half goes to the inner
server itself, from a sender that sends the same bytes again until it has read 250.
"""

from __future__ import annotations

import asyncio
import random
import re
import smtplib
import time
from collections import Counter

from postroad.lab.plan import SMTP, Host, Person
from postroad.lab.scenarios import _letters
from postroad.lab.scenarios._expect import Result, Scenario
from postroad.lab.scenarios._world import World

BETTY = Person("betty", "beta.test")
SECONDS = 30.0
SENDERS = 4  # on each of the two ways
PAUSE = 0.02
"""Seconds between two messages of one sender: load enough that most kills hit a transaction."""

LIFE = (0.3, 2.5)
"""Seconds that the server lives after each start."""

DRAIN = 60.0
"""Seconds for the border's queue to empty at the end."""

_TOKEN = re.compile(rb"Message-ID: <k9-([0-9a-z-]+)@lab\.test>")


async def tell(world: World, result: Result) -> None:
    """Load and kill at the same time; then count."""
    run = world.token()
    stop_at = time.monotonic() + SECONDS
    inner, border = world.plan.host("mail.beta.test"), world.plan.host("mx.beta.test")
    accepted: set[str] = set()
    senders = [
        asyncio.to_thread(_send, host, f"{run}-{way}{number}", stop_at, accepted)
        for way, host in (("d", inner), ("b", border))
        for number in range(SENDERS)
    ]
    killer = asyncio.create_task(_kill(world, inner.name, stop_at))
    await asyncio.gather(*senders)
    kills = await killer
    await world.start(inner.name)
    counts = await _settled(world, run, accepted)
    lost = sorted(accepted - counts.keys())
    twice = sorted(token for token, count in counts.items() if count > 1)
    result.expect("messages were accepted under fire", len(accepted) > 100, len(accepted))
    result.expect("the server was killed several times", kills >= 5, f"{kills} kills")
    result.expect("no message that got 250 is lost", not lost, f"{len(lost)} lost {lost[:5]}")
    again = await world.recognised(inner.name)
    seen = f"{len(twice)} twice {twice[:5]}; {again} were sent again after a lost reply"
    result.expect("none is delivered twice", not twice, seen)


async def _kill(world: World, host: str, stop_at: float) -> int:
    """SIGKILL at random moments until `stop_at`; return how often."""
    rng = random.Random()
    kills = 0
    while time.monotonic() < stop_at:
        await asyncio.sleep(rng.uniform(*LIFE))
        await world.kill(host)
        kills += 1
        await world.start(host)
    return kills


async def _settled(world: World, run: str, accepted: set[str]) -> Counter[str]:
    """Count the run's messages in the mailbox once the border's queue is empty, or time is up."""
    deadline = time.monotonic() + DRAIN
    while True:
        headers = await world.tops(BETTY)
        tokens = (found[1].decode() for h in headers if (found := _TOKEN.search(h)))
        counts = Counter(token for token in tokens if token.startswith(run))
        if accepted <= counts.keys() or time.monotonic() > deadline:
            await asyncio.sleep(1.0)
            return counts
        await asyncio.sleep(1.0)


def _send(host: Host, name: str, stop_at: float, accepted: set[str]) -> None:
    """Send numbered messages; each is sent again, byte for byte, until a 250 was read."""
    number = 0
    while time.monotonic() < stop_at:
        token = f"{name}-{number}"
        letter = _letters.plain("load@alpha.test", BETTY.address, f"k9-{token}", "Under fire")
        if _until_taken(host, letter, stop_at + DRAIN):
            accepted.add(token)
        number += 1
        time.sleep(PAUSE)


def _until_taken(host: Host, letter: bytes, give_up_at: float) -> bool:
    while time.monotonic() < give_up_at:
        try:
            with smtplib.SMTP(host.address, SMTP, "load.alpha.test", 10) as client:
                client.sendmail("load@alpha.test", [BETTY.address], letter)
                return True
        except (OSError, smtplib.SMTPException):
            time.sleep(0.1)
    return False


SCENARIO = Scenario(
    "kill-9",
    "mail.beta.test is killed under load for 30 s: nothing accepted is lost, nothing comes twice",
    tell,
)
