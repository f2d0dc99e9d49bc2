"""Each dialogue three times: on the core, on the core octet by octet, and on the driver."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from postroad.protocols.smtp import Mode, ServerConfig, serve
from postroad.testing import Clock, FakeTls, PipeStream, pipe_pair
from postroad.testing.dialogue import Dialogue, mismatch, read_dialogue
from postroad.testing.smtp import RecordingHandler, Responder

FILES = sorted(Path(__file__).parent.glob("*.txt"))
DIALOGUES = [pytest.param(read_dialogue(file), id=file.stem) for file in FILES]


def config(dialogue: Dialogue) -> ServerConfig:
    settings = dialogue.settings
    return ServerConfig(
        hostname="mx.example",
        mode=Mode(settings.get("mode", "smtp")),
        max_message_size=int(settings.get("size", 50_000_000)),
        offers_starttls="starttls" in settings,
        auth_mechanisms=tuple(settings.get("auth", "").split()),
    )


def station(dialogue: Dialogue) -> dict[str, object]:
    settings = dialogue.settings
    pairs = (word.split(":") for word in settings.get("passwords", "").split())
    return {"unknown": set(settings.get("unknown", "").split()), "passwords": dict(pairs)}


class OnCore:
    """Plays a dialogue's turns on a core; `size` is how many octets are fed at once."""

    def __init__(self, dialogue: Dialogue, size: int) -> None:
        tls = "tls" in dialogue.settings
        self._responder = Responder(config(dialogue), tls=tls, **station(dialogue))  # type: ignore[arg-type]
        self._size = size
        self._said = self._responder.greeting

    def play(self, kind: str, lines: tuple[str, ...], data: bytes) -> None:
        responder = self._responder
        match kind:
            case "C":
                for start in range(0, len(data), self._size):
                    self._said += responder.feed(data[start : start + self._size])
            case "S":
                assert mismatch(lines, self._said) is None
                self._said = b""
            case "T":
                responder.core.tls_started()
            case "E":
                self._said += responder.finish()
            case "X":
                assert responder.core.closed

    def close(self) -> None:
        assert self._said == b""


@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_on_the_core(dialogue: Dialogue) -> None:
    core = OnCore(dialogue, 1 << 20)
    for turn in dialogue.turns:
        core.play(turn.kind, turn.lines, turn.data)
    core.close()


# Octet by octet nothing can stand behind STARTTLS in one piece: what follows is then in clear
# between the 220 and the handshake, and tests/unit has that case.
BYTEWISE = [each for each in DIALOGUES if each.id != "rfc3207-4-injection"]


@pytest.mark.parametrize("dialogue", BYTEWISE)
def test_on_the_core_octet_by_octet(dialogue: Dialogue) -> None:
    core = OnCore(dialogue, 1)
    for turn in dialogue.turns:
        core.play(turn.kind, turn.lines, turn.data)
    core.close()


async def play_on_stream(dialogue: Dialogue, stream: PipeStream) -> None:
    said = b""
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

    async def both() -> None:
        ours, theirs = pipe_pair()
        ours.tls = theirs.tls = FakeTls() if "tls" in dialogue.settings else None
        handler = RecordingHandler(**station(dialogue))  # type: ignore[arg-type]
        handler.lmtp = dialogue.settings.get("mode") == "lmtp"
        server = asyncio.create_task(
            serve(theirs, config(dialogue), handler, clock, lambda: "servernonce")
        )
        await play_on_stream(dialogue, ours)
        await ours.close()
        await server
        assert handler.errors == []

    clock.run(both())


def test_there_are_dialogues() -> None:
    assert len(FILES) >= 15
