"""Outgoing connections try all addresses and tell why none answered."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from postroad.net import ConnectFailed, Stream, connect, interleave
from postroad.testing.loop import on_loop


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port on 127.0.0.1 that neither accepts nor refuses."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


@asynccontextmanager
async def served(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    accepted: list[Stream] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Stream(None, accepted.append), host, port)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for stream in accepted:
        stream.abort()


@on_loop
async def test_an_address_that_refuses_is_passed_over() -> None:
    async with served("127.0.0.2") as port:
        stream = await connect(["127.0.0.1", "127.0.0.2"], port, timeout=5)
        assert stream.peer == ("127.0.0.2", port)
        stream.abort()


@on_loop
async def test_when_all_refuse_each_reason_is_told() -> None:
    async with served() as port:
        pass
    with pytest.raises(ConnectFailed, match=rf"127\.0\.0\.1:{port}: .*; 127\.0\.0\.3:{port}: "):
        await connect(["127.0.0.1", "127.0.0.3"], port, timeout=5)


@on_loop
async def test_an_address_that_is_silent_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("postroad.net.outgoing.STAGGER_SECONDS", 0.01)
    with full_backlog() as port:
        async with served("127.0.0.2", port):
            stream = await connect(["127.0.0.1", "127.0.0.2"], port, timeout=5)
            assert stream.peer[0] == "127.0.0.2"
            stream.abort()


@on_loop
async def test_the_deadline_holds_for_all_attempts_together() -> None:
    with full_backlog() as port, pytest.raises(ConnectFailed, match=r"no answer within 0\.05 s"):
        await connect(["127.0.0.1"], port, timeout=0.05)


@on_loop
async def test_the_source_address_is_the_one_that_was_asked_for() -> None:
    async with served() as port:
        stream = await connect(["127.0.0.1"], port, timeout=5, source="127.0.0.9")
        assert stream.local[0] == "127.0.0.9"
        stream.abort()


@on_loop
async def test_a_source_of_the_other_family_is_left_to_the_system() -> None:
    async with served() as port:
        stream = await connect(["127.0.0.1"], port, timeout=5, source="::1")
        assert stream.local[0] == "127.0.0.1"
        stream.abort()


def test_families_alternate_and_ipv6_comes_first() -> None:
    assert interleave(["6a", "6b"], ["4a", "4b", "4c"]) == ["6a", "4a", "6b", "4b", "4c"]
    assert interleave([], ["4a"]) == ["4a"]
