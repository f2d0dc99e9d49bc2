"""A socket in the lab's folder by which another process asks for servers to stop, start or die.

One line in (`stop mx.beta.test`, `start …`, `kill …`, `status`, `shutdown`), one JSON line out.
The socket is a file with mode 0600: whoever may write there owns the lab.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
Handler = Callable[[str, str], Awaitable[Answer]]

LINE_LIMIT = 1024
"""Octets of one command; the longest is a verb and a host name (RFC 1035 §2.3.4: 255)."""


class LabNotRunning(Exception):
    """No lab answers in this folder."""


async def listen(path: Path, handler: Handler) -> asyncio.Server:
    """Answer commands until the server is closed. `handler` gets the verb and the host's name."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            verb, _, name = (await reader.readline()).decode().strip().partition(" ")
            try:
                answer = await handler(verb, name)
            except Exception as error:  # the top of this connection: the asker is told
                answer = {"error": str(error)}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except (ConnectionError, ValueError):
            return
        finally:
            writer.close()

    remove(path)
    before = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(converse, path, limit=LINE_LIMIT)
    finally:
        os.umask(before)


def remove(path: Path) -> None:
    """Take the socket's file away; a dead lab leaves one behind."""
    path.unlink(missing_ok=True)


async def ask(path: Path, verb: str, name: str = "") -> Answer:
    """Send one command and return its answer. Raises LabNotRunning; RuntimeError on a refusal."""
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=65536)
    except OSError:
        raise LabNotRunning(f"no lab is running in {path.parent}") from None
    writer.write(f"{verb} {name}\n".encode())
    line = await reader.readline()
    writer.close()
    if not line:
        raise LabNotRunning(f"the lab in {path.parent} went away")
    answer: Answer = json.loads(line)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer
