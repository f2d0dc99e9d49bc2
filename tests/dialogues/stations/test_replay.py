"""Each dialogue with a station of a whole server in memory: border, submission or lmtp."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from postroad.border.inbound import BorderInboundConfig
from postroad.testing import FakeTls, PipeStream, pipe_pair
from postroad.testing.dialogue import Dialogue, mismatch, read_dialogue
from postroad.testing.loop import on_loop
from postroad.testing.station import STRANGER, Inner, Server, Town

FILES = sorted(Path(__file__).parent.glob("*.txt"))
DIALOGUES = [pytest.param(read_dialogue(file), id=file.stem) for file in FILES]


def town(settings: dict[str, str]) -> Town:
    inner = settings.get("inner", "").split()
    domains = tuple({name.partition("@")[2] for name in inner})
    made = Town(border=BorderInboundConfig(relay_domains=domains), inner=Inner(*inner))
    for name in settings.get("people", "").split():
        made.account(name)
    for name in settings.get("full", "").split():
        made.full(name)
    return made


def door(made: Town, settings: dict[str, str]) -> Server:
    servers = {
        "border": made.border_server,
        "submission": made.submission_server,
        "lmtp": made.lmtp_server,
    }
    return servers[settings["station"]]()


async def play(dialogue: Dialogue, stream: PipeStream) -> None:
    said = b""
    for turn in dialogue.turns:
        if turn.kind == "C":
            await stream.write(turn.data, 10)
        elif turn.kind == "X":
            assert await stream.read(5) == b""
        else:
            while (fault := mismatch(turn.lines, said)) is not None:
                said += await heard(stream, fault)
            said = b""


async def heard(stream: PipeStream, fault: str) -> bytes:
    """More of what the station says; when that was all, it was the wrong thing."""
    try:
        more = await stream.read(2)
    except TimeoutError:
        more = b""
    assert more, fault
    return more


@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_with_a_station(dialogue: Dialogue) -> None:
    @on_loop
    async def run() -> None:
        made = town(dialogue.settings)
        ours, theirs = pipe_pair()
        theirs.peer = STRANGER
        if dialogue.settings["station"] == "submission":
            ours.tls = theirs.tls = FakeTls()
        session = asyncio.ensure_future(door(made, dialogue.settings).serve(theirs))
        await play(dialogue, ours)
        await session
        await made.close()

    run()


def test_there_are_dialogues() -> None:
    assert len(FILES) >= 5
