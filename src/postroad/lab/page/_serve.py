"""Serves the page on a socket of its own, in the event loop that is running already.

The process belongs to the lab, so no signal is caught here: whoever serves the page closes it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from postroad.net import ListenError

CLOSE_SECONDS = 1
"""How long answers under way may take to end; nobody downloads anything large here."""

BACKLOG = 128
"""Connections that may wait; a browser opens six."""


class PageServer:
    """A page that is being served. Made by `serve_page`."""

    def __init__(self, server: uvicorn.Server, listening: socket.socket) -> None:
        self._server = server
        self.address: tuple[str, int] = listening.getsockname()[:2]
        self._task = asyncio.create_task(server.serve([listening]), name="lab page")

    async def close(self) -> None:
        """Stop listening, end the connections, and return when that is done."""
        self._server.should_exit = True
        await self._task


async def serve_page(app: Starlette, address: str, port: int) -> PageServer:
    """Serve `app` on `address`:`port` (0: any free port) until the returned server is closed.

    Returns when connections are taken. Raises ListenError when the port cannot be had.
    """
    listening = _listen(address, port)
    config = uvicorn.Config(
        app,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=CLOSE_SECONDS,
    )
    return PageServer(_WithoutSignals(config), listening)


class _WithoutSignals(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave Ctrl-C and SIGTERM to the process's owner."""
        yield


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise ListenError(
            f"The lab's page cannot be served on {address}:{port}: {error.strerror}. "
            "Does another lab run there? --net moves this one"
        ) from None
    return listening
