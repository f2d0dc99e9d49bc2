"""Attacks 22, 30 and 78: a changed password counts at once, and there is none by default."""

from __future__ import annotations

from base64 import b64encode

import pytest

pytestmark = pytest.mark.system
BETTY, OLD, NEW = "betty@example.test", "correct horse battery", "staple of another kind"


def log_in(house, user, password):
    said = []
    for port in ("pop3s", "submissions"):
        wire = house.wire(port)
        wire.say(b"EHLO a.test")
        said.append(wire.say(b"AUTH PLAIN " + b64encode(f"\0{user}\0{password}".encode())))
        wire.close()
    assert len({answer[:1] in b"2+" for answer in said}) == 1, said
    return said[0].startswith(b"+OK")


def change(house, password):
    done = house.process.command("account", "password", BETTY, "--password-stdin", stdin=password)
    assert done.returncode == 0, done.stderr


def test_30_the_old_password_is_worth_nothing_the_moment_it_is_changed(house):
    assert log_in(house, BETTY, OLD)
    assert log_in(house, BETTY, OLD)  # remembered
    change(house, NEW)
    try:
        assert not log_in(house, BETTY, OLD)
        assert log_in(house, BETTY, NEW)
    finally:
        change(house, OLD)
    assert not log_in(house, BETTY, NEW)


@pytest.mark.parametrize(
    ("user", "password"),
    [("admin", "admin"), ("root", ""), (BETTY, ""), (BETTY, "postroad"), ("postmaster", "postroad"),
     (BETTY, "x" * 100_000), (f"{BETTY}\0", OLD), (BETTY.upper(), OLD.upper())],
)  # fmt: skip
def test_78_no_password_is_there_by_default(house, user, password):
    assert not log_in(house, user, password)
