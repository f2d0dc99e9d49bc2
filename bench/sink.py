"""A server that says yes and keeps nothing: what the load generator can do at most.

A figure of a real server is worth something only while it is well below this one.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop

END = b"\r\n.\r\n"
ANSWERS = {b"QUIT": b"221 bye\r\n", b"DATA": b"354 go\r\n"}


class Sink(asyncio.Protocol):
    """Answers commands by the line and finds the end of a message; nothing else."""

    def __init__(self) -> None:
        self.in_message = False
        self.tail = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(b"220 sink.bench.test\r\n")

    def data_received(self, data: bytes) -> None:
        data = self.tail + data
        if self.in_message:
            self.tail = data[-4:]
            if data.endswith(END):
                self.in_message, self.tail = False, b""
                self.transport.write(b"250 gone\r\n")
            return
        *lines, self.tail = data.split(b"\r\n")
        self.transport.write(b"".join([ANSWERS.get(line[:4], b"250 ok\r\n") for line in lines]))
        self.in_message = bool(lines) and lines[-1] == b"DATA"
        if lines and lines[-1] == b"QUIT":
            self.transport.close()


async def serve(host: str, port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, host, port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
