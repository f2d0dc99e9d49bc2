"""Other people's mail hosts in memory: a DNS, and what answers at each address.

`Hosts.connect` takes the place of `net.connect`: the conversation runs over pipes, driven by our
own server driver, or is read from a script when no server would talk like that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from postroad.net import ConnectFailed
from postroad.protocols import smtp
from postroad.testing.clock import Clock
from postroad.testing.pipe import PipeStream, pipe_pair
from postroad.testing.resolver import ZoneResolver
from postroad.testing.smtp import RecordingHandler

Answer = Callable[[PipeStream], Awaitable[None]]


class Hosts:
    """A zone text, and a server for each address; other addresses refuse connections.

    What is said of one address several times is for one connection after the other; the last stays.
    `dialled` lists the addresses that connections were made to, in order.
    """

    def __init__(self, clock: Clock, zone: str) -> None:
        self.clock = clock
        self.lookups = ZoneResolver(zone)
        self.dialled: list[str] = []
        self._answers: dict[str, list[Answer]] = {}
        self._sessions: set[asyncio.Future[None]] = set()

    def serve(self, address: str, handler: RecordingHandler, **config: Any) -> None:
        """Let a server of ours answer at `address`; `config` is for its core."""
        core = smtp.ServerConfig(**{"hostname": "remote.test", **config})

        async def answer(stream: PipeStream) -> None:
            await smtp.serve(stream, core, handler, self.clock, lambda: "nonce")

        self._then(address, answer)

    def script(self, address: str, *said: bytes) -> None:
        """Say the first at once and one more after each write of the client; then close."""

        async def answer(stream: PipeStream) -> None:
            with suppress(ConnectionError):
                for number, words in enumerate(said):
                    if number and not await stream.read(1e6):
                        break
                    await stream.write(words, 10.0)
            await stream.close()

        self._then(address, answer)

    def silence(self, address: str) -> None:
        """Answer the connection and never say a word."""

        async def answer(stream: PipeStream) -> None:
            while await stream.read(1e9):
                pass

        self._then(address, answer)

    async def connect(
        self,
        addresses: Sequence[str],
        port: int,
        *,
        timeout: float,
        tls: object = None,
        source: str | None = None,
    ) -> Any:
        """As `net.connect`: the first address where somebody answers. Raises ConnectFailed."""
        for address in addresses:
            answers = self._answers.get(address)
            if answers:
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                self.dialled.append(address)
                ours, theirs = pipe_pair()
                ours.peer = (address, port)
                session = asyncio.ensure_future(answer(theirs))
                self._sessions.add(session)
                session.add_done_callback(self._sessions.discard)
                return ours
        raise ConnectFailed(f"{', '.join(addresses)}: connection refused")

    def _then(self, address: str, answer: Answer) -> None:
        self._answers.setdefault(address, []).append(answer)
