"""What an authoritative name server answers: a pure function from a query and zones to a response.

The closest zone answers. Aliases are followed through all zones, so a stub resolver gets whole
answers. A name that has nothing but children exists; one without does not, and a SOA says for how
long that holds. There are no wildcards, transfers or updates.

Standards: RFC 1034 §4.3.2 (the algorithm), RFC 2308 §2 (negative answers), RFC 6891 (EDNS),
RFC 8020 (names below nothing), RFC 8482 (ANY)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.SOA
import dns.rrset
import dns.zone

MAX_ALIASES = 8
"""CNAMEs followed in one answer; what is longer is a loop."""

UDP_PAYLOAD = 1232
"""Octets over UDP that no path fragments (DNS flag day 2020); also what we say we can take."""

PLAIN_PAYLOAD = 512
"""RFC 1035 §2.3.4: without EDNS."""

Zones = Mapping[dns.name.Name, dns.zone.Zone]

_REFUSED_TYPES = {dns.rdatatype.AXFR, dns.rdatatype.IXFR}
_FIRST_META_TYPE = 128  # RFC 6895 §3.1: 128-255 are questions and meta types, 255 is ANY


def parse_zone(origin: str, text: str) -> dns.zone.Zone:
    """A zone from master-file text (RFC 1035 §5), names relative to `origin`.

    Raises ValueError when it cannot be read, or has no SOA or NS.
    """
    try:
        return dns.zone.from_text(text, origin=origin, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"zone {origin}: {type(error).__name__} {error}") from None


def by_origin(zones: Sequence[dns.zone.Zone]) -> Zones:
    """Zones as `answer_to` takes them."""
    return {zone.origin: zone for zone in zones if zone.origin is not None}


def answer_to(query: dns.message.Message, zones: Zones) -> dns.message.Message:
    """The response to `query`, complete; cut it to size when it goes over UDP."""
    response = dns.message.make_response(query, recursion_available=True, our_payload=UDP_PAYLOAD)
    if query.edns > 0:
        response.set_rcode(dns.rcode.BADVERS)  # RFC 6891 §6.1.3
    elif query.opcode() != dns.opcode.QUERY:
        response.set_rcode(dns.rcode.NOTIMP)
    elif len(query.question) != 1:
        response.set_rcode(dns.rcode.FORMERR)
    elif not _answerable(query.question[0]):
        response.set_rcode(dns.rcode.REFUSED)
    else:
        _resolve(query.question[0], response, zones)
    return response


def udp_size(query: dns.message.Message) -> int:
    """How many octets the asker takes over UDP (RFC 6891 §6.2.3)."""
    if query.edns < 0:
        return PLAIN_PAYLOAD
    return min(max(query.payload, PLAIN_PAYLOAD), UDP_PAYLOAD)


def _answerable(question: dns.rrset.RRset) -> bool:
    if question.rdclass != dns.rdataclass.IN or question.rdtype in _REFUSED_TYPES:
        return False
    return question.rdtype < _FIRST_META_TYPE or question.rdtype >= dns.rdatatype.ANY


def _resolve(question: dns.rrset.RRset, response: dns.message.Message, zones: Zones) -> None:
    """Fill `response`: records, the aliases on the way, or the SOA that says there are none."""
    name, kind = question.name, question.rdtype
    response.flags |= dns.flags.AA
    for _ in range(MAX_ALIASES + 1):
        zone = _closest(name, zones)
        if zone is None:
            response.set_rcode(dns.rcode.REFUSED)
            response.flags &= ~dns.flags.AA
            return
        found = _records(zone, name, kind)
        response.answer.extend(found)
        if not found:
            if not _exists(name, zone, zones):
                response.set_rcode(dns.rcode.NXDOMAIN)
            _say_how_long(response, zone)
            return
        alias = found[0]
        if alias.rdtype != dns.rdatatype.CNAME or kind in (dns.rdatatype.CNAME, dns.rdatatype.ANY):
            _add_addresses(response, found, zones)
            return
        name = alias[0].target
    response.set_rcode(dns.rcode.SERVFAIL)  # a loop


def _closest(name: dns.name.Name, zones: Zones) -> dns.zone.Zone | None:
    """The zone with the longest origin at or above `name`."""
    while True:
        if (zone := zones.get(name)) is not None:
            return zone
        if name == dns.name.root:
            return None
        name = name.parent()


def _records(
    zone: dns.zone.Zone, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> list[dns.rrset.RRset]:
    """Records of `kind` at `name`, all for ANY, or the alias that stands there instead."""
    node = zone.get_node(name)
    if node is None:
        return []
    wanted = [rds for rds in node if kind in (rds.rdtype, dns.rdatatype.ANY)]
    wanted = wanted or [rds for rds in node if rds.rdtype == dns.rdatatype.CNAME]
    return [dns.rrset.from_rdata_list(name, rds.ttl, list(rds)) for rds in wanted]


def _exists(name: dns.name.Name, zone: dns.zone.Zone, zones: Zones) -> bool:
    """Whether there is something at or below `name`: an empty node exists (RFC 8020 §2)."""
    return any(known.is_subdomain(name) for known in (*zone, *zones))


def _say_how_long(response: dns.message.Message, zone: dns.zone.Zone) -> None:
    """The zone's SOA, with the TTL that the negative answer has (RFC 2308 §3)."""
    origin = zone.origin
    assert origin is not None
    soa = zone.get_rdataset(origin, dns.rdatatype.SOA)
    if soa is not None:
        record = soa[0]
        assert isinstance(record, dns.rdtypes.ANY.SOA.SOA)
        ttl = min(soa.ttl, record.minimum)
        response.authority.append(dns.rrset.from_rdata_list(origin, ttl, [record]))


def _add_addresses(
    response: dns.message.Message, found: Sequence[dns.rrset.RRset], zones: Zones
) -> None:
    """The addresses of hosts that the answer names: the next question (RFC 1035 §3.3.9)."""
    records = [record for rrset in found for record in rrset]
    for record in records:
        if not isinstance(record, dns.rdtypes.ANY.MX.MX):
            continue
        if (zone := _closest(record.exchange, zones)) is not None:
            for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
                here = _records(zone, record.exchange, kind)
                response.additional.extend(rr for rr in here if rr.rdtype == kind)
