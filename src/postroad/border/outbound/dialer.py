"""Opens a conversation with a host: look-up, connect, greeting, EHLO, STARTTLS when offered.

Without a policy that demands it, TLS is taken when it can be had, unverified; a handshake that
fails is followed by one more connection without it.

Standards: RFC 5321 §3.1, §3.2; RFC 3207; RFC 7435 (opportunistic security)
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable

from postroad.border.outbound.config import BorderOutboundConfig
from postroad.border.outbound.pool import Session
from postroad.border.outbound.targets import DNS_TROUBLE, NO_HOST, Target
from postroad.handoff import Reply
from postroad.net import (
    ClientTls,
    ConnectFailed,
    Lookups,
    Stream,
    connect,
    opportunistic_context,
)
from postroad.protocols import smtp

NO_ANSWER = ("4.4.1", "4.4.2")
"""RFC 3463 §3.5: no answer from host; bad connection."""


class CannotDial(Exception):
    """This host cannot be used now; `reply` says why, in its own words when it had any."""

    def __init__(self, host: str, reply: Reply) -> None:
        super().__init__(f"{host}: {reply}")
        self.host = host
        self.reply = reply


class Dialer:
    """Makes sessions. `connect` is `net.connect`, or what a test puts in its place."""

    def __init__(
        self,
        config: BorderOutboundConfig,
        hostname: str,
        lookups: Lookups,
        monotonic: Callable[[], float],
        connect: Callable[..., Awaitable[Stream]] = connect,
    ) -> None:
        self._config = config
        self._hostname = hostname
        self._lookups = lookups
        self._monotonic = monotonic
        self._connect = connect
        self._context = opportunistic_context()

    async def dial(self, target: Target) -> Session:
        """Return a session that is ready for MAIL. Raises CannotDial.

        Each address of the host has its turn (RFC 5321 §5.1): one that answers may still be unfit.
        """
        left = await self._addresses(target)
        while True:
            stream = await self._open(target, left)
            try:
                return await self._begin(target, stream)
            except CannotDial:
                left = _others(left, stream.peer[0])
                if not left:
                    raise

    async def _begin(self, target: Target, stream: Stream) -> Session:
        try:
            return await self._converse(target, stream, use_tls=self._config.starttls)
        except _HandshakeFailed:
            again = await self._open(target, [stream.peer[0]])
            return await self._converse(target, again, use_tls=False)

    async def _addresses(self, target: Target) -> list[str]:
        if _is_address(target.host):
            return [target.host]
        answer = await self._lookups.addresses(target.host)
        if answer.temporary:
            raise CannotDial(target.host, DNS_TROUBLE)
        if not answer.found:
            raise CannotDial(target.host, NO_HOST)
        return list(answer.records)[: self._config.max_hosts]

    async def _open(self, target: Target, addresses: list[str]) -> Stream:
        try:
            return await self._connect(
                addresses,
                target.port,
                timeout=self._config.connect_timeout,
                tls=ClientTls(self._context, target.host),
                source=self._config.source_address or None,
            )
        except ConnectFailed as error:
            raise CannotDial(target.host, Reply(451, NO_ANSWER[0], str(error))) from None

    async def _converse(self, target: Target, stream: Stream, *, use_tls: bool) -> Session:
        client = smtp.Client(stream, self._monotonic)
        try:
            await client.greeting()
            await client.hello(self._hostname)
            if use_tls and "STARTTLS" in client.extensions:
                await self._secure(client)
        except smtp.RemoteRefusal as refusal:
            await stream.close()
            raise CannotDial(target.host, words(refusal.reply)) from None
        except smtp.SmtpError as error:
            stream.abort()
            raise CannotDial(target.host, _account(error)) from None
        except BaseException:
            stream.abort()
            raise
        return Session((target.host, target.port), stream, client)

    async def _secure(self, client: smtp.Client) -> None:
        """Upgrade, and introduce ourselves again (RFC 3207 §4.2)."""
        try:
            await client.start_tls()
        except smtp.SmtpError as error:
            raise _HandshakeFailed from error
        await client.hello(self._hostname)


class _HandshakeFailed(Exception):
    """TLS was offered and did not come about."""


def _others(addresses: list[str], tried: str) -> list[str]:
    """The addresses but one, in whatever notation; none when it is not among them."""
    done = ipaddress.ip_address(tried)
    others = [address for address in addresses if ipaddress.ip_address(address) != done]
    return others if len(others) < len(addresses) else []


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def words(reply: smtp.Reply) -> Reply:
    """A remote's reply as the stations keep it."""
    return Reply(reply.code, reply.enhanced, reply.text)


def _account(error: smtp.SmtpError) -> Reply:
    """What the remote said last, or our own account of how the conversation ended."""
    said = error.reply if isinstance(error, smtp.ConnectionLost) else None
    return words(said) if said else Reply(451, NO_ANSWER[1], str(error))
