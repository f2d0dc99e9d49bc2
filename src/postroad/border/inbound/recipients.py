"""Whether a recipient is taken on port 25: ours, an inner host's, a trusted server's, or refused.

Standards: RFC 5321 §3.6.1 (relaying only where configured), RFC 3463 §3 (enhanced codes)
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from postroad import directory, store
from postroad.border.inbound.config import BorderInboundConfig
from postroad.border.inbound.ports import RecipientVerifier
from postroad.db import Database, Transaction
from postroad.directory import Deliver, NotLocal
from postroad.handoff import Reply, domain_of

OK = Reply(250, "2.1.5", "Recipient taken")
UNKNOWN = Reply(550, "5.1.1", "No such mailbox here")
FULL = Reply(452, "4.2.2", "Mailbox is full; try again later")
NO_RELAY = Reply(550, "5.7.1", "This server does not relay: the domain is not one of ours")

POSTMASTER = "postmaster"
"""The one recipient without a domain (RFC 5321 §4.1.1.3), as the protocol room writes it."""

REMEMBERED_FOR = 2.0
"""Seconds a good answer about a recipient is kept: long enough for a burst, too short to be felt
when an administrator changes something. The filing itself checks again."""

REMEMBERED = 4096
"""Answers kept at most."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The reply to one RCPT, and the reason that the journey keeps.

    `recipient` is whom the message goes to when it was not the name that RCPT gave.
    """

    reply: Reply
    reason: str
    recipient: str = ""

    @property
    def taken(self) -> bool:
        """Whether the recipient stands."""
        return self.reply.code < 300


class RecipientPolicy:
    """Answers RCPT for every session."""

    def __init__(
        self,
        config: BorderInboundConfig,
        db: Database,
        verifier: RecipientVerifier,
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._db = db
        self._verifier = verifier
        self._clock = clock
        self._inner = tuple(map(directory.fold_domain, config.relay_domains))
        self._trusted = [ipaddress.ip_network(n, strict=False) for n in config.relay_from]
        self._good: dict[tuple[str, int], tuple[float, Judgement]] = {}

    def trusts(self, peer: str) -> bool:
        """Whether `peer` is one of our own servers, which may send to anywhere."""
        if not self._trusted:
            return False
        address = ipaddress.ip_address(peer.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        return _within(mapped or address, self._trusted)

    async def judge(self, recipient: str, size: int, trusted: bool) -> Judgement:
        """Decide about `recipient` for a message of `size` octets (0: not announced)."""
        now = self._clock()
        key = (recipient, size >> 20)
        known = self._good.get(key)
        if known is not None and known[0] > now:
            return known[1]
        judgement = await self._judge(recipient, size, trusted)
        if judgement.taken and not trusted:
            if len(self._good) >= REMEMBERED:
                self._good.clear()
            self._good[key] = (now + REMEMBERED_FOR, judgement)
        return judgement

    async def _judge(self, recipient: str, size: int, trusted: bool) -> Judgement:
        here = await self._db.read(lambda tx: _judge_here(tx, recipient, size))
        if here is not None:
            return here
        if recipient == POSTMASTER and self._inner:  # ours, and we have no mailboxes here
            return await self._judge_postmaster(f"{POSTMASTER}@{self._inner[0]}")
        domain = directory.fold_domain(domain_of(recipient))
        if domain in self._inner:
            return await self._judge_inner(recipient, domain)
        if trusted:
            return Judgement(OK, "the peer is one of our own servers")
        return Judgement(NO_RELAY, f"{domain or 'a bare name'} is not a domain of ours")

    async def _judge_postmaster(self, recipient: str) -> Judgement:
        """RFC 5321 §4.5.1: RCPT TO:<postmaster> must be taken; the first inner domain's has it."""
        judgement = await self._judge_inner(recipient, domain_of(recipient))
        return replace(judgement, recipient=recipient)

    async def _judge_inner(self, recipient: str, domain: str) -> Judgement:
        if not self._config.verify_recipients:
            return Judgement(OK, f"{domain} is taken in for an inner host")
        reply = await self._verifier.verify(recipient)
        if reply.code < 300:
            return Judgement(OK, f"the inner host of {domain} knows the recipient: {reply}")
        return Judgement(reply, f"the inner host of {domain} says: {reply}")


def _judge_here(tx: Transaction, recipient: str, size: int) -> Judgement | None:
    """Judge a recipient of a local domain; None when the domain is not local."""
    found = directory.resolve(tx, recipient)
    if isinstance(found, NotLocal):
        return None
    if not isinstance(found, Deliver):
        return Judgement(UNKNOWN, "the domain is ours, but nobody there has this name")
    accounts = [final.account for final in found.finals if final.account is not None]
    if accounts and not any(store.quota(tx, a.id).has_room(size) for a in accounts):
        return Judgement(FULL, "the mailbox has used its whole quota")
    return Judgement(OK, "the mailbox is here")


def _within(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
    networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network],
) -> bool:
    return any(address in network for network in networks)
