"""21. Handshake floods and slow peers: caps, deadlines, and others who are still served."""

from __future__ import annotations

import datetime
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from postroad.lab.authority import Authority, CertificateFiles
from postroad.net import (
    ClientTls,
    ConnectionLimits,
    Listener,
    Reception,
    ServerTls,
    Stream,
    connect,
    opportunistic_context,
)
from postroad.testing.loop import on_loop, until

NOW = datetime.datetime.now(datetime.UTC)
REFUSAL = b"421 4.7.0 too many connections\r\n"
FLOOD = 1000
PER_ADDRESS = 20


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ServerTls:
    base = tmp_path_factory.mktemp("flood")
    files = CertificateFiles(base / "mx.crt", base / "mx.key")
    Authority.open(base, NOW).issue(files, ["mx.alpha.test"], NOW)
    return ServerTls(files.certificate, files.key)


async def echo(stream: Stream) -> None:
    while data := await stream.read(60):
        await stream.write(data, 60)


@asynccontextmanager
async def listening(
    tls: ServerTls | None = None, *, per_minute: int = 0
) -> AsyncIterator[tuple[Listener, list[Stream]]]:
    """A listener, and a list for the clients that are to be cut at the end."""
    limits = ConnectionLimits(total=5000, per_address=PER_ADDRESS, per_minute=per_minute)
    reception = Reception(REFUSAL, limits, tls, implicit_tls=tls is not None)
    listener, clients = Listener("127.0.0.1:0", echo, reception), list[Stream]()
    await listener.start()
    try:
        yield listener, clients
    finally:
        for client in clients:
            client.abort()
        await listener.drain(5)


async def dial(
    listener: Listener, clients: list[Stream], source: str = "127.0.0.1", tls: bool = False
) -> Stream:
    upgrade = ClientTls(opportunistic_context(), "") if tls else None
    port = listener.address[1]
    clients.append(await connect(["127.0.0.1"], port, timeout=20, tls=upgrade, source=source))
    return clients[-1]


async def is_served(client: Stream) -> bool:
    await client.write(b"hello", 5)
    return await client.read(20) == b"hello"


@on_loop
async def test_a_thousand_idle_connections_leave_room_for_others() -> None:
    async with listening() as (listener, clients):
        flood = [await dial(listener, clients) for _ in range(FLOOD)]
        assert listener.sessions == PER_ADDRESS
        assert await is_served(await dial(listener, clients, "127.0.0.2"))
        refused = [stream for stream in flood if stream.pending()]
        assert len(refused) == FLOOD - PER_ADDRESS
        assert {await stream.read(1) for stream in refused} == {REFUSAL}


@on_loop
async def test_connections_that_come_too_fast_are_refused() -> None:
    async with listening(per_minute=5) as (listener, clients):
        for _ in range(5):
            client = await dial(listener, clients)
            assert await is_served(client)
            await client.close()
        assert await (await dial(listener, clients)).read(5) == REFUSAL
        assert await is_served(await dial(listener, clients, "127.0.0.2"))


@on_loop
async def test_half_open_handshakes_do_not_keep_others_out(tls: ServerTls) -> None:
    async with listening(tls) as (listener, clients):
        for last in range(2, 12):
            for _ in range(PER_ADDRESS):
                half = await dial(listener, clients, f"127.0.0.{last}")
                await half.write(b"\x16\x03\x01\x02\x00\x01\x00", 5)
        before = time.monotonic()
        client = await dial(listener, clients, tls=True)
        await client.start_tls()
        assert await is_served(client)
        assert time.monotonic() - before < 2


@on_loop
async def test_a_handshake_that_trickles_ends_by_its_deadline(
    tls: ServerTls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("postroad.net.stream.HANDSHAKE_SECONDS", 0.1)
    async with listening(tls) as (listener, clients):
        client = await dial(listener, clients)
        with pytest.raises(ConnectionError):
            while True:
                await client.write(b"\x16", 5)
                if not await client_pause(client):
                    raise ConnectionResetError
        await until(lambda: listener.sessions == 0)


async def client_pause(client: Stream) -> bool:
    """A little later; False when the server has closed."""
    try:
        return await client.read(0.01) != b""
    except TimeoutError:
        return True


@on_loop
async def test_a_refusal_costs_no_handshake(tls: ServerTls) -> None:
    async with listening(tls) as (listener, clients):
        idle = [await dial(listener, clients) for _ in range(PER_ADDRESS)]
        await until(lambda: listener.sessions == len(idle))
        refused = await dial(listener, clients)
        assert (await refused.read(5))[:1] == b"\x15"  # an alert, in clear


@on_loop
async def test_an_idle_connection_costs_little_memory() -> None:
    async with listening() as (listener, clients):
        before = resident()
        for number in range(500):
            await dial(listener, clients, f"127.0.1.{number // PER_ADDRESS}")
        await until(lambda: listener.sessions == 500)
        assert (resident() - before) / 500 < 40_000  # both ends together


def resident() -> int:
    """Octets of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
