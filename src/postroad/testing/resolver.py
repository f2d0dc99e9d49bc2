"""A resolver that reads its answers from a zone text, without sockets or time.

One record a line: `name type data`, names absolute with or without the final dot, `;` for comments.
`name FAIL` makes every question about a name a temporary failure. Names that only have children
exist, as in the real DNS; aliases are followed.

    alpha.test      MX   10 mx.alpha.test
    mx.alpha.test   A    127.0.0.1
    dead.test       FAIL
"""

from __future__ import annotations

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from postroad.net.lookups import Answer, Lookups, Records, Status

MAX_ALIASES = 8
Key = tuple[dns.name.Name, str]


class ZoneResolver(Lookups):
    """Answers from a text. `asked` lists the questions in order, as "name TYPE"."""

    def __init__(self, text: str) -> None:
        """Raises ValueError with the line that cannot be read."""
        self._records: dict[Key, list[dns.rdata.Rdata]] = {}
        self._names: set[dns.name.Name] = set()
        self._failing: set[dns.name.Name] = set()
        self.asked: list[str] = []
        for line in text.splitlines():
            if words := line.partition(";")[0].split(None, 2):
                self._add(line, words)

    async def query(self, name: str, rdtype: str) -> Records:
        """See Lookups."""
        name = name.lower().rstrip(".")
        self.asked.append(f"{name} {rdtype}")
        try:
            here = dns.name.from_text(name)
        except (dns.exception.DNSException, ValueError):
            return Answer(Status.NX_DOMAIN, reason=f"{name!r} is not a domain name")
        for _ in range(MAX_ALIASES + 1):
            if here in self._failing:
                return _failure(f"{name} {rdtype}: SERVFAIL")
            if found := self._records.get((here, rdtype)):
                canonical = here.to_text(omit_final_dot=True)
                return Answer(Status.FOUND, tuple(found), canonical=canonical)
            alias = self._records.get((here, "CNAME"))
            if not alias:
                return self._nothing(here, rdtype)
            here = alias[0].target  # type: ignore[attr-defined]  # a CNAME has one
        return _failure(f"more than {MAX_ALIASES} aliases from {name}")

    def _add(self, line: str, words: list[str]) -> None:
        name = dns.name.from_text(words[0].lower())
        if words[1:] == ["FAIL"]:
            self._failing.add(name)
            return
        try:
            kind = dns.rdatatype.from_text(words[1])
            data = dns.rdata.from_text(dns.rdataclass.IN, kind, words[2], dns.name.root, False)
        except (IndexError, dns.exception.DNSException, ValueError) as error:
            raise ValueError(f"not a record: {line!r} ({error})") from None
        self._records.setdefault((name, kind.name), []).append(data)
        while name != dns.name.root:
            self._names.add(name)
            name = name.parent()

    def _nothing(self, name: dns.name.Name, rdtype: str) -> Records:
        text = name.to_text(omit_final_dot=True)
        if name in self._names:
            return Answer(Status.NO_DATA, reason=f"{text} has no {rdtype} record", canonical=text)
        return Answer(Status.NX_DOMAIN, reason=f"{text} does not exist", canonical=text)


def _failure(reason: str) -> Records:
    return Answer(Status.TEMPORARY_FAILURE, reason=reason)
