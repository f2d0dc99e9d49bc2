"""Each dialogue three times: on the core, on the core octet by octet, and on the driver."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from postroad.protocols.pop3 import ServerConfig, serve
from postroad.testing import Clock, FakeTls, PipeStream, pipe_pair
from postroad.testing.dialogue import Dialogue, mismatch, read_dialogue
from postroad.testing.pop3 import MemoryHandler, Responder

FILES = sorted(Path(__file__).parent.glob("*.txt"))
DIALOGUES = [pytest.param(read_dialogue(file), id=file.stem) for file in FILES]
PASSWORDS = {"alice": "secret word", "爱丽丝": "密码"}
LOGIN = b"USER alice\r\nPASS secret word\r\n"
MESSAGES = (
    b"Subject: one\r\nTo: alice\r\n\r\n.a line with a dot\r\nsecond\r\nthird\r\n",
    "Subject: two\r\n\r\n你好 second message\r\n..\r\n".encode(),
)


def config(dialogue: Dialogue) -> ServerConfig:
    return ServerConfig(
        offers_stls="stls" in dialogue.settings,
        auth_mechanisms=("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"),
    )


def in_tls(dialogue: Dialogue) -> bool:
    return bool(dialogue.settings.keys() & {"tls", "login"})


def removed(dialogue: Dialogue) -> list[int]:
    return [int(word) for word in dialogue.settings.get("removed", "").split()]


class OnCore:
    """Plays a dialogue's turns on a core; `size` is how many octets are fed at once."""

    def __init__(self, dialogue: Dialogue, size: int) -> None:
        self._responder = Responder(
            config(dialogue), MESSAGES, passwords=PASSWORDS, tls=in_tls(dialogue), piece=size
        )
        self._size = size
        self._said = self._responder.greeting
        if "login" in dialogue.settings:
            self._responder.feed(LOGIN)

    def play(self, dialogue: Dialogue) -> None:
        for turn in dialogue.turns:
            self._play(turn.kind, turn.lines, turn.data)
        assert self._said == b""
        assert self._responder.removed == removed(dialogue)

    def _play(self, kind: str, lines: tuple[str, ...], data: bytes) -> None:
        match kind:
            case "C":
                for start in range(0, len(data), self._size):
                    self._said += self._responder.feed(data[start : start + self._size])
            case "S":
                assert mismatch(lines, self._said) is None
                self._said = b""
            case "T":
                self._responder.core.tls_started()
            case "E":
                self._said += self._responder.finish()
            case "X":
                assert self._responder.core.closed


@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_on_the_core(dialogue: Dialogue) -> None:
    OnCore(dialogue, 1 << 20).play(dialogue)


# Octet by octet nothing can stand behind STLS in one piece: what follows is then in clear between
# the +OK and the handshake, and tests/unit has that case.
BYTEWISE = [each for each in DIALOGUES if each.id != "rfc2595-4-injection"]


@pytest.mark.parametrize("dialogue", BYTEWISE)
def test_on_the_core_octet_by_octet(dialogue: Dialogue) -> None:
    OnCore(dialogue, 1).play(dialogue)


async def play_on_stream(dialogue: Dialogue, stream: PipeStream) -> None:
    said = b""
    if "login" in dialogue.settings:
        await stream.write(LOGIN, 10)
        while said.count(b"\r\n") < 3:
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


@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_on_the_driver(dialogue: Dialogue) -> None:
    clock = Clock()
    handler = MemoryHandler(MESSAGES, passwords=PASSWORDS, piece=7)

    async def both() -> None:
        ours, theirs = pipe_pair()
        ours.tls = theirs.tls = FakeTls() if in_tls(dialogue) else None
        running = serve(theirs, config(dialogue), handler, clock, lambda: "servernonce")
        server = asyncio.create_task(running)
        await play_on_stream(dialogue, ours)
        await ours.close()
        await server

    clock.run(both())
    assert handler.errors == []
    assert handler.removed == removed(dialogue)
    assert handler.is_closed


def test_there_are_dialogues() -> None:
    assert len(FILES) >= 12
