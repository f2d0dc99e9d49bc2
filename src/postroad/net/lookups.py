"""What a station asks the DNS, and the four kinds of answer it gets.

Every look-up returns an Answer; none raises for what the DNS says or fails to say. "There is no
such record" and "nobody could tell" are different answers: only the first is final.

Standards: RFC 1035, RFC 2308 (NXDOMAIN and NODATA), RFC 5321 §5.1 (MX), RFC 7505 (null MX)
"""

from __future__ import annotations

import asyncio
import ipaddress
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import dns.name
import dns.rdata
import dns.rdatatype
import dns.reversename
import msgspec

from postroad.net.outgoing import interleave

T = TypeVar("T")


class Status(StrEnum):
    """The kind of an answer. The first three are what the DNS holds; the last, that it is mute."""

    FOUND = "found"
    NO_DATA = "no data"  # the name exists, without records of this type
    NX_DOMAIN = "no such domain"
    TEMPORARY_FAILURE = "temporary failure"


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """`records` is empty unless FOUND. `reason` says in words why, when not FOUND.

    `canonical` is the name that the records belong to, after CNAMEs.
    """

    status: Status
    records: tuple[T, ...] = ()
    reason: str = ""
    canonical: str = ""

    @property
    def found(self) -> bool:
        """Whether there is at least one record."""
        return self.status is Status.FOUND

    @property
    def temporary(self) -> bool:
        """Whether asking again later may give another answer than now."""
        return self.status is Status.TEMPORARY_FAILURE


@dataclass(frozen=True, slots=True, order=True)
class MxHost:
    """One MX record; `exchange` is lower-case without the final dot, "" for the root."""

    preference: int
    exchange: str


MxAnswer = Answer[MxHost]
Records = Answer[dns.rdata.Rdata]


def is_null_mx(answer: MxAnswer) -> bool:
    """Whether the domain says that it takes no mail: a single MX to the root (RFC 7505 §3)."""
    return len(answer.records) == 1 and answer.records[0].exchange == ""


class Lookups(ABC):
    """The typed look-ups over one generic `query`."""

    @abstractmethod
    async def query(self, name: str, rdtype: str) -> Records:
        """Records of type `rdtype` ("MX", "TXT" …) at `name`, CNAMEs followed."""

    async def mx(self, name: str) -> MxAnswer:
        """Mail exchanges, best preference first; equals in no particular order."""
        answer = await self.query(name, "MX")
        hosts = (MxHost(rr.preference, text_of(rr.exchange)) for rr in _any(answer))
        return _with(answer, tuple(sorted(hosts, key=lambda host: host.preference)))

    async def a(self, name: str) -> Answer[str]:
        """IPv4 addresses as text."""
        answer = await self.query(name, "A")
        return _with(answer, tuple(rr.address for rr in _any(answer)))

    async def aaaa(self, name: str) -> Answer[str]:
        """IPv6 addresses as text."""
        answer = await self.query(name, "AAAA")
        return _with(answer, tuple(rr.address for rr in _any(answer)))

    async def addresses(self, name: str) -> Answer[str]:
        """All addresses in the order to try them (RFC 8305 §4), both types asked at once.

        A failure of one type does not hide the addresses of the other.
        """
        ipv6, ipv4 = await asyncio.gather(self.aaaa(name), self.a(name))
        if ipv6.found or ipv4.found:
            both = interleave(ipv6.records, ipv4.records)
            canonical = ipv4.canonical or ipv6.canonical
            return Answer(Status.FOUND, tuple(both), canonical=canonical)
        return ipv6 if ipv6.temporary else ipv4

    async def ptr(self, address: str) -> Answer[str]:
        """Names that the reverse zone gives for an IP address, lower-case without final dot.

        Raises ValueError when `address` is not an IP address.
        """
        ip = ipaddress.ip_address(address.partition("%")[0])
        answer = await self.query(dns.reversename.from_address(str(ip)).to_text(), "PTR")
        return _with(answer, tuple(text_of(rr.target) for rr in _any(answer)))

    async def txt(self, name: str) -> Answer[bytes]:
        """TXT records, the strings of each joined without space (RFC 7208 §3.3)."""
        answer = await self.query(name, "TXT")
        return _with(answer, tuple(b"".join(rr.strings) for rr in _any(answer)))


def text_of(name: dns.name.Name) -> str:
    """A domain name as the stations write it: lower-case, no final dot, "" for the root."""
    text = name.to_text(omit_final_dot=True).lower()
    return "" if text == "." else text


def _any(answer: Records) -> tuple[Any, ...]:
    """The records as dnspython's own classes, whose fields differ by type."""
    return answer.records


def _with(answer: Records, records: tuple[T, ...]) -> Answer[T]:
    return Answer(answer.status, records, answer.reason, answer.canonical)
