"""Hands one letter to one server: connect, encrypt, log in, send; each failure a sentence.

Standards: RFC 6409 (submission), RFC 8314 §3.3 (implicit TLS), RFC 3207, RFC 4954
"""

from __future__ import annotations

import secrets
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.cli._letter import Letter
from postroad.app.cli._network import is_ip, literal
from postroad.app.texts import send as texts
from postroad.net import (
    ClientTls,
    ConnectFailed,
    Lookups,
    Stream,
    TlsFilesUnusable,
    TlsHandshakeFailed,
    connect,
    opportunistic_context,
    verified_context,
)
from postroad.protocols.smtp import (
    Client,
    ConnectionLost,
    MailFrom,
    NotOfferedError,
    RcptTo,
    RemoteProtocolError,
    RemoteRefusal,
    Result,
)
from postroad.sasl import SaslError

Tls = Literal["auto", "implicit", "starttls", "never"]

IMPLICIT_TLS_PORT = 465
"""The port where TLS comes before the first word (RFC 8314 §3.3)."""

SLICE = 65_536
"""Octets of the message given to the connection at once; ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to send and how: `ca_file` None believes the system's authorities."""

    host: str
    port: int
    tls: Tls = "auto"
    ca_file: Path | None = None
    insecure: bool = False
    user: str = ""
    password: str = ""
    timeout: float = 30.0

    @property
    def implicit(self) -> bool:
        """Whether TLS comes first."""
        return self.tls == "implicit" or (self.tls == "auto" and self.port == IMPLICIT_TLS_PORT)

    def context(self) -> ssl.SSLContext:
        """What is believed of the server's certificate. Raises TlsFilesUnusable."""
        return opportunistic_context() if self.insecure else verified_context(self.ca_file)


async def submit(
    letter: Letter, server: Server, lookups: Lookups, transcript: Callable[[str, str], None]
) -> list[Result]:
    """Send `letter`: one result for each recipient. Raises Refusal."""
    stream = await _connected(server, lookups)
    try:
        client = Client(stream, time.monotonic, transcript=transcript)
        await _introduce(client, stream, server)
        mail = MailFrom(
            letter.sender,
            size=len(letter.octets),
            body="7BIT" if letter.octets.isascii() else "8BITMIME",
            smtputf8=letter.smtputf8,
        )
        recipients = [RcptTo(address) for address in letter.recipients]
        results = await client.send(mail, recipients, _slices(letter.octets))
        await client.quit()
        return results
    except NotOfferedError as failure:
        raise Refusal(texts.NOT_OFFERED, Exit.NO, host=server.host, reason=failure) from None
    except RemoteRefusal as failure:
        code = Exit.TEMPORARY if failure.reply.transient else Exit.NO
        names = {"host": server.host, "step": failure.step, "reply": str(failure.reply)}
        raise Refusal(texts.REFUSED, code, **names) from None
    except (ConnectionLost, RemoteProtocolError) as failure:
        raise _broken(server, failure) from None
    finally:
        await stream.close()


async def _connected(server: Server, lookups: Lookups) -> Stream:
    addresses = await _addresses(server, lookups)
    try:
        tls = ClientTls(server.context(), server.host)
        stream = await connect(addresses, server.port, timeout=server.timeout, tls=tls)
    except TlsFilesUnusable as failure:
        names = {"host": server.host, "reason": str(failure)}
        raise Refusal(texts.TLS_FAILED, Exit.CONFIG, **names) from None
    except ConnectFailed as failure:
        names = {"host": server.host, "reason": str(failure)}
        raise Refusal(texts.NOT_CONNECTED, Exit.UNAVAILABLE, **names) from None
    if server.implicit:
        try:
            await stream.start_tls()
        except (TlsHandshakeFailed, ConnectionError, TimeoutError) as failure:
            stream.abort()
            names = {"host": server.host, "reason": str(failure)}
            raise Refusal(texts.TLS_FAILED, Exit.UNAVAILABLE, **names) from None
    return stream


async def _addresses(server: Server, lookups: Lookups) -> Sequence[str]:
    if is_ip(server.host):
        return [server.host]
    if server.host == "localhost":  # RFC 6761 §6.3: never asked of the DNS
        return ["127.0.0.1"]
    answer = await lookups.addresses(server.host)
    if not answer.found:
        names = {"host": server.host, "reason": answer.reason or str(answer.status)}
        raise Refusal(texts.NO_HOST, Exit.UNAVAILABLE, **names)
    return answer.records


async def _introduce(client: Client, stream: Stream, server: Server) -> None:
    """Greeting, EHLO, STARTTLS when wanted, AUTH when there is a user. Raises Refusal too."""
    name = _own_name(stream)
    await client.greeting()
    await client.hello(name)
    wants_tls = server.tls in ("auto", "starttls") and not server.implicit
    if wants_tls and "STARTTLS" in client.extensions:
        try:
            await client.start_tls()
        except ConnectionLost as failure:
            names = {"host": server.host, "reason": str(failure)}
            raise Refusal(texts.TLS_FAILED, Exit.UNAVAILABLE, **names) from None
        await client.hello(name)
    elif server.tls == "starttls" or (wants_tls and server.user):
        raise Refusal(texts.NO_STARTTLS, Exit.DENIED, host=server.host)
    if server.user:
        await _log_in(client, server)


def _own_name(stream: Stream) -> str:
    """Our name for EHLO: full, as many servers insist, or else our address."""
    name = socket.gethostname()
    return name if "." in name else literal(stream.local[0])


async def _log_in(client: Client, server: Server) -> None:
    try:
        await client.authenticate(server.user, server.password, secrets.token_urlsafe(18))
    except NotOfferedError:
        raise Refusal(texts.NO_AUTH, Exit.DENIED, host=server.host) from None
    except RemoteRefusal as failure:
        code = Exit.TEMPORARY if failure.reply.transient else Exit.DENIED
        names = {"host": server.host, "user": server.user, "reply": str(failure.reply)}
        raise Refusal(texts.LOGIN_REFUSED, code, **names) from None
    except SaslError as failure:
        names = {"host": server.host, "user": server.user, "reply": str(failure)}
        raise Refusal(texts.LOGIN_REFUSED, Exit.DENIED, **names) from None


async def _slices(octets: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(octets), SLICE):
        yield octets[start : start + SLICE]


def _broken(server: Server, failure: Exception) -> Refusal:
    return Refusal(texts.LOST, Exit.TEMPORARY, host=server.host, reason=failure)
