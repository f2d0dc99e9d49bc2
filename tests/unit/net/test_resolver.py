"""The resolver follows, remembers, shares, retries and gives up, each in its measure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from postroad.net import Answer, MxHost, Resolver, Status, is_null_mx
from postroad.net._dns_cache import NEGATIVE_SECONDS, POSITIVE_SECONDS, DnsCache
from postroad.net.resolver import Exchange, Server, parse_nameserver, system_nameservers
from postroad.testing.loop import on_loop

SOA = "ns.alpha.test. hostmaster.alpha.test. 1 3600 600 86400 {minimum}"
ONE: Server = ("127.0.0.1", 53)
TWO: Server = ("127.0.0.2", 53)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Servers:
    """Name servers that answer from a script: "name type" to record texts, or what to raise."""

    def __init__(self, script: dict[str, list[str] | Exception | str]) -> None:
        self.script = script
        self.asked: list[str] = []

    async def __call__(
        self, query: dns.message.Message, server: Server, timeout: float
    ) -> dns.message.Message:
        question = query.question[0]
        key = f"{question.name.to_text(omit_final_dot=True)} {question.rdtype.name}"
        self.asked.append(f"{server[0]} {key}")
        await asyncio.sleep(0)
        planned = self.script.get(f"{server[0]} {key}", self.script.get(key, "NXDOMAIN"))
        if isinstance(planned, Exception):
            raise planned
        return answer_to(query, planned)


def answer_to(query: dns.message.Message, planned: list[str] | str) -> dns.message.Message:
    """`planned`: record texts (SOA and NS go to the authority section), or a response code."""
    response = dns.message.make_response(query)
    if isinstance(planned, str):
        response.set_rcode(dns.rcode.from_text(planned.split()[0]))
        planned = [f"alpha.test. 900 SOA {SOA.format(minimum=300)}"]
    for record in planned:
        name, ttl, kind, data = record.split(" ", 3)
        rrset = dns.rrset.from_text(name, int(ttl), "IN", kind, data)
        place = response.authority if kind in ("SOA", "NS") else response.answer
        place.append(rrset)
    return dns.message.from_wire(response.to_wire())


def resolver(
    script: dict[str, list[str] | Exception | str],
    clock: Callable[[], float] | None = None,
    servers: tuple[Server, ...] = (ONE,),
) -> tuple[Resolver, Servers]:
    answers = Servers(script)
    return Resolver(servers, ask=answers, clock=clock or Clock()), answers


@on_loop
async def test_mail_exchanges_come_best_first() -> None:
    records = ["alpha.test. 60 MX 20 B.alpha.test.", "alpha.test. 60 MX 10 a.alpha.test."]
    asker, _ = resolver({"alpha.test MX": records})
    answer = await asker.mx("Alpha.TEST.")
    assert answer.found
    assert answer.records == (MxHost(10, "a.alpha.test"), MxHost(20, "b.alpha.test"))


@on_loop
async def test_a_null_mx_is_recognised() -> None:
    asker, _ = resolver({"null.test MX": ["null.test. 60 MX 0 ."]})
    assert is_null_mx(await asker.mx("null.test"))


@on_loop
async def test_addresses_of_both_families_come_interleaved() -> None:
    script: dict[str, list[str] | Exception | str] = {
        "mx.test A": ["mx.test. 60 A 192.0.2.1", "mx.test. 60 A 192.0.2.2"],
        "mx.test AAAA": ["mx.test. 60 AAAA 2001:db8::1"],
    }
    asker, _ = resolver(script)
    found = await asker.addresses("mx.test")
    assert found.records == ("2001:db8::1", "192.0.2.1", "192.0.2.2")


@on_loop
async def test_a_failure_of_one_family_does_not_hide_the_other() -> None:
    asker, _ = resolver({"mx.test A": ["mx.test. 60 A 192.0.2.1"], "mx.test AAAA": "SERVFAIL"})
    assert (await asker.addresses("mx.test")).records == ("192.0.2.1",)
    asker, _ = resolver({"mx.test A": "NOERROR", "mx.test AAAA": "SERVFAIL"})
    assert (await asker.addresses("mx.test")).temporary


@on_loop
async def test_names_of_an_address_are_found_in_both_families() -> None:
    asker, answers = resolver(
        {"1.2.0.192.in-addr.arpa PTR": ["1.2.0.192.in-addr.arpa. 9 PTR MX.t."]}
    )
    assert (await asker.ptr("192.0.2.1")).records == ("mx.t",)
    assert (await asker.ptr("2001:db8::1")).status is Status.NX_DOMAIN
    assert answers.asked[-1].endswith(".8.b.d.0.1.0.0.2.ip6.arpa PTR")


@on_loop
async def test_strings_of_a_text_record_are_joined() -> None:
    asker, _ = resolver({"alpha.test TXT": ['alpha.test. 60 TXT "v=spf1 a:b" ".test -all"']})
    assert (await asker.txt("alpha.test")).records == (b"v=spf1 a:b.test -all",)


@on_loop
async def test_no_such_domain_and_no_such_record_are_different() -> None:
    asker, _ = resolver({"a.test MX": "NOERROR", "b.test MX": "NXDOMAIN"})
    assert (await asker.mx("a.test")).status is Status.NO_DATA
    assert (await asker.mx("b.test")).status is Status.NX_DOMAIN
    assert "does not exist" in (await asker.mx("b.test")).reason


@on_loop
async def test_an_answer_is_remembered_for_its_ttl() -> None:
    clock = Clock()
    asker, answers = resolver({"a.test A": ["a.test. 60 A 192.0.2.1"]}, clock)
    await asker.a("a.test")
    clock.now += 59
    await asker.a("A.test")
    assert len(answers.asked) == 1
    clock.now += 1
    await asker.a("a.test")
    assert len(answers.asked) == 2


@on_loop
async def test_a_negative_answer_is_remembered_by_its_soa() -> None:
    clock = Clock()
    asker, answers = resolver({"a.test A": "NXDOMAIN"}, clock)
    await asker.a("a.test")
    clock.now += 299  # the SOA's minimum is 300, below its TTL of 900
    assert (await asker.a("a.test")).status is Status.NX_DOMAIN
    assert len(answers.asked) == 1
    clock.now += 1
    await asker.a("a.test")
    assert len(answers.asked) == 2


@on_loop
async def test_a_negative_answer_without_soa_is_not_remembered() -> None:
    asker, answers = resolver({"a.test A": []})
    assert (await asker.a("a.test")).status is Status.NO_DATA
    await asker.a("a.test")
    assert len(answers.asked) == 2


@on_loop
async def test_a_failure_is_remembered_for_a_second_only() -> None:
    clock = Clock()
    asker, answers = resolver({"a.test A": "SERVFAIL"}, clock)
    assert (await asker.a("a.test")).temporary
    await asker.a("a.test")
    assert len(answers.asked) == 1
    clock.now += 1
    await asker.a("a.test")
    assert len(answers.asked) == 2


@on_loop
async def test_many_who_ask_at_once_share_one_question() -> None:
    asker, answers = resolver({"a.test A": ["a.test. 0 A 192.0.2.1"]})
    all_answers = await asyncio.gather(*(asker.a("a.test") for _ in range(100)))
    assert {answer.records for answer in all_answers} == {("192.0.2.1",)}
    assert len(answers.asked) == 1


@on_loop
async def test_one_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    asker, _ = resolver({"a.test A": ["a.test. 0 A 192.0.2.1"]})
    first = asyncio.ensure_future(asker.a("a.test"))
    second = asyncio.ensure_future(asker.a("a.test"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).found


@on_loop
async def test_an_alias_is_followed_within_a_response() -> None:
    records = ["www.test. 60 CNAME mx.test.", "mx.test. 30 A 192.0.2.1"]
    asker, _ = resolver({"www.test A": records})
    answer = await asker.a("www.test")
    assert (answer.records, answer.canonical) == (("192.0.2.1",), "mx.test")


@on_loop
async def test_an_alias_is_followed_by_another_question() -> None:
    script: dict[str, list[str] | Exception | str] = {
        "www.test A": ["www.test. 60 CNAME mx.test."],
        "mx.test A": ["mx.test. 30 A 192.0.2.1"],
    }
    asker, answers = resolver(script)
    assert (await asker.a("www.test")).records == ("192.0.2.1",)
    assert len(answers.asked) == 2


@on_loop
async def test_a_server_that_fails_is_passed_over_and_asked_last_from_then_on() -> None:
    script: dict[str, list[str] | Exception | str] = {
        "127.0.0.1 a.test A": TimeoutError(),
        "127.0.0.2 a.test A": ["a.test. 0 A 192.0.2.1"],
        "127.0.0.2 b.test A": ["b.test. 0 A 192.0.2.2"],
    }
    asker, answers = resolver(script, servers=(ONE, TWO))
    assert (await asker.a("a.test")).found
    assert (await asker.a("b.test")).found
    assert [line.split()[0] for line in answers.asked] == ["127.0.0.1", "127.0.0.2", "127.0.0.2"]


@on_loop
async def test_a_lost_datagram_is_asked_again_and_an_unreachable_server_is_named() -> None:
    asker, answers = resolver({"a.test A": TimeoutError()})
    assert "127.0.0.1 did not answer" in (await asker.a("a.test")).reason
    assert len(answers.asked) == 3
    asker, answers = resolver({"a.test A": ConnectionRefusedError("refused")})
    assert "127.0.0.1: refused" in (await asker.a("a.test")).reason
    assert len(answers.asked) == 1


@on_loop
async def test_a_look_up_ends_by_its_deadline() -> None:
    async def silent(*_: object) -> dns.message.Message:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    ask: Exchange = silent
    answer = await Resolver([ONE], timeout=0.02, ask=ask).a("a.test")
    assert answer.temporary
    assert "within 0.02 s" in answer.reason


@on_loop
async def test_a_referral_is_no_answer() -> None:
    asker, _ = resolver({"a.test A": ["test. 60 NS ns.test."]})
    answer = await asker.a("a.test")
    assert answer.temporary
    assert "referral" in answer.reason


@on_loop
async def test_what_is_no_domain_name_does_not_exist() -> None:
    asker, answers = resolver({})
    for name in ("a..test", "x" * 64 + ".test", ".".join(["label"] * 50), "\ud800.test"):
        assert (await asker.a(name)).status is Status.NX_DOMAIN
    assert answers.asked == []


@on_loop
async def test_closing_gives_up_open_questions() -> None:
    async def silent(*_: object) -> dns.message.Message:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    asker = Resolver([ONE], ask=silent)
    waiting = asyncio.ensure_future(asker.a("a.test"))
    await asyncio.sleep(0)
    await asker.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_name_servers_of_the_system_are_read(tmp_path: Path) -> None:
    conf = tmp_path / "resolv.conf"
    conf.write_text(
        "# none\nsearch test\nnameserver 192.0.2.53\nnameserver ::1\nnameserver rubbish\n"
    )
    assert system_nameservers(conf) == [("192.0.2.53", 53), ("::1", 53)]
    assert system_nameservers(tmp_path / "missing") == [("127.0.0.1", 53)]


def test_name_servers_are_written_with_or_without_port() -> None:
    assert parse_nameserver("127.77.0.53:2053") == ("127.77.0.53", 2053)
    assert parse_nameserver("[::1]:5353") == ("::1", 5353)
    assert parse_nameserver("2001:db8::53") == ("2001:db8::53", 53)
    with pytest.raises(ValueError, match="not a name server"):
        parse_nameserver("dns.example")


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    cache = DnsCache(entries=2)
    kept = Answer[Any](Status.NO_DATA)
    for name in ("a", "b"):
        cache.put((name, "A"), kept, 60, 0)
    cache.get(("a", "A"), 1)
    cache.put(("c", "A"), kept, 60, 1)
    assert [cache.get((name, "A"), 2) is not None for name in "abc"] == [True, False, True]


def test_no_answer_is_believed_for_longer_than_its_bound() -> None:
    cache = DnsCache()
    cache.put(("a", "A"), Answer(Status.FOUND), 10**9, 0)
    cache.put(("b", "A"), Answer(Status.NX_DOMAIN), 10**9, 0)
    cache.put(("c", "A"), Answer(Status.FOUND), 0, 0)
    assert len(cache) == 2
    assert cache.get(("b", "A"), NEGATIVE_SECONDS) is None
    assert cache.get(("a", "A"), POSITIVE_SECONDS - 1) is not None
    assert cache.get(("a", "A"), POSITIVE_SECONDS) is None


class BeforeEdns(asyncio.DatagramProtocol):
    """A name server that knows no EDNS."""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = answer_to(query, "FORMERR" if query.edns >= 0 else ["a.test. 9 A 192.0.2.1"])
        self.transport.sendto(answer.to_wire(), addr)


@on_loop
async def test_a_server_from_before_edns_is_asked_again_without() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(BeforeEdns, local_addr=("127.0.0.1", 0))
    address = transport.get_extra_info("sockname")
    assert (await Resolver([address]).a("a.test")).records == ("192.0.2.1",)
    transport.close()
