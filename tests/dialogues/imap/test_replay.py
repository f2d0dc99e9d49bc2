"""Each dialogue three times: on the core, on the core octet by octet, and on the driver."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from postroad.protocols.imap import ServerConfig, no, serve
from postroad.protocols.imap.commands import Select
from postroad.testing import Clock, FakeTls, PipeStream, pipe_pair
from postroad.testing.dialogue import Dialogue, mismatch, read_dialogue
from postroad.testing.imap import Answers, MemoryHandler, Responder

FILES = sorted(Path(__file__).parent.glob("*.txt"))
DIALOGUES = [pytest.param(read_dialogue(file), id=file.stem) for file in FILES]
PASSWORDS = {"alice": "secret word"}
LOGIN = b'0 LOGIN alice "secret word"\r\n'
CONFIG = ServerConfig(
    offers_starttls=True, auth_mechanisms=("SCRAM-SHA-256", "PLAIN"), max_message_size=10_000
)


def in_tls(dialogue: Dialogue) -> bool:
    return "clear" not in dialogue.settings


def answers(dialogue: Dialogue) -> Answers:
    return {Select: no("There is none")} if "refuse" in dialogue.settings else {}


class OnCore:
    """Plays a dialogue's turns on a core; `size` is how many octets are fed at once."""

    def __init__(self, dialogue: Dialogue, size: int) -> None:
        self._station = Responder(
            CONFIG, passwords=PASSWORDS, answers=answers(dialogue), tls=in_tls(dialogue)
        )
        self._size = size
        self._said = self._station.greeting
        if "login" in dialogue.settings:
            self._station.feed(LOGIN)

    def play(self, dialogue: Dialogue) -> None:
        for turn in dialogue.turns:
            self._play(turn.kind, turn.lines, turn.data)
        assert self._said == b""

    def _play(self, kind: str, lines: tuple[str, ...], data: bytes) -> None:
        match kind:
            case "C":
                for start in range(0, len(data), self._size):
                    self._said += self._station.feed(data[start : start + self._size])
            case "S":
                assert mismatch(lines, self._said) is None
                self._said = b""
            case "T":
                self._station.core.tls_started()
            case "E":
                self._said += self._station.finish()
            case "X":
                assert self._station.core.closed


@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_on_the_core(dialogue: Dialogue) -> None:
    OnCore(dialogue, 1 << 20).play(dialogue)


# Octet by octet nothing can stand behind STARTTLS in one piece: what follows is then in clear
# between the OK and the handshake, and tests/unit has that case.
BYTEWISE = [each for each in DIALOGUES if each.id != "rfc9051-6.2.1-injection"]


@pytest.mark.parametrize("dialogue", BYTEWISE)
def test_on_the_core_octet_by_octet(dialogue: Dialogue) -> None:
    OnCore(dialogue, 1).play(dialogue)


async def play_on_stream(dialogue: Dialogue, stream: PipeStream) -> None:
    said = b""
    if "login" in dialogue.settings:
        await stream.write(LOGIN, 10)
        while said.count(b"\r\n") < 2:
            said += await stream.read(1)
        said = said[: said.index(b"\r\n") + 2]
    for turn in dialogue.turns:
        match turn.kind:
            case "C":
                await stream.write(turn.data, 10)
            case "S":
                while mismatch(turn.lines, said) is not None:
                    said += await stream.read(1)  # a TimeoutError here: that was all it said
                said = b""
            case "T":
                await stream.start_tls()
            case "E":
                await stream.close()
            case "X":
                assert stream.closed or await stream.read(1) == b""


# The driver's station brings a piece of news when the client idles.
QUIET = [each for each in DIALOGUES if each.id != "rfc9051-6.3.13-idle"]


@pytest.mark.parametrize("dialogue", QUIET)
def test_on_the_driver(dialogue: Dialogue) -> None:
    clock = Clock()
    station = MemoryHandler(passwords=PASSWORDS, answers=answers(dialogue))

    async def both() -> None:
        ours, theirs = pipe_pair()
        ours.tls = theirs.tls = FakeTls() if in_tls(dialogue) else None
        running = serve(theirs, CONFIG, station, clock, lambda: "servernonce")
        server = asyncio.create_task(running)
        await play_on_stream(dialogue, ours)
        await ours.close()
        await server

    clock.run(both())
    assert station.errors == []
    assert station.is_closed


def test_there_are_dialogues() -> None:
    assert len(FILES) >= 18
