"""The load generator against a stranger: a figure counts only if its messages are what it says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from bench.plan import Load, Reuse, Tally
from bench.processes import free_port
from bench.system import people

pytestmark = pytest.mark.system


class Keeper:
    """Remembers every envelope that it was given."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 nobody"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 kept"


@pytest.fixture
def stranger() -> Iterator[tuple[Keeper, int]]:
    keeper, port = Keeper(), free_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, port
    controller.stop()


def generate(port: int, **changes: Any) -> Tally:
    load = Load(
        host="127.0.0.1",
        port=port,
        sessions=7,
        size=5000,
        recipients=people(),
        messages=100,
        seconds=20,
    )
    order = msgspec.json.encode(msgspec.structs.replace(load, **changes))
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=order, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout, type=Tally)


@pytest.mark.parametrize("reuse", Reuse)
def test_every_message_counted_as_accepted_arrived_and_no_two_are_alike(
    stranger: tuple[Keeper, int], reuse: Reuse
) -> None:
    keeper, port = stranger
    tally = generate(port, reuse=reuse)
    contents = {envelope.original_content for envelope in keeper.envelopes}
    assert (tally.accepted, tally.refused, len(contents)) == (100, 0, 100)
    assert all(abs(len(content) - 5000) < 250 for content in contents)


def test_recipients_take_turns(stranger: tuple[Keeper, int]) -> None:
    keeper, port = stranger
    generate(port, fan_out=3)
    named = [one for envelope in keeper.envelopes for one in envelope.rcpt_tos]
    assert {named.count(one) for one in people()} == {300 // len(people())}


def test_messages_held_back_are_sent_together(stranger: tuple[Keeper, int]) -> None:
    keeper, port = stranger
    assert generate(port, sessions=30, messages=30, at_once=True).accepted == 30
    assert len(keeper.envelopes) == 30


def test_refusals_are_counted_and_end_the_run(stranger: tuple[Keeper, int]) -> None:
    tally = generate(stranger[1], recipients=["refused@bench.test"])
    assert (tally.accepted, stranger[0].envelopes) == (0, [])
    assert tally.refused > 0
    assert "550 nobody" in tally.refusals[0]
