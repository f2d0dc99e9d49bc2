"""The lab's name server over real sockets, asked by our own resolver and by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import pytest

from postroad.lab.dns import DnsServer, lab_zones, parse_zone, serve_dns
from postroad.lab.plan import Plan
from postroad.net import ListenError, MxHost, Resolver, Status, connect
from postroad.testing.loop import on_loop

HEAD = "$TTL 60\n@ SOA ns.test. hostmaster.test. 1 3600 600 86400 30\n@ NS ns.test.\n"
LONG = 5.0


@asynccontextmanager
async def lab(tmp_path: Path) -> AsyncIterator[tuple[DnsServer, Resolver]]:
    server = await serve_dns(lab_zones(Plan(tmp_path)), "127.0.0.1", 0)
    try:
        yield server, Resolver([server.address])
    finally:
        await server.close()


@on_loop
async def test_the_lab_knows_where_mail_for_its_domains_goes(tmp_path: Path) -> None:
    async with lab(tmp_path) as (_, resolver):
        assert (await resolver.mx("alpha.test")).records == (MxHost(10, "mx.alpha.test"),)
        assert (await resolver.addresses("mx.beta.test")).records == ("127.77.2.1",)
        assert (await resolver.a("mail.alpha.test")).records == ("127.77.1.2",)
        assert (await resolver.txt("beta.test")).records == (b"v=spf1 ip4:127.77.2.1 -all",)


@on_loop
async def test_every_address_of_the_lab_has_its_name(tmp_path: Path) -> None:
    async with lab(tmp_path) as (_, resolver):
        assert (await resolver.ptr("127.77.1.1")).records == ("mx.alpha.test",)
        assert (await resolver.ptr("127.77.66.1")).records == ("evil.test",)
        assert (await resolver.ptr("127.77.9.9")).status is Status.NX_DOMAIN


@on_loop
async def test_the_rest_of_the_world_does_not_exist(tmp_path: Path) -> None:
    async with lab(tmp_path) as (_, resolver):
        assert (await resolver.mx("example.org")).status is Status.NX_DOMAIN
        assert (await resolver.mx("gamma.test")).status is Status.NX_DOMAIN
        assert (await resolver.mx("mail.beta.test")).status is Status.NO_DATA


@on_loop
async def test_another_prefix_moves_every_address(tmp_path: Path) -> None:
    zones = lab_zones(Plan(tmp_path, net="127.78"))
    server = await serve_dns(zones, "127.0.0.1", 0)
    resolver = Resolver([server.address])
    assert (await resolver.a("mx.alpha.test")).records == ("127.78.1.1",)
    assert (await resolver.ptr("127.78.2.2")).records == ("mail.beta.test",)
    await server.close()


@on_loop
async def test_what_does_not_fit_in_a_datagram_comes_over_tcp() -> None:
    long = HEAD + "".join(f'many TXT "{number:03} {"x" * 100}"\n' for number in range(100))
    server = await serve_dns([parse_zone("long.test.", long)], "127.0.0.1", 0)
    query = dns.message.make_query("many.long.test", "TXT", use_edns=0)
    cut = await dns.asyncquery.udp(query, server.address[0], LONG, server.address[1])
    assert cut.flags & dns.flags.TC
    assert len(cut.to_wire()) <= 1232
    assert len((await Resolver([server.address]).txt("many.long.test")).records) == 100
    await server.close()


@on_loop
async def test_several_questions_go_over_one_connection(tmp_path: Path) -> None:
    async with lab(tmp_path) as (server, _):
        stream = await connect([server.address[0]], server.address[1], timeout=LONG)
        queries = [dns.message.make_query(name, "MX") for name in ("alpha.test", "beta.test")]
        wires = [query.to_wire() for query in queries]
        await stream.write(b"".join(len(w).to_bytes(2) + w for w in wires), LONG)
        data = b""
        for query in queries:
            while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2]):
                data += await stream.read(LONG)
            end = 2 + int.from_bytes(data[:2])
            assert query.is_response(dns.message.from_wire(data[2:end]))
            data = data[end:]
        stream.abort()


@on_loop
async def test_zones_can_change_while_it_runs() -> None:
    server = await serve_dns([parse_zone("a.test.", HEAD + "@ A 127.0.0.1\n")], "127.0.0.1", 0)
    assert (await Resolver([server.address]).a("a.test")).records == ("127.0.0.1",)
    server.publish([parse_zone("a.test.", HEAD + "@ A 127.0.0.2\n")])
    assert (await Resolver([server.address]).a("a.test")).records == ("127.0.0.2",)
    await server.close()


@on_loop
async def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    async with lab(tmp_path) as (server, _):
        with pytest.raises(ListenError, match="already in use"):
            await serve_dns([], *server.address)


@on_loop
async def test_a_dead_server_is_a_temporary_failure(tmp_path: Path) -> None:
    async with lab(tmp_path) as (server, _):
        address = server.address
    assert (await Resolver([address], timeout=1).mx("alpha.test")).temporary


def test_what_is_no_query_gets_no_answer_or_an_error() -> None:
    server = DnsServer([])
    assert server.respond(b"", datagram=True) is None
    assert server.respond(b"GET / HTTP/1.1\r\n\r\n", datagram=True) is not None
    response = dns.message.make_response(dns.message.make_query("a.test", "A")).to_wire()
    assert server.respond(response, datagram=True) is None
    broken = dns.message.make_query("a.test", "A").to_wire()[:-3]
    answer = server.respond(broken, datagram=True)
    assert answer is not None
    assert dns.message.from_wire(answer).rcode() == dns.rcode.FORMERR


@on_loop
async def test_a_forged_answer_is_passed_over() -> None:
    """From the right server, but to another question: waiting goes on for the true one."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Liar, local_addr=("127.0.0.1", 0))
    address = transport.get_extra_info("sockname")
    assert (await Resolver([address]).a("a.test")).records == ("192.0.2.1",)
    transport.close()


class Liar(asyncio.DatagramProtocol):
    """Sends rubbish, a wrong id and a wrong name before the answer."""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        other = dns.message.make_query("b.test", "A", id=query.id)
        wrong_id = dns.message.make_query("a.test", "A", id=query.id ^ 1)
        self.transport.sendto(b"\x00rubbish", addr)
        for question, address in ((wrong_id, "6.6.6.6"), (other, "6.6.6.7"), (query, "192.0.2.1")):
            response = dns.message.make_response(question)
            name = question.question[0].name
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "A", address))
            self.transport.sendto(response.to_wire(), addr)
