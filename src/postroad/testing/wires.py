"""Two connected streams on loopback, for tests of what sits on a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from postroad.net import Stream, connect
from postroad.net.tls import TlsUpgrade


@asynccontextmanager
async def connected(
    server_tls: TlsUpgrade | None = None, client_tls: TlsUpgrade | None = None
) -> AsyncIterator[tuple[Stream, Stream]]:
    """(server, client), plain; each `start_tls` uses what is given. Both are cut at the end."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[Stream] = loop.create_future()
    server = await loop.create_server(lambda: Stream(server_tls, arrived.set_result), "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    try:
        client = await connect(["127.0.0.1"], port, timeout=5, tls=client_tls)
        accepted = await arrived
        try:
            yield accepted, client
        finally:
            client.abort()
            accepted.abort()
    finally:
        server.close()
