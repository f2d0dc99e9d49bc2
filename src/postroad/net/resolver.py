"""The stub resolver: asks the configured name servers, remembers, and answers within a deadline.

The same question asked by many at once is sent once. A look-up that fails says so as an answer.

Standards: RFC 1034 §5.3.1 (stub resolver), RFC 2308 (negative caching), RFC 5452 (forgery)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from postroad.net._dns_cache import FAILURE_SECONDS, DnsCache, Key
from postroad.net._dns_exchange import UDP_PAYLOAD, exchange
from postroad.net.errors import ListenError
from postroad.net.listener import parse_address
from postroad.net.lookups import Answer, Lookups, Records, Status, text_of

TIMEOUT_SECONDS = 10.0
"""One look-up with all its retries; a peer waits five minutes for a reply (RFC 5321 §4.5.3.2)."""

ATTEMPT_SECONDS = (1.5, 3.0, 6.0)
"""How long one server may take in the first, second and third round of asking them all."""

MAX_ALIASES = 8
"""CNAMEs followed from answer to answer; more are a loop or a mistake (BIND stops at 16)."""

QUERIES_AT_ONCE = 200
"""Open questions, each with a socket of its own."""

MAX_RECORDS = 256
"""Records taken from one answer: more than any mail set-up has; a bound for who sends 64 KiB."""

RESOLV_CONF = Path("/etc/resolv.conf")

Server = tuple[str, int]
Exchange = Callable[[dns.message.Message, Server, float], Awaitable[dns.message.Message]]


class Resolver(Lookups):
    """Look-ups over the network. One for a process; `close` it at the end."""

    def __init__(
        self,
        nameservers: Sequence[Server],
        *,
        timeout: float = TIMEOUT_SECONDS,
        cache: DnsCache | None = None,
        clock: Callable[[], float] = time.monotonic,
        ask: Exchange = exchange,
    ) -> None:
        """`nameservers`: (address, port), the preferred first. `timeout`: s for one look-up."""
        if not nameservers:
            raise ValueError("no name server to ask")
        self._servers = list(nameservers)
        self._timeout = timeout
        self._cache = cache if cache is not None else DnsCache()
        self._clock = clock
        self._ask = ask
        self._flights: dict[Key, asyncio.Task[Records]] = {}
        self._slots = asyncio.Semaphore(QUERIES_AT_ONCE)

    async def query(self, name: str, rdtype: str) -> Records:
        """See Lookups. Raises ValueError for a type that does not exist."""
        key = (name.lower().rstrip("."), rdtype)
        cached = self._cache.get(key, self._clock())
        if cached is not None:
            return cached
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.ensure_future(self._look_up(key))
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return await asyncio.shield(flight)

    async def close(self) -> None:
        """Give up all open questions; who waits for one is cancelled."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _look_up(self, key: Key) -> Records:
        """Ask, follow aliases, remember."""
        name, rdtype = key
        kind = dns.rdatatype.from_text(rdtype)
        try:
            wanted = dns.name.from_text(name)
        except (dns.exception.DNSException, ValueError):  # too long, an empty label, bad IDNA
            return Answer(Status.NX_DOMAIN, reason=f"{name!r} is not a domain name")
        try:
            async with asyncio.timeout(self._timeout), self._slots:
                answer, ttl = await self._follow(wanted, kind)
        except TimeoutError:
            reason = f"no name server answered for {name} {rdtype} within {self._timeout:g} s"
            answer, ttl = Answer(Status.TEMPORARY_FAILURE, reason=reason), FAILURE_SECONDS
        self._cache.put(key, answer, ttl, self._clock())
        return answer

    async def _follow(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> tuple[Records, float]:
        """The answer for `name`, also when a server only says that it is an alias."""
        shortest = float("inf")
        for _ in range(MAX_ALIASES + 1):
            response = await self._ask_servers(name, kind)
            if isinstance(response, str):
                return Answer(Status.TEMPORARY_FAILURE, reason=response), FAILURE_SECONDS
            answer, ttl, alias = read_response(response)
            shortest = min(shortest, ttl)
            if alias is None:
                return answer, shortest
            name = alias
        reason = f"more than {MAX_ALIASES} aliases, or a loop of them, up to {text_of(name)}"
        return Answer(Status.TEMPORARY_FAILURE, reason=reason), FAILURE_SECONDS

    async def _ask_servers(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> dns.message.QueryMessage | str:
        """The first usable response, or why there is none. Each round is more patient."""
        failures: dict[str, None] = {}
        for patience in ATTEMPT_SECONDS:
            for server in tuple(self._servers):
                query = dns.message.make_query(name, kind, use_edns=0, payload=UDP_PAYLOAD)
                try:
                    response = await self._ask(query, server, patience)
                except TimeoutError:
                    failures[f"{server[0]} did not answer"] = None
                except (OSError, dns.exception.DNSException) as error:
                    failures[f"{server[0]}: {error}"] = None
                else:
                    if response.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                        assert isinstance(response, dns.message.QueryMessage)
                        return response
                    failures[f"{server[0]}: {dns.rcode.to_text(response.rcode())}"] = None
                self._demote(server)
            if not any("did not answer" in text for text in failures):
                break  # they answered, and would say the same again
        return f"{text_of(name)} {kind.name}: " + "; ".join(failures)

    def _demote(self, server: Server) -> None:
        """Ask this one last from now on."""
        self._servers.remove(server)
        self._servers.append(server)


def read_response(
    response: dns.message.QueryMessage,
) -> tuple[Records, float, dns.name.Name | None]:
    """The answer in a NOERROR or NXDOMAIN response, its TTL in s, and the alias still to follow."""
    try:
        chain = response.resolve_chaining()
    except (dns.exception.DNSException, ValueError) as error:  # a loop within one message
        reason = f"the answer makes no sense: {error}"
        return Answer(Status.TEMPORARY_FAILURE, reason=reason), FAILURE_SECONDS, None
    canonical = text_of(chain.canonical_name)
    if chain.answer is not None:
        records = tuple(chain.answer)[:MAX_RECORDS]
        return Answer(Status.FOUND, records, canonical=canonical), chain.minimum_ttl, None
    soa = any(rrset.rdtype == dns.rdatatype.SOA for rrset in response.authority)
    ttl = float(chain.minimum_ttl) if soa else 0.0  # RFC 2308 §5: no SOA, no caching
    if response.rcode() == dns.rcode.NXDOMAIN:
        reason = f"{canonical} does not exist"
        return Answer(Status.NX_DOMAIN, reason=reason, canonical=canonical), ttl, None
    if chain.cnames and not soa:
        return Answer(Status.NO_DATA), float(chain.minimum_ttl), chain.canonical_name
    if not soa and any(rrset.rdtype == dns.rdatatype.NS for rrset in response.authority):
        reason = f"the name server knows {canonical} only by referral"  # RFC 2308 §2.2: no answer
        return Answer(Status.TEMPORARY_FAILURE, reason=reason), FAILURE_SECONDS, None
    kind = dns.rdatatype.to_text(response.question[0].rdtype)
    reason = f"{canonical} has no {kind} record"
    return Answer(Status.NO_DATA, reason=reason, canonical=canonical), ttl, None


def parse_nameserver(text: str) -> Server:
    """`127.0.0.1:53`, `[::1]:53`, or an address alone. Raises ValueError."""
    for form in (text, f"{text}:53", f"[{text}]:53"):
        try:
            return parse_address(form)
        except ListenError:
            continue
    raise ValueError(f"{text!r} is not a name server; write 127.0.0.1:53 or [::1]:53")


def system_nameservers(resolv_conf: Path = RESOLV_CONF) -> list[Server]:
    """Those of /etc/resolv.conf; 127.0.0.1 when it has none, as resolv.conf(5) says."""
    try:
        lines = resolv_conf.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    servers = []
    for words in map(str.split, lines):
        if len(words) >= 2 and words[0] == "nameserver":
            try:
                servers.append(parse_nameserver(words[1].partition("%")[0]))
            except ValueError:
                continue
    return servers or [("127.0.0.1", 53)]
