"""The lab's DNS answers as an authoritative name server does, from zones in text."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import pytest

from postroad.lab.dns import answer_to, parse_zone
from postroad.lab.dns._answer import by_origin, udp_size

HEAD = "$TTL 60\n@ SOA ns.test. hostmaster.test. 1 3600 600 86400 30\n@ NS ns.test.\n"
ALPHA = """\
@ MX 10 mx
@ MX 20 mx.beta.test.
mx A 127.0.0.1
mx AAAA ::1
www CNAME mx
far CNAME mx.beta.test.
lost CNAME nowhere.beta.test.
loop CNAME pool
pool CNAME loop
a.deep TXT "down here"
"""
ZONES = by_origin(
    [
        parse_zone(".", HEAD),
        parse_zone("alpha.test.", HEAD + ALPHA),
        parse_zone("beta.test.", HEAD + "mx A 127.0.0.2\n"),
    ]
)


def ask(name: str, kind: str = "A", **how: object) -> dns.message.Message:
    query = dns.message.make_query(name, kind, **how)
    return answer_to(query, ZONES)


def answers(response: dns.message.Message) -> list[str]:
    return [rrset.to_text() for rrset in response.answer]


def test_records_are_answered_with_authority_and_their_addresses() -> None:
    response = ask("alpha.test", "MX")
    assert response.flags & dns.flags.AA
    assert sorted(answers(response)[0].splitlines()) == [
        "alpha.test. 60 IN MX 10 mx.alpha.test.",
        "alpha.test. 60 IN MX 20 mx.beta.test.",
    ]
    extra = sorted(rrset.to_text() for rrset in response.additional)
    assert extra == [
        "mx.alpha.test. 60 IN A 127.0.0.1",
        "mx.alpha.test. 60 IN AAAA ::1",
        "mx.beta.test. 60 IN A 127.0.0.2",
    ]


def test_case_does_not_matter() -> None:
    assert answers(ask("MX.Alpha.TEST")) == ["MX.Alpha.TEST. 60 IN A 127.0.0.1"]


def test_an_alias_is_followed_within_the_zone_and_into_others() -> None:
    assert answers(ask("www.alpha.test"))[1] == "mx.alpha.test. 60 IN A 127.0.0.1"
    assert answers(ask("far.alpha.test"))[1] == "mx.beta.test. 60 IN A 127.0.0.2"


def test_an_alias_to_nothing_says_so() -> None:
    response = ask("lost.alpha.test")
    assert response.rcode() == dns.rcode.NXDOMAIN
    assert answers(response) == ["lost.alpha.test. 60 IN CNAME nowhere.beta.test."]
    assert response.authority[0].name.to_text() == "beta.test."


def test_an_alias_itself_can_be_asked_for() -> None:
    assert answers(ask("www.alpha.test", "CNAME")) == ["www.alpha.test. 60 IN CNAME mx.alpha.test."]


def test_a_loop_of_aliases_ends() -> None:
    assert ask("loop.alpha.test").rcode() == dns.rcode.SERVFAIL


def test_a_name_that_is_not_there_is_denied_with_the_negative_ttl() -> None:
    response = ask("nobody.alpha.test")
    assert response.rcode() == dns.rcode.NXDOMAIN
    (soa,) = response.authority
    assert (soa.name.to_text(), soa.ttl) == ("alpha.test.", 30)


@pytest.mark.parametrize("name", ["mx.alpha.test", "deep.alpha.test", "test"])
def test_a_name_without_such_a_record_exists_also_when_it_only_has_children(name: str) -> None:
    response = ask(name, "SRV")
    assert response.rcode() == dns.rcode.NOERROR
    assert not response.answer
    assert response.authority


def test_all_records_of_a_name_can_be_asked_for() -> None:
    assert len(answers(ask("mx.alpha.test", "ANY"))) == 2


def test_outside_of_all_zones_is_refused() -> None:
    query = dns.message.make_query("example.org", "A")
    response = answer_to(query, {k: v for k, v in ZONES.items() if k.to_text() != "."})
    assert response.rcode() == dns.rcode.REFUSED
    assert not response.flags & dns.flags.AA


def test_transfers_and_other_classes_are_refused() -> None:
    assert ask("alpha.test", "AXFR").rcode() == dns.rcode.REFUSED
    assert ask("alpha.test", "TXT", rdclass=dns.rdataclass.CH).rcode() == dns.rcode.REFUSED


def test_other_operations_are_not_implemented() -> None:
    query = dns.message.make_query("alpha.test", "SOA")
    query.set_opcode(dns.opcode.NOTIFY)
    assert answer_to(query, ZONES).rcode() == dns.rcode.NOTIMP


def test_edns_is_answered_with_edns_and_only_then() -> None:
    assert ask("alpha.test", "MX").edns == -1
    response = ask("alpha.test", "MX", use_edns=0, payload=4096)
    assert (response.edns, response.payload) == (0, 1232)
    assert ask("alpha.test", "MX", use_edns=1).rcode() == dns.rcode.BADVERS


@pytest.mark.parametrize(("payload", "size"), [(None, 512), (100, 512), (900, 900), (65535, 1232)])
def test_the_asker_says_how_much_fits_in_a_datagram(payload: int | None, size: int) -> None:
    how = {} if payload is None else {"use_edns": 0, "payload": payload}
    assert udp_size(dns.message.make_query("a.test", "A", **how)) == size


def test_a_zone_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match=r"zone broken\.test\.: NoSOA"):
        parse_zone("broken.test.", "@ 60 A 127.0.0.1\n@ 60 NS @\n")
    with pytest.raises(ValueError, match=r"zone broken\.test\.: "):
        parse_zone("broken.test.", HEAD + "mx A 127.0.0\n")
