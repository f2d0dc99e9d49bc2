"""11. Bad DNS: fuzzed answers, loops of aliases, hostile names, answers without end."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest

from postroad.net import Listener, Resolver, Status, Stream
from postroad.net._limits import ConnectionLimits
from postroad.net.listener import Reception
from postroad.net.resolver import MAX_RECORDS
from postroad.testing.loop import on_loop

Reply = Callable[[bytes], list[bytes]]


class Hostile(asyncio.DatagramProtocol):
    """A name server that answers every datagram with whatever a test wants."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        for answer in self._reply(data):
            self._transport.sendto(answer, addr)  # type: ignore[attr-defined]


@asynccontextmanager
async def hostile(
    reply: Reply, tcp: Callable[[bytes], bytes] = bytes, timeout: float = 0.3
) -> AsyncIterator[Resolver]:
    """A resolver that asks a hostile server; over TCP it says `tcp(query)`."""

    async def say(stream: Stream) -> None:
        await stream.write(tcp((await stream.read(1))[2:]), 1)

    limits = ConnectionLimits(total=10, per_address=10, per_minute=0)
    listener = Listener("127.0.0.1:0", say, Reception(b"", limits))
    await listener.start()
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Hostile(reply), local_addr=listener.address
    )
    yield Resolver([listener.address], timeout=timeout)
    transport.close()
    await listener.drain(1)


def cut(query: bytes) -> list[bytes]:
    """An empty answer that says: come back over TCP."""
    answer = dns.message.make_response(dns.message.from_wire(query))
    answer.flags |= dns.flags.TC
    return [answer.to_wire()]


def response(query: bytes, *records: dns.rrset.RRset) -> bytes:
    answer = dns.message.make_response(dns.message.from_wire(query))
    answer.answer.extend(records)
    return answer.to_wire(max_size=65535)


@on_loop
async def test_fuzzed_answers_give_an_answer_in_time() -> None:
    chance = random.Random(11)

    def fuzz(query: bytes) -> list[bytes]:
        record = dns.rrset.from_text("a.test.", 60, "IN", "MX", "10 mx.a.test.")
        good = bytearray(response(query, record))
        for _ in range(chance.randrange(1, 4)):
            good[chance.randrange(2, len(good))] = chance.randrange(256)
        return [bytes(good[: chance.randrange(2, len(good) + 1)]) for _ in range(50)]

    async with hostile(fuzz, timeout=0.05) as resolver:
        before = time.monotonic()
        kinds = {(await resolver.mx(f"a{number}.test")).status for number in range(40)}
        assert kinds <= set(Status)
        assert time.monotonic() - before < 10


@on_loop
async def test_a_loop_of_aliases_ends() -> None:
    turns = iter(range(1_000_000))

    def alias(query: bytes) -> list[bytes]:
        name = dns.message.from_wire(query).question[0].name
        target = f"x{next(turns)}.test."
        return [response(query, dns.rrset.from_text(name, 60, "IN", "CNAME", target))]

    async with hostile(alias, timeout=5) as resolver:
        answer = await resolver.a("x.test")
        assert answer.temporary and "aliases" in answer.reason
    assert next(turns) < 20


@on_loop
async def test_a_loop_within_one_answer_ends() -> None:
    def loop(query: bytes) -> list[bytes]:
        pairs = [("x.test.", "y.test."), ("y.test.", "x.test.")]
        return [response(query, *(dns.rrset.from_text(a, 60, "IN", "CNAME", b) for a, b in pairs))]

    async with hostile(loop) as resolver:
        assert (await resolver.a("x.test")).temporary


@pytest.mark.parametrize("label", [b"a\r\nRCPT TO:<x>", b"nul\0here", b"q\"'`;{}", b"\xff\xfe"])
def test_names_from_the_wire_never_carry_a_raw_control_octet(label: bytes) -> None:
    name = dns.name.Name([label, b"test", b""])

    def lie(query: bytes) -> list[bytes]:
        question = dns.message.from_wire(query).question[0]
        record = dns.rdata.from_wire(
            dns.rdataclass.IN, dns.rdatatype.PTR, name.to_wire(), 0, len(name.to_wire())
        )
        return [response(query, dns.rrset.from_rdata(question.name, 60, record))]

    @on_loop
    async def run() -> None:
        async with hostile(lie) as resolver:
            (host,) = (await resolver.ptr("192.0.2.1")).records
            assert host.isascii() and host.isprintable()

    run()


@on_loop
async def test_an_answer_with_thousands_of_records_is_bounded() -> None:
    addresses = [f"10.0.{number >> 8}.{number & 255}" for number in range(4000)]

    def flood(query: bytes) -> bytes:
        wire = response(query, dns.rrset.from_text_list("big.test.", 60, "IN", "A", addresses))
        return len(wire).to_bytes(2) + wire

    async with hostile(cut, flood, timeout=5) as resolver:
        assert len((await resolver.a("big.test")).records) == MAX_RECORDS


@pytest.mark.parametrize("tcp", [b"", b"\xff", b"\xff\xffshort", b"\x00\x00", b"\x00\x05hello"])
def test_nonsense_over_tcp_is_a_temporary_failure(tcp: bytes) -> None:
    @on_loop
    async def run() -> None:
        async with hostile(cut, lambda query: tcp) as resolver:
            assert (await resolver.a("a.test")).temporary

    run()


@on_loop
async def test_a_flood_of_wrong_answers_does_not_keep_a_look_up_waiting_for_ever() -> None:
    async with hostile(lambda query: [b"\0\1" + query[2:]] * 100, timeout=0.1) as resolver:
        before = time.monotonic()
        assert (await resolver.a("a.test")).temporary
        assert time.monotonic() - before < 2
