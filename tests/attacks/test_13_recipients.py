"""Attacks 12 and 13, inside: names are data to the directory, and asking takes the same time.

RCPT says by design who has no mailbox; what it must not do is to say more by how long it takes,
or to be led astray by a name (CVE-2025-26794, CVE-2025-67896).
"""

from __future__ import annotations

import statistics
import time

import pytest

from postroad.testing.loop import on_loop
from postroad.testing.station import Town

REAL, NONE = "alice@alpha.test", "alyce@alpha.test"
TRIALS = 1_000
LIMIT = 0.005  # seconds between the medians
STRANGE = [
    "'or'1'='1", "a'--", "x';DROP$TABLE$account;--", "%", "_", "a%", "*", "alic_", '"alice\\"--"',
    '"%"', "alice'", "$1", "?", "{}", "\u212aate", "alıce", "ａlice", '""', "+", "+tag", "alice+",
]  # fmt: skip


def town() -> Town:
    made = Town()
    made.account(REAL)
    return made


@on_loop
async def test_rcpt_takes_the_same_time_for_those_who_exist_and_those_who_do_not() -> None:
    made = town()
    times: dict[str, list[float]] = {REAL: [], NONE: []}
    for _ in range(TRIALS):
        made.clock.advance(60.0)  # nothing is remembered for so long
        for name, spent in times.items():
            begun = time.perf_counter()
            await made.policy.judge(name, 0, False)
            spent.append(time.perf_counter() - begun)
    real, none = (statistics.median(spent) for spent in times.values())
    assert abs(real - none) < LIMIT


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_is_a_name_that_nobody_has(name: str) -> None:
    @on_loop
    async def run() -> None:
        made = town()
        talk = await made.at_border()
        assert (await talk.ask("MAIL FROM:<> SMTPUTF8")).startswith("250")
        said = await talk.ask(f"RCPT TO:<{name}@alpha.test>")
        mine = name in {"alice+"}
        assert said.startswith("250" if mine else ("550 5.1.1", "501", "553"))
        assert made.tx.execute("SELECT count(*) FROM account") == [(1,)]
        await made.close()

    run()


@on_loop
async def test_vrfy_says_the_same_of_everybody_and_expn_and_etrn_say_nothing() -> None:
    made = town()
    for talk in (await made.at_border(), await made.at_submission(REAL), await made.at_lmtp()):
        said = {await talk.ask(f"VRFY {name}") for name in (REAL, NONE, "a'--", "postmaster")}
        assert len(said) == 1 and said.pop().startswith("252 2.")
        for command in ("EXPN team", "ETRN alpha.test", "ATRN", "TURN"):
            assert (await talk.ask(command)).startswith("502 5.5.1")
    await made.close()
