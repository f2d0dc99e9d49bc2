"""One DNS question to one server: over UDP from a fresh port, over TCP when the answer is cut.

An answer counts only when it comes from the server's address, carries our id and repeats our
question; anything else is passed over and waiting goes on.

Standards: RFC 1035 §4.2, RFC 5452 §9 (random id and source port), RFC 6891 (EDNS), RFC 7766 (TCP)
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode

from postroad.net.outgoing import connect

UDP_PAYLOAD = 1232
"""Octets of an answer over UDP that no path fragments (DNS flag day 2020)."""


async def exchange(
    query: dns.message.Message, server: tuple[str, int], timeout: float
) -> dns.message.Message:
    """The server's answer to `query` within `timeout` seconds.

    Raises TimeoutError, OSError (unreachable, refused), dns.exception.DNSException (malformed).
    """
    async with asyncio.timeout(timeout):
        answer = await _over_udp(query, server)
        if answer.flags & dns.flags.TC:
            answer = await _over_tcp(query, server, timeout)
        if query.edns >= 0 and answer.rcode() in (dns.rcode.FORMERR, dns.rcode.NOTIMP):
            query.use_edns(False)  # RFC 6891 §7: a server from before EDNS
            answer = await _over_udp(query, server)
        return answer


class _Question(asyncio.DatagramProtocol):
    """A socket that lives for one question."""

    def __init__(self, query: dns.message.Message) -> None:
        self._query = query
        self._transport: asyncio.DatagramTransport | None = None
        self.answer: asyncio.Future[dns.message.Message] = (
            asyncio.get_running_loop().create_future()
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self._transport.sendto(self._query.to_wire())

    def datagram_received(self, data: bytes, addr: object) -> None:
        answer = _read(data)
        if answer is not None and self._query.is_response(answer) and not self.answer.done():
            self.answer.set_result(answer)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


def _read(data: bytes) -> dns.message.Message | None:
    """The message in a datagram; None when it is none."""
    try:
        return dns.message.from_wire(data)
    except (dns.exception.DNSException, ValueError):
        return None


async def _over_udp(query: dns.message.Message, server: tuple[str, int]) -> dns.message.Message:
    loop = asyncio.get_running_loop()
    transport, question = await loop.create_datagram_endpoint(
        lambda: _Question(query), remote_addr=server
    )
    try:
        return await question.answer
    finally:
        transport.close()


async def _over_tcp(
    query: dns.message.Message, server: tuple[str, int], timeout: float
) -> dns.message.Message:
    wire = query.to_wire()
    stream = await connect([server[0]], server[1], timeout=timeout)
    try:
        await stream.write(len(wire).to_bytes(2) + wire, timeout)
        data = b""
        while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2]):
            more = await stream.read(timeout)
            if not more:
                raise ConnectionResetError("the name server closed before its answer ended")
            data += more
    finally:
        stream.abort()
    answer: dns.message.Message | None = None
    with contextlib.suppress(dns.exception.DNSException):
        answer = dns.message.from_wire(data[2 : 2 + int.from_bytes(data[:2])])
    if answer is None or not query.is_response(answer):
        raise ConnectionError("the answer over TCP is none to our question")
    return answer
