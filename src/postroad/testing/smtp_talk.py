"""A client of ours and somebody to talk to: our own server, or one that follows a script.

Both run to their ends under a clock that jumps, so a test of a five-minute timeout takes no time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from postroad.protocols.smtp import Client, Mode, ServerConfig, serve
from postroad.testing.clock import Clock
from postroad.testing.pipe import PipeStream, pipe_pair
from postroad.testing.smtp import NONCE, RecordingHandler

Script = Callable[[Client], Awaitable[None]]
PATIENCE = 10_000.0  # seconds of a scripted server, more than any timeout of ours


async def body(*pieces: bytes) -> AsyncIterator[bytes]:
    """A message's body in these slices."""
    for piece in pieces:
        yield piece


def against_server(script: Script, handler: RecordingHandler, config: ServerConfig) -> None:
    """Run `script` with a client that has greeted our own server."""
    clock = Clock()
    handler.lmtp = config.mode is Mode.LMTP

    async def both() -> None:
        ours, theirs = pipe_pair()
        server = asyncio.create_task(serve(theirs, config, handler, clock, lambda: NONCE))
        client = Client(ours, clock, mode=config.mode)
        await client.greeting()
        await client.hello("a.example")
        await script(client)
        await ours.close()
        await server

    clock.run(both())


def against_lines(script: Script, *answers: bytes) -> bytes:
    """Run `script` with a client of a server that says `answers`, one for each write it hears.

    The server hangs up after the last. Returns all that it was sent.
    """
    clock = Clock()

    async def remote(stream: PipeStream) -> None:
        await stream.write(answers[0], PATIENCE)
        for answer in answers[1:]:
            await stream.read(PATIENCE)
            if answer:
                await stream.write(answer, PATIENCE)
        await stream.close()

    async def both() -> bytes:
        ours, theirs = pipe_pair()
        server = asyncio.create_task(remote(theirs))
        await script(Client(ours, clock))
        await ours.close()
        server.cancel()
        return bytes(ours.written)

    return clock.run(both())
