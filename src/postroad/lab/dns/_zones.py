"""The zones of the lab: a root, a top-level domain, the organisations, and the way back.

The root makes every other name on earth not exist here, so nothing in a lab waits for the world.

Standards: RFC 5321 §5 (MX), RFC 7208 (SPF), RFC 6186 and RFC 8314 §5.1 (SRV for clients)
"""

from __future__ import annotations

import dns.zone

from postroad.lab.dns._answer import parse_zone
from postroad.lab.plan import IMAP, IMAPS, POP3, POP3S, SUBMISSION, SUBMISSIONS, Host, Plan

TTL = 60
"""Seconds: long enough to see a cache at work, short enough to try things out."""

_HEAD = """\
$TTL {ttl}
@ SOA ns.lab.test. hostmaster.lab.test. 1 3600 600 86400 {ttl}
@ NS ns.lab.test.
"""

_ORGANISATION = """\
@ MX 10 {border.name}.
@ TXT "v=spf1 ip4:{border.address} -all"
_submission._tcp SRV 0 1 {submission} {inner.name}.
_submissions._tcp SRV 0 1 {submissions} {inner.name}.
_imap._tcp SRV 0 1 {imap} {inner.name}.
_imaps._tcp SRV 0 1 {imaps} {inner.name}.
_pop3._tcp SRV 10 1 {pop3} {inner.name}.
_pop3s._tcp SRV 0 1 {pop3s} {inner.name}.
"""

_EVIL = """\
@ A {address}
@ MX 10 evil.test.
@ TXT "v=spf1 ip4:{address} -all"
"""


def lab_zones(plan: Plan) -> tuple[dns.zone.Zone, ...]:
    """All zones of `plan`."""
    domains = sorted({host.domain for host in plan.hosts})
    return (
        parse_zone(".", _head() + "test. NS ns.lab.test.\n"),
        parse_zone("test.", _head() + f"ns.lab A {plan.dns[0]}\n"),
        *(parse_zone(f"{domain}.", _head() + _organisation(plan, domain)) for domain in domains),
        parse_zone("evil.test.", _head() + _EVIL.format(address=plan.stranger)),
        _reverse(plan),
    )


def _head() -> str:
    return _HEAD.format(ttl=TTL)


def _organisation(plan: Plan, domain: str) -> str:
    """Border and inner server, and where clients find them."""
    hosts = [host for host in plan.hosts if host.domain == domain]
    addresses = "".join(f"{host.name}. A {host.address}\n" for host in hosts)
    border: Host = next(host for host in hosts if host.border)
    ports = {
        "submission": SUBMISSION,
        "submissions": SUBMISSIONS,
        "imap": IMAP,
        "imaps": IMAPS,
        "pop3": POP3,
        "pop3s": POP3S,
    }
    return addresses + _ORGANISATION.format(border=border, inner=plan.inner(domain), **ports)


def _reverse(plan: Plan) -> dns.zone.Zone:
    """The names of all addresses."""
    names = {host.address: host.name for host in plan.hosts}
    names |= {plan.dns[0]: "ns.lab.test", plan.stranger: "evil.test"}
    records = [f"{_backwards(address)} PTR {name}.\n" for address, name in names.items()]
    return parse_zone(_backwards(plan.net), _head() + "".join(records))


def _backwards(address: str) -> str:
    """`127.77` as 77.127.in-addr.arpa. (RFC 1035 §3.5)"""
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa."
