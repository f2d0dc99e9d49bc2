"""A listener serves within its limits, refuses with words, drains, and says why it cannot start."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from postroad.net import (
    ClientTls,
    ConnectionLimits,
    Listener,
    ListenError,
    Reception,
    Stream,
    connect,
    opportunistic_context,
    parse_address,
)
from postroad.net.listener import advice
from postroad.testing.loop import on_loop, until

from .conftest import Pki

LONG = 10.0
REFUSAL = b"421 4.7.0 too many connections, come back later\r\n"


async def echo(stream: Stream) -> None:
    while data := await stream.read(LONG):
        await stream.write(data, LONG)


def reception(**options: Any) -> Reception:
    counts = {"total": 10, "per_address": 10, "per_minute": 0} | options.pop("counts", {})
    return Reception(refusal=REFUSAL, limits=ConnectionLimits(**counts), **options)


Dial = Callable[..., Awaitable[Stream]]


@asynccontextmanager
async def listening(serve: Any = echo, **options: Any) -> AsyncIterator[tuple[Listener, Dial]]:
    """A listener, and a function that connects to it."""
    listener = Listener("127.0.0.1:0", serve, reception(**options))
    await listener.start()
    host, port = listener.address
    clients: list[Stream] = []

    async def dial(**how: Any) -> Stream:
        clients.append(await connect([host], port, timeout=5, **how))
        return clients[-1]

    try:
        yield listener, dial
    finally:
        for client in clients:
            client.abort()
        await listener.drain(LONG)


@on_loop
async def test_every_connection_gets_its_own_task() -> None:
    async with listening() as (listener, dial):
        one, two = await dial(), await dial()
        await two.write(b"2", LONG)
        await one.write(b"1", LONG)
        assert [await one.read(LONG), await two.read(LONG)] == [b"1", b"2"]
        assert listener.sessions == 2


@on_loop
async def test_the_stream_is_closed_when_serve_returns() -> None:
    async def greet(stream: Stream) -> None:
        await stream.write(b"220 hello\r\n", LONG)

    async with listening(greet) as (_, dial):
        client = await dial()
        assert await client.read(LONG) == b"220 hello\r\n"
        assert await client.read(LONG) == b""


@on_loop
async def test_a_session_that_crashes_harms_no_other() -> None:
    async def crash(stream: Stream) -> None:
        if await stream.read(LONG) == b"crash":
            raise ZeroDivisionError
        await stream.write(b"well", LONG)

    async with listening(crash) as (_, dial):
        bad, good = await dial(), await dial()
        await bad.write(b"crash", LONG)
        assert await bad.read(LONG) == b""
        await good.write(b"?", LONG)
        assert await good.read(LONG) == b"well"


@on_loop
async def test_one_connection_too_many_from_an_address_is_refused_with_words() -> None:
    async with listening(counts={"per_address": 1}) as (listener, dial):
        first, second = await dial(), await dial()
        assert await second.read(LONG) == REFUSAL
        assert await second.read(LONG) == b""
        await first.close()
        await until(lambda: listener.sessions == 0)
        third = await dial()
        await third.write(b"now", LONG)
        assert await third.read(LONG) == b"now"


@on_loop
async def test_one_connection_too_many_in_all_is_refused_with_words() -> None:
    async with listening(counts={"total": 1}) as (_, dial):
        await dial()
        assert await (await dial()).read(LONG) == REFUSAL


@on_loop
async def test_a_refused_peer_that_speaks_first_still_reads_why() -> None:
    async with listening(counts={"total": 1}) as (_, dial):
        await dial()
        hasty = await dial()
        await hasty.write(bytes(100_000), LONG)
        assert await hasty.read(LONG) == REFUSAL


@on_loop
async def test_where_tls_comes_first_a_refusal_is_an_alert(pki: Pki) -> None:
    options = {"tls": pki.server(), "implicit_tls": True, "counts": {"total": 1}}
    async with listening(**options) as (_, dial):
        await dial()
        second = await dial(tls=ClientTls(opportunistic_context(), ""))
        with pytest.raises(ConnectionError, match=r"(?i)internal_error"):
            await second.start_tls()


@on_loop
async def test_implicit_tls_is_done_before_serve_begins(pki: Pki) -> None:
    async def tell(stream: Stream) -> None:
        await stream.write(str(stream.tls).encode(), LONG)

    async with listening(tell, tls=pki.server(), implicit_tls=True) as (_, dial):
        client = await dial(tls=pki.client())
        await client.start_tls()
        assert (await client.read(LONG)).startswith(b"TLSv1.3 TLS_")


@on_loop
async def test_a_stranger_to_tls_is_closed_without_a_session(pki: Pki) -> None:
    served: list[Stream] = []

    async def never(stream: Stream) -> None:
        served.append(stream)

    async with listening(never, tls=pki.server(), implicit_tls=True) as (_, dial):
        client = await dial()
        await client.write(b"EHLO plain\r\n", LONG)
        while await client.read(LONG):
            pass
        assert served == []


@on_loop
async def test_a_trusted_proxy_says_who_the_client_is() -> None:
    async def tell(stream: Stream) -> None:
        await stream.write(f"{stream.peer} {await stream.read(LONG)!r}".encode(), LONG)

    proxies = (ipaddress.ip_network("127.0.0.0/8"),)
    async with listening(tell, proxies=proxies) as (_, dial):
        client = await dial()
        await client.write(b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\nEHLO x\r\n", LONG)
        assert await client.read(LONG) == b"('192.0.2.7', 4711) b'EHLO x\\r\\n'"


@on_loop
async def test_a_header_that_comes_in_pieces_is_understood() -> None:
    async def tell(stream: Stream) -> None:
        await stream.write(stream.peer[0].encode(), LONG)

    async with listening(tell, proxies=(ipaddress.ip_network("127.0.0.1"),)) as (listener, dial):
        client = await dial()
        await client.write(b"PROXY TCP4 192.0.2.7 192", LONG)
        await until(lambda: listener.sessions)
        await client.write(b".0.2.1 4711 25\r\n", LONG)
        assert await client.read(LONG) == b"192.0.2.7"


@on_loop
async def test_limits_count_the_client_and_not_the_proxy() -> None:
    proxies = (ipaddress.ip_network("127.0.0.1"),)
    async with listening(counts={"per_address": 1}, proxies=proxies) as (_, dial):
        for last, expected in ((1, b"hi"), (2, b"hi"), (1, REFUSAL)):
            client = await dial()
            line = f"PROXY TCP4 192.0.2.{last} 192.0.2.9 4711 25\r\nhi"
            await client.write(line.encode(), LONG)
            assert await client.read(LONG) == expected


@on_loop
async def test_a_trusted_proxy_without_a_header_is_cut() -> None:
    async with listening(proxies=(ipaddress.ip_network("127.0.0.1"),)) as (_, dial):
        client = await dial()
        await client.write(b"EHLO direct\r\n", LONG)
        assert await client.read(LONG) == b""


@on_loop
async def test_a_stranger_who_sends_a_header_is_not_believed() -> None:
    async with listening() as (_, dial):
        client = await dial()
        await client.write(b"PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n", LONG)
        assert (await client.read(LONG)).startswith(b"PROXY")


@on_loop
async def test_draining_lets_a_busy_session_finish_and_an_idle_one_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("postroad.net.listener.DRAIN_GRACE", 0.02)
    async with listening() as (listener, dial):
        idle, busy = await dial(), await dial()
        await busy.write(b"last words", LONG)
        await until(lambda: listener.sessions == 2)
        assert await listener.drain(LONG) == 0
        assert await busy.read(LONG) == b"last words"
        assert await idle.read(LONG) == b""


@on_loop
async def test_draining_cuts_what_does_not_end_in_time() -> None:
    async def stubborn(stream: Stream) -> None:
        await asyncio.get_running_loop().create_future()

    async with listening(stubborn) as (listener, dial):
        client = await dial()
        await until(lambda: listener.sessions == 1)
        assert await listener.drain(0.01) == 1
        assert await client.read(LONG) == b""
        assert listener.sessions == 0


@on_loop
async def test_after_stop_accepting_nobody_gets_in() -> None:
    async with listening() as (listener, dial):
        client = await dial()
        listener.stop_accepting()
        await asyncio.sleep(0)
        with pytest.raises(ConnectionError):
            await dial()
        await client.write(b"still served", LONG)
        assert await client.read(LONG) == b"still served"


@on_loop
async def test_ipv6_is_listened_on_as_well() -> None:
    listener = Listener("[::1]:0", echo, reception())
    await listener.start()
    client = await connect(["::1"], listener.address[1], timeout=5)
    await client.write(b"six", LONG)
    assert await client.read(LONG) == b"six"
    assert client.peer[0] == "::1"
    client.abort()
    await listener.drain(LONG)


@on_loop
async def test_a_port_in_use_is_explained() -> None:
    async with listening() as (listener, _):
        port = listener.address[1]
        with pytest.raises(ListenError, match=rf"127.0.0.1:{port} is already in use.*ss -ltnp"):
            await Listener(f"127.0.0.1:{port}", echo, reception()).start()


@on_loop
async def test_an_address_of_another_machine_is_explained() -> None:
    with pytest.raises(ListenError, match="no interface of this machine has the address 192"):
        await Listener("192.0.2.250:0", echo, reception()).start()


def test_a_forbidden_port_names_the_capability() -> None:
    text = advice("127.0.0.1", 25, OSError(errno.EACCES, "Permission denied"))
    assert "127.0.0.1:25" in text and "CAP_NET_BIND_SERVICE" in text


@pytest.mark.parametrize("text", ["", "25", "localhost:25", "127.0.0.1", "::1:25", "1.2.3.4:99999"])
def test_what_is_no_address_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(ListenError, match=r"write 127\.0\.0\.1:2525 or \[::1\]:2525"):
        parse_address(text)


def test_addresses_are_read_in_both_families() -> None:
    assert parse_address("127.0.0.1:25") == ("127.0.0.1", 25)
    assert parse_address("[2001:db8::1]:587") == ("2001:db8::1", 587)


def test_tls_from_the_first_byte_needs_a_certificate() -> None:
    with pytest.raises(ValueError, match="certificate"):
        reception(implicit_tls=True)
