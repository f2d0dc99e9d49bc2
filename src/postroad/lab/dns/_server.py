"""The shell of the lab's name server: datagrams and connections on one address and port.

What is no query gets no answer. A response too long for its datagram is cut and marked, and the
asker comes back over TCP.

Standards: RFC 1035 §4.2, RFC 7766 (TCP: idle time, several queries on one connection)
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.zone

from postroad.lab.dns._answer import answer_to, by_origin, udp_size
from postroad.net import ConnectionLimits, Listener, ListenError, Reception, Stream
from postroad.net.listener import advice

TCP_IDLE_SECONDS = 10.0
"""RFC 7766 §6.2.3: a few seconds, so that one connection may carry the next question as well."""

TCP_CONNECTIONS = 100  # a lab's servers ask over UDP; TCP is for long answers
MAX_MESSAGE = 65_535  # RFC 1035 §4.2.2: the length before a message over TCP has two octets


class DnsServer:
    """A running name server. `zones` may be replaced while it runs."""

    def __init__(self, zones: Sequence[dns.zone.Zone]) -> None:
        self._zones = by_origin(zones)
        self._transport: asyncio.DatagramTransport | None = None
        self._listener: Listener | None = None

    @property
    def address(self) -> tuple[str, int]:
        """(host, port) where it answers."""
        assert self._listener is not None
        return self._listener.address

    def publish(self, zones: Sequence[dns.zone.Zone]) -> None:
        """Answer from `zones` from now on."""
        self._zones = by_origin(zones)

    async def start(self, address: str, port: int) -> None:
        """Listen over TCP and UDP. Raises ListenError."""
        host = f"[{address}]" if ":" in address else address
        limits = ConnectionLimits(total=TCP_CONNECTIONS, per_address=TCP_CONNECTIONS, per_minute=0)
        self._listener = Listener(f"{host}:{port}", self._converse, Reception(b"", limits))
        await self._listener.start()
        loop = asyncio.get_running_loop()
        try:
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self), local_addr=self._listener.address
            )
        except OSError as error:
            self._listener.stop_accepting()
            raise ListenError(advice(*self._listener.address, error)) from None

    async def close(self) -> None:
        """Stop answering."""
        if self._transport is not None:
            self._transport.close()
        if self._listener is not None:
            await self._listener.drain(0.0)

    def respond(self, wire: bytes, *, datagram: bool) -> bytes | None:
        """The response to one message on the wire, None when it deserves none."""
        try:
            query = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError):
            return _format_error(wire)
        if query.flags & dns.flags.QR:
            return None  # a response: answering one could go on for ever
        return _fit(answer_to(query, self._zones), udp_size(query) if datagram else MAX_MESSAGE)

    async def _converse(self, stream: Stream) -> None:
        """Questions and answers on one connection, each with its length in front."""
        data = b""
        while more := await stream.read(TCP_IDLE_SECONDS):
            data += more
            while len(data) >= 2 and len(data) >= 2 + (length := int.from_bytes(data[:2])):
                response = self.respond(data[2 : 2 + length], datagram=False)
                data = data[2 + length :]
                if response is None:
                    return
                await stream.write(len(response).to_bytes(2) + response, TCP_IDLE_SECONDS)


class _Datagrams(asyncio.DatagramProtocol):
    """Every datagram is a question."""

    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        response = self._server.respond(data, datagram=True)
        if response is not None:
            self._transport.sendto(response, addr)


async def serve_dns(zones: Sequence[dns.zone.Zone], address: str, port: int) -> DnsServer:
    """Answer from `zones` on UDP and TCP until the server is closed; port 0 takes a free one.

    Raises ListenError.
    """
    server = DnsServer(zones)
    await server.start(address, port)
    return server


def _fit(response: dns.message.Message, size: int) -> bytes:
    """The response on the wire; cut at a whole record and marked when it is longer than `size`."""
    return response.to_wire(max_size=size, prefer_truncation=True)


def _format_error(wire: bytes) -> bytes | None:
    """FORMERR for something that at least begins like a query (RFC 1035 §4.1.1)."""
    if len(wire) < 12 or wire[2] & 0x80:
        return None
    response = dns.message.Message(id=int.from_bytes(wire[:2]))
    response.flags = dns.flags.Flag(dns.flags.QR)
    response.set_rcode(dns.rcode.FORMERR)
    return response.to_wire()
