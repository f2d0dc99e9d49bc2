"""Attacks 12 and 13: VRFY, EXPN and ETRN tell nothing; asking about people takes the same time.

RCPT says by design who has no mailbox (that spares innocents a notification), VRFY and AUTH do not.
"""

from __future__ import annotations

import statistics
import time
from base64 import b64encode

import pytest

pytestmark = pytest.mark.system
TRIALS = 200
LIMIT = 0.005  # seconds between the medians
REAL, NONE = b"bob@example.test", b"bab@example.test"


@pytest.mark.parametrize("port", ["smtp", "submission", "submissions", "lmtp"])
def test_12_verification_is_the_same_for_all_and_the_rest_is_off(house, port):
    wire = house.wire(port)
    wire.say(b"LHLO a.test" if port == "lmtp" else b"EHLO a.test")
    answers = {
        wire.say(b"VRFY " + name) for name in (REAL, NONE, b"root", b"'; DROP TABLE account")
    }
    assert len(answers) == 1
    assert answers.pop().startswith(b"252 2.")
    for command in (b"EXPN bob", b"ETRN example.test", b"TURN", b"ATRN example.test", b"SOML"):
        assert wire.say(command).startswith(b"502 5.5.1")


def medians(*ask):
    """Ask in turn, and return the median time of each."""
    times = [[] for _ in ask]
    for _ in range(TRIALS):
        for one, spent in zip(ask, times, strict=True):
            begun = time.perf_counter()
            one()
            spent.append(time.perf_counter() - begun)
    return [statistics.median(spent) for spent in times]


@pytest.mark.parametrize("port", ["smtp", "lmtp"])
@pytest.mark.parametrize("command", [b"RCPT TO:<%s>", b"VRFY %s"])
def test_13_asking_about_somebody_and_nobody_takes_the_same_time(house, port, command):
    wire = house.wire(port)
    wire.say(b"LHLO a.test" if port == "lmtp" else b"EHLO a.test", b"MAIL FROM:<>")
    real, none = medians(*(lambda name=name: wire.say(command % name) for name in (REAL, NONE)))
    assert abs(real - none) < LIMIT


def test_13_a_wrong_password_and_an_unknown_name_hear_the_same(house):
    tries = []
    for address in (REAL, NONE, b"bob@nowhere.test", b"root"):
        for port, login in (("submissions", b"AUTH PLAIN"), ("pop3s", b"AUTH PLAIN")):
            wire = house.wire(port)
            wire.say(b"EHLO a.test")
            tries.append((port, wire.say(login + b" " + plain(address, b"wrong"))))
    assert len(set(tries)) == 2


def plain(user: bytes, password: bytes) -> bytes:
    return b64encode(b"\0" + user + b"\0" + password)
