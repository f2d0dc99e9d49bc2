"""Runs a client core over a byte stream: one coroutine for each thing one does with a server.

Invariants: a body is ended only when all of it was given; a password never goes out in clear; what
the remote does to a message is a value with its own words, and never an exception.

Standards: RFC 5321 §4.5.3.2 (timeouts), §3.3; RFC 2920 §3.1; RFC 3207 §4; RFC 4954 §4; RFC 3030
§2; RFC 2033 §4.2
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Sequence
from contextlib import suppress

import msgspec

from postroad.protocols.smtp._client import ClientConnection, Watcher
from postroad.protocols.smtp._stream import ByteStream
from postroad.protocols.smtp.commands import (
    AuthResponse,
    AuthStart,
    DataStart,
    Hello,
    MailFrom,
    Noop,
    Quit,
    RcptTo,
    Reset,
    StartTls,
)
from postroad.protocols.smtp.commands.auth import decode_base64
from postroad.protocols.smtp.config import Mode
from postroad.protocols.smtp.errors import (
    AddressError,
    CommandError,
    ConnectionLost,
    NotOfferedError,
    RemoteProtocolError,
    RemoteRefusal,
    SmtpError,
)
from postroad.protocols.smtp.events import (
    NEED_DATA,
    CancelAuth,
    Command,
    Disconnected,
    ProtocolError,
    Signal,
)
from postroad.protocols.smtp.extensions import Extensions
from postroad.protocols.smtp.limits import DATA_BLOCK_TIMEOUT, MIN_RECIPIENTS
from postroad.protocols.smtp.replies import Reply
from postroad.sasl import ChannelBinding, SaslError, client_mechanism

LAST_WORDS_TIMEOUT = 1.0
"""Seconds to listen for a server's reason after it has cut us off."""

BODY_WRITE = 65_536
"""Octets of a body that are gathered before they are written."""

_CLEAR_PASSWORD = frozenset({"PLAIN", "LOGIN"})


class Result(msgspec.Struct, frozen=True):
    """What became of one recipient: the reply that decided, and to which step it was given.

    `step` is MAIL, RCPT, DATA or BODY. `said` is False when the remote gave no answer and the
    reply is our own account of that.
    """

    address: str
    reply: Reply
    step: str
    said: bool = True


class Client:
    """A conversation with one server over `stream`, which the caller has connected.

    `clock` gives monotonic seconds. `transcript(direction, line)` sees every line (">" sent,
    "<" received) but bodies and passwords. After ConnectionLost or RemoteProtocolError, and
    whenever `usable` is false, nothing is left to do but to close the stream.
    """

    def __init__(
        self,
        stream: ByteStream,
        clock: Callable[[], float],
        *,
        mode: Mode = Mode.SMTP,
        transcript: Watcher | None = None,
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._core = ClientConnection(mode, transcript) if transcript else ClientConnection(mode)
        self._core.tls = stream.tls is not None
        self._broken = False

    @property
    def extensions(self) -> Extensions:
        """What the server offered at the last EHLO."""
        return self._core.extensions

    @property
    def usable(self) -> bool:
        """Whether another command can be sent."""
        return not (self._broken or self._core.closed)

    # --- sessions ---

    async def greeting(self) -> Reply:
        """Hear the greeting. Raises RemoteRefusal when it is not 220, ConnectionLost."""
        return _granted("greeting", await self._next_reply())

    async def hello(self, name: str) -> Reply:
        """Introduce ourselves as `name`: EHLO, then HELO when that is refused; LHLO in LMTP.

        Raises RemoteRefusal, ConnectionLost.
        """
        if self._core.mode is Mode.LMTP:
            return _granted("LHLO", await self.command(Hello("LHLO", name)))
        reply = await self.command(Hello("EHLO", name))
        if reply.permanent:  # RFC 5321 §3.2
            reply = await self.command(Hello("HELO", name))
        return _granted("EHLO", reply)

    async def start_tls(self) -> Reply:
        """Upgrade the stream; say `hello` again afterwards.

        Raises NotOfferedError, RemoteRefusal, ConnectionLost.
        """
        reply = _granted("STARTTLS", await self.command(StartTls()))
        if self._stream.pending():
            self._broken = True
            raise RemoteProtocolError("octets in clear after the reply to STARTTLS")
        try:
            await self._stream.start_tls()
        except (ConnectionError, TimeoutError) as error:
            raise self._lost(f"the TLS handshake failed: {error}") from error
        self._core.tls_started()
        return reply

    async def authenticate(
        self, user: str, password: str, nonce: str, binding: ChannelBinding | None = None
    ) -> Reply:
        """Log in by the best mechanism that both sides know. `nonce` must be new and unguessable.

        Raises NotOfferedError (no mechanism, or none that is safe without TLS), RemoteRefusal,
        SaslError, ConnectionLost.
        """
        offered = [
            name
            for name in self.extensions.mechanisms
            if self._core.tls or name not in _CLEAR_PASSWORD
        ]
        mechanism = client_mechanism(offered, user, password, nonce, binding)
        if mechanism is None:
            raise NotOfferedError("AUTH")
        held = mechanism.start()
        command = AuthStart(mechanism.name, held)
        if command.fits:
            held = None
        else:
            command = AuthStart(mechanism.name)  # RFC 4954 §4
        reply = await self.command(command)
        while reply.code == 334:
            try:
                challenge = decode_base64(reply.text)
                response = held if held is not None else mechanism.respond(challenge)
            except (SaslError, CommandError):
                await self.command(CancelAuth())
                raise
            held = None
            reply = await self.command(AuthResponse(response))
        _granted("AUTH", reply)
        if not mechanism.complete:
            self._broken = True
            raise SaslError("the server says that we are authenticated before it proved itself")
        return reply

    async def command(self, command: Command) -> Reply:
        """Send one command and wait for its reply, whatever it is. Raises ConnectionLost."""
        self._core.send(command)
        await self._flush()
        return await self._next_reply()

    async def noop(self) -> Reply:
        """Find out whether the server is still there. Raises ConnectionLost."""
        return await self.command(Noop())

    async def reset(self) -> Reply:
        """Forget the transaction. Raises ConnectionLost."""
        return await self.command(Reset())

    async def quit(self) -> None:
        """Say goodbye, if somebody listens; never raises for what the remote does."""
        if self.usable:
            with suppress(SmtpError):
                await self.command(Quit())
        self._broken = True

    # --- messages ---

    async def send(
        self, mail: MailFrom, recipients: Sequence[RcptTo], body: AsyncIterable[bytes]
    ) -> list[Result]:
        """Send one message: one result for each recipient, in order.

        `body` is read only when somebody is to receive it, and may be sent in any slices. Raises
        NotOfferedError or AddressError before anything was sent; BareNewline and whatever `body`
        raises, after which the connection is cut.
        """
        self._check(mail, recipients)
        return await _Sending(self, self._core, mail, recipients).run(body)

    def _check(self, mail: MailFrom, recipients: Sequence[RcptTo]) -> None:
        if not recipients:
            raise ValueError("a message needs a recipient")
        mail.encode(self.extensions)
        if not mail.smtputf8 and not all(each.address.isascii() for each in recipients):
            raise AddressError("an address beyond ASCII needs SMTPUTF8 in MAIL")
        if mail.body == "BINARYMIME" and "CHUNKING" not in self.extensions:
            raise NotOfferedError("CHUNKING")

    # --- octets ---

    async def _flush(self) -> None:
        data = self._core.data_to_send()
        if not data:
            return
        try:
            await self._stream.write(data, DATA_BLOCK_TIMEOUT)
        except (ConnectionError, TimeoutError) as error:
            await self._hear_last_words()
            raise self._lost(f"the connection broke while sending: {error}") from error

    async def _hear_last_words(self) -> None:
        """A server that cuts us off often says why; what it said may still be here."""
        with suppress(TimeoutError):
            self._core.receive_data(await self._stream.read(LAST_WORDS_TIMEOUT))
            while self._core.next_event() is not NEED_DATA:
                pass

    async def _next_reply(self) -> Reply:
        """The next reply. Raises ConnectionLost, RemoteProtocolError."""
        deadline = self._clock() + self._core.timeout()
        while True:
            event = self._core.next_event()
            if isinstance(event, Signal):
                await self._read(deadline)
            elif isinstance(event, ProtocolError):
                self._broken = True
                raise RemoteProtocolError(event.text)
            elif isinstance(event, Disconnected):
                raise self._lost("the server closed the connection")
            else:
                return event.reply

    async def _read(self, deadline: float) -> None:
        remaining = deadline - self._clock()
        try:
            if remaining <= 0:
                raise TimeoutError
            self._core.receive_data(await self._stream.read(remaining))
        except TimeoutError:
            raise self._lost("the server did not answer in time") from None

    def _lost(self, text: str) -> ConnectionLost:
        self._broken = True
        return ConnectionLost(text, self._core.farewell)


class _Sending:
    """One transaction, from MAIL to the last reply."""

    def __init__(
        self,
        client: Client,
        core: ClientConnection,
        mail: MailFrom,
        recipients: Sequence[RcptTo],
    ) -> None:
        self._client = client
        self._core = core
        self._mail = mail
        self._recipients = recipients
        self._results: list[Result | None] = [None] * len(recipients)
        self._binary = mail.body == "BINARYMIME"
        self._step = "MAIL"

    async def run(self, body: AsyncIterable[bytes]) -> list[Result]:
        try:
            started = await self._envelope()
            if self._open and (started or self._binary):
                self._step = "BODY"
                await (self._chunks(body) if self._binary else self._data(body))
            else:
                await self._give_up(started=started)
        except (ConnectionLost, RemoteProtocolError) as error:
            self._settle_lost(error)
        except BaseException:
            # Our own side failed in the middle of a message: it must not look complete.
            self._client._broken = True
            self._client._stream.abort()
            raise
        return [result for result in self._results if result is not None]

    @property
    def _open(self) -> list[int]:
        """Recipients for whom nothing is decided yet."""
        return [number for number, result in enumerate(self._results) if result is None]

    async def _envelope(self) -> bool:
        """MAIL, every RCPT, and DATA; return whether the server now waits for the end of a body."""
        commands: list[MailFrom | RcptTo | DataStart] = [self._mail, *self._recipients]
        if not self._binary:
            commands.append(DataStart())
        group = MIN_RECIPIENTS if self._core.pipelines else 1
        started = False
        for start in range(0, len(commands), group):
            # A group's replies must fit where nobody reads them yet (RFC 2920 §3.1).
            part = commands[start : start + group]
            for command in part:
                self._core.send(command)
            await self._client._flush()
            for offset, command in enumerate(part, start):
                started = self._note(command, offset, await self._client._next_reply())
            if not self._open:
                break
        return started

    def _note(self, command: Command, place: int, reply: Reply) -> bool:
        """Write down what a reply of the envelope decides; return whether a body has begun."""
        if isinstance(command, RcptTo):
            self._step = "RCPT"
            if not reply.positive and self._results[place - 1] is None:
                self._results[place - 1] = Result(command.address, reply, "RCPT")
        else:
            self._step = "DATA" if isinstance(command, DataStart) else "MAIL"
            if not reply.positive:
                self._settle(reply, self._step)
        return reply.positive and isinstance(command, DataStart)

    async def _data(self, body: AsyncIterable[bytes]) -> None:
        core = self._core
        async for piece in body:
            core.send_body(piece)
            if core.unsent >= BODY_WRITE:
                await self._client._flush()
        core.end_body()
        await self._client._flush()
        await self._final_replies()

    async def _chunks(self, body: AsyncIterable[bytes]) -> None:
        """BDAT for each piece; the last is known as such only when no other follows."""
        held = b""
        async for piece in body:
            if held and not await self._chunk(held):
                return
            held = piece
        self._core.send_chunk(held, last=True)
        await self._client._flush()
        await self._final_replies()

    async def _chunk(self, data: bytes) -> bool:
        self._core.send_chunk(data, last=False)
        await self._client._flush()
        reply = await self._client._next_reply()
        if not reply.positive:
            self._settle(reply, "BODY")
            await self._client.reset()  # RFC 3030 §2
        return reply.positive

    async def _final_replies(self) -> None:
        if self._core.mode is not Mode.LMTP:
            return self._settle(await self._client._next_reply(), "BODY")
        for number in self._open:
            reply = await self._client._next_reply()
            self._results[number] = Result(self._recipients[number].address, reply, "BODY")
        return None

    async def _give_up(self, *, started: bool) -> None:
        """Nobody will receive it: end an empty body when one was begun, and clear the table."""
        if started:
            self._core.end_body()  # RFC 2920 §3.1: a single dot
            await self._client._flush()
            if self._core.waiting:
                await self._client._next_reply()
        if self._client.usable:
            await self._client.reset()

    def _settle(self, reply: Reply, step: str) -> None:
        """The same reply for all who have none yet."""
        for number in self._open:
            self._results[number] = Result(self._recipients[number].address, reply, step)

    def _settle_lost(self, error: ConnectionLost | RemoteProtocolError) -> None:
        said = error.reply if isinstance(error, ConnectionLost) else None
        reply = said or Reply.of(421, "4.4.2", str(error))
        for number in self._open:
            address = self._recipients[number].address
            self._results[number] = Result(address, reply, self._step, said=said is not None)


def _granted(step: str, reply: Reply) -> Reply:
    if not reply.positive:
        raise RemoteRefusal(step, reply)
    return reply
