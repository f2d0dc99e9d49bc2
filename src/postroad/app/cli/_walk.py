"""The six steps from an address to the server that takes its mail; nothing is sent.

Invariants: DATA and BDAT are never said; every line that was exchanged is in the record, with what
it means; whatever the DNS, the network or the server does ends in a verdict, not in an exception.

Standards: RFC 5321 §3.3 (MAIL, RCPT), §4.1.3 (address literals), §5.1 (MX); RFC 7505; RFC 3207
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec

from postroad.app.cli._meaning import Meanings
from postroad.app.cli._network import is_ip, literal
from postroad.app.texts import probe as texts
from postroad.net import (
    Answer,
    ClientTls,
    ConnectFailed,
    Lookups,
    MxHost,
    Status,
    connect,
    is_null_mx,
    opportunistic_context,
)
from postroad.net.tls import TlsUpgrade
from postroad.protocols.smtp import (
    ByteStream,
    Client,
    MailFrom,
    NotOfferedError,
    RcptTo,
    RemoteRefusal,
    Reply,
    SmtpError,
)


class Wire(ByteStream, Protocol):
    """A stream that knows its own address."""

    @property
    def local(self) -> tuple[str, int]:
        """Our address and port."""
        ...


Connect = Callable[[str, int, TlsUpgrade], Awaitable[Wire]]


class Verdict(StrEnum):
    """What the walk found out about the address."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    UNREACHABLE = "unreachable"


class Line(msgspec.Struct, frozen=True):
    """One line: `direction` is ">" ours, "<" the server's, "·" something that happened."""

    direction: str
    text: str
    meaning: str


class Step(msgspec.Struct):
    """One of the six steps: `name` is mx, connect, ehlo, mail, rcpt or quit."""

    name: str
    lines: list[Line]


class Walked(msgspec.Struct, frozen=True):
    """The whole walk."""

    address: str
    verdict: Verdict
    steps: list[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. `address` and `sender` are canonical, `sender` "" for `<>`.

    `hello` is our name for EHLO, "" for the address we connect from. `host` skips the MX step.
    `timeout` is seconds for each connection.
    """

    address: str
    sender: str = ""
    hello: str = ""
    host: str = ""
    port: int = 25
    starttls: bool = True
    timeout: float = 30.0

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2]


class _End(Exception):
    """The walk cannot go further."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


async def walk(
    question: Question,
    lookups: Lookups,
    *,
    watch: Callable[[Step | Line], None] = lambda _: None,
    open_stream: Connect | None = None,
) -> Walked:
    """Walk the six steps. `watch` sees each step and line when it happens.

    `open_stream` connects to one address; tests bring their own.
    """
    return await _Walk(question, lookups, watch, open_stream).run()


class _Walk:
    """The steps so far, and the conversation when there is one."""

    def __init__(
        self,
        question: Question,
        lookups: Lookups,
        watch: Callable[[Step | Line], None],
        open_stream: Connect | None,
    ) -> None:
        self._question = question
        self._lookups = lookups
        self._watch = watch
        self._open = open_stream or self._connect
        self._steps: list[Step] = []
        self._meanings = Meanings()

    async def run(self) -> Walked:
        try:
            verdict = await self._talk(await self._reach(await self._mx()))
        except _End as end:
            verdict = end.verdict
        return Walked(self._question.address, verdict, self._steps)

    # --- 1: who takes mail for the domain ---

    async def _mx(self) -> Sequence[str]:
        """The hosts to try, best first."""
        self._step("mx")
        domain = self._question.domain
        if self._question.host:
            self._happened(self._question.host, texts.MX_GIVEN())
            return [self._question.host]
        if domain.startswith("["):
            host = domain[1:-1].removeprefix("IPv6:")
            self._happened(host, texts.MX_LITERAL())
            return [host]
        return self._exchangers(domain, await self._lookups.mx(domain))

    def _exchangers(self, domain: str, answer: Answer[MxHost]) -> Sequence[str]:
        match answer.status:
            case Status.TEMPORARY_FAILURE:
                self._happened(f"{domain} MX ? {answer.reason}", texts.MX_MUTE())
                raise _End(Verdict.LATER)
            case Status.NX_DOMAIN:
                self._happened(f"{domain} MX – {answer.reason}", texts.MX_NO_DOMAIN())
                raise _End(Verdict.REFUSED)
            case Status.NO_DATA:
                self._happened(f"{domain} MX –", texts.MX_IMPLICIT())
                return [domain]
        if is_null_mx(answer):
            self._happened(f"{domain} MX 0 .", texts.MX_NULL())
            raise _End(Verdict.REFUSED)
        for number, record in enumerate(answer.records):
            meaning = texts.MX_RECORD() if number == 0 else ""
            self._happened(f"{domain} MX {record.preference} {record.exchange}", meaning)
        return [record.exchange for record in answer.records]

    # --- 2: a connection to it ---

    async def _reach(self, hosts: Sequence[str]) -> Wire:
        """A connection to the first host that answers."""
        self._step("connect")
        for host in hosts:
            for address in await self._addresses(host):
                began = time.monotonic()
                where = _endpoint(address, self._question.port)
                try:
                    tls = ClientTls(opportunistic_context(), host)
                    stream = await self._open(address, self._question.port, tls)
                except (ConnectFailed, OSError, TimeoutError) as failure:
                    self._happened(str(failure) or where, texts.NOT_CONNECTED())
                    continue
                ms = f"{(time.monotonic() - began) * 1000:.0f}"
                self._happened(where, texts.CONNECTED(ms=ms))
                return stream
        raise _End(Verdict.UNREACHABLE)

    async def _addresses(self, host: str) -> Sequence[str]:
        if is_ip(host):
            return [host]
        answer = await self._lookups.addresses(host)
        if not answer.found:
            reason = answer.reason or answer.status
            self._happened(f"{host} A, AAAA –", texts.NO_ADDRESS(reason=reason))
            return []
        self._happened(f"{host} A, AAAA {' '.join(answer.records)}", texts.ADDRESSES())
        return answer.records

    async def _connect(self, address: str, port: int, tls: TlsUpgrade) -> Wire:
        return await connect([address], port, timeout=self._question.timeout, tls=tls)

    # --- 3 to 6: the conversation ---

    async def _talk(self, stream: Wire) -> Verdict:
        self._step("ehlo")
        client = Client(stream, time.monotonic, transcript=self._heard)
        try:
            await self._introduce(client, stream)
            verdict = await self._envelope(client)
            self._step("quit")
            await client.quit()
            return verdict
        except RemoteRefusal as refusal:
            return _judged(refusal.reply)
        except NotOfferedError as failure:
            self._happened(str(failure), texts.CLASSES["5"]())
            return Verdict.REFUSED
        except (SmtpError, OSError, TimeoutError) as failure:
            self._happened(str(failure), texts.LOST())
            return Verdict.LATER
        finally:
            if client.usable:
                await client.quit()
            await stream.close()

    async def _introduce(self, client: Client, stream: Wire) -> None:
        name = self._question.hello or literal(stream.local[0])
        await client.greeting()
        await client.hello(name)
        if not (self._question.starttls and "STARTTLS" in client.extensions):
            return
        try:
            await client.start_tls()
        except SmtpError as failure:
            self._happened(str(failure), texts.TLS_FAILED())
            raise
        self._happened(str(stream.tls), texts.TLS_STARTED())
        await client.hello(name)

    async def _envelope(self, client: Client) -> Verdict:
        question = self._question
        utf8 = not (question.address.isascii() and question.sender.isascii())
        self._step("mail")
        reply = await client.command(MailFrom(question.sender, smtputf8=utf8))
        if reply.positive:
            self._step("rcpt")
            reply = await client.command(RcptTo(question.address))
        return _judged(reply)

    # --- the record ---

    def _step(self, name: str) -> None:
        self._steps.append(Step(name, []))
        self._watch(self._steps[-1])

    def _happened(self, text: str, meaning: str) -> None:
        self._add(Line("·", text, meaning))

    def _heard(self, direction: str, line: str) -> None:
        self._add(Line(direction, line, self._meanings.of(direction, line)))

    def _add(self, line: Line) -> None:
        self._steps[-1].lines.append(line)
        self._watch(line)


def _judged(reply: Reply) -> Verdict:
    if reply.positive:
        return Verdict.ACCEPTED
    return Verdict.LATER if reply.transient else Verdict.REFUSED


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
