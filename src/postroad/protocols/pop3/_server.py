"""The server's side of POP3: octets in, events out, answers in, octets out.

The core answers by itself whatever needs no decision: listings, marks, capabilities. For the rest
it returns an event and is PAUSED until it is answered. Long listings are made in slices, each when
the last has been taken; messages go through in the slices in which the shell brings them.

Invariants: an event whose answer is due is the only one under way; nothing is said after `closed`;
octets that came before TLS are never read after it; the octets held are bounded by one line, one
slice and what was fed last.

Standards: RFC 1939, RFC 2449, RFC 2595 §4, RFC 5034, RFC 3206, RFC 6856
"""

from __future__ import annotations

from base64 import b64encode

from postroad.protocols.pop3 import commands as c
from postroad.protocols.pop3 import limits
from postroad.protocols.pop3._body import BodyEncoder
from postroad.protocols.pop3._obey import OBEY
from postroad.protocols.pop3._session import Session
from postroad.protocols.pop3._states import ACCEPTED, Ask, State
from postroad.protocols.pop3._texts import Text
from postroad.protocols.pop3.config import ServerConfig
from postroad.protocols.pop3.errors import CommandError, LocalProtocolError
from postroad.protocols.pop3.events import (
    NEED_DATA,
    NEED_FLUSH,
    PAUSED,
    AuthCancelled,
    AuthResponded,
    Disconnected,
    Event,
    Signal,
)
from postroad.protocols.pop3.maildrop import Maildrop
from postroad.protocols.pop3.replies import Reply, err, ok
from postroad.wire import LineTooLong


class ServerConnection:
    """One connection. `tls`: it began inside TLS; `bound`: SCRAM-PLUS can be used.

    Feed it with `receive_data`, take `next_event` until NEED_DATA, send `data_to_send`; stop when
    `closed`. `progress` rises with every line: when it has not risen for `timeout()` seconds the
    client is gone or too slow.
    """

    __slots__ = ("_session",)

    def __init__(self, config: ServerConfig, *, tls: bool = False, bound: bool = False) -> None:
        self._session = Session(config, tls=tls, bound=bound)
        self._session.say(ok(Text.GREETING))

    # --- octets ---

    def receive_data(self, data: bytes) -> None:
        """Take octets from the client; b"" says that no more will come."""
        session = self._session
        if not data:
            session.eof = True
        elif session.state is not State.CLOSED:
            session.buffer.append(data)

    def data_to_send(self) -> bytes:
        """The next slice to send, b"" when there is none; it is then forgotten here."""
        session = self._session
        session.go_on_listing()
        data = bytes(session.out)
        session.out.clear()
        return data

    # --- what a shell may ask ---

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed once `data_to_send` was sent."""
        return self._session.state is State.CLOSED

    @property
    def state(self) -> str:
        """The state's name, for people."""
        return self._session.state.value

    @property
    def tls(self) -> bool:
        """Whether the connection is inside TLS."""
        return self._session.tls

    @property
    def held(self) -> int:
        """Octets received and not yet understood."""
        return len(self._session.buffer)

    @property
    def unsent(self) -> int:
        """Octets that are ready to be sent."""
        return len(self._session.out)

    @property
    def progress(self) -> int:
        """See the class."""
        return self._session.progress

    @property
    def between_commands(self) -> bool:
        """Whether ending now would cut nobody off in the middle of a word."""
        return self._session.ask is None and self._session.state in ACCEPTED

    @property
    def body_complete(self) -> bool:
        """Whether TOP has all that it asked for: `end_body` can be called already."""
        body = self._session.body
        return body is not None and body.complete

    def timeout(self) -> float:
        """Seconds in which `progress` must rise."""
        session = self._session
        if session.state is State.TRANSACTION:
            return session.config.session_timeout
        return session.config.login_timeout

    # --- events ---

    def next_event(self) -> Event | Signal:
        """What the client did next, or a signal that says what the shell has to do first."""
        session = self._session
        while True:
            if session.ask is not None:
                return PAUSED
            if session.listing is not None or len(session.out) > limits.SMALL_REPLIES:
                return NEED_FLUSH
            event = self._step()
            if event is not None:
                return event

    def _step(self) -> Event | Signal | None:
        session = self._session
        if session.state is State.CLOSED:
            return NEED_DATA
        if session.state is State.TLS and len(session.buffer):
            # Between our +OK and the handshake nothing in clear may come (CVE-2011-0411).
            return session.hang_up(err(Text.INJECTION))
        exchange = session.state is State.EXCHANGE
        try:
            line = session.buffer.take_line(limits.AUTH_LINE if exchange else limits.COMMAND_LINE)
            if line is None:
                return self._await_octets()
            session.progress += 1
            return self._response(line) if exchange else self._command(line)
        except LineTooLong:
            fault = err(Text.TOO_LONG)
        except CommandError as error:
            if error.fatal:
                return session.hang_up(error.reply)
            fault = error.reply
        if exchange:
            session.state = State.AUTHORIZATION
        return session.refuse(fault)

    def _await_octets(self) -> Event | Signal:
        session = self._session
        if session.eof:
            session.close()
            return Disconnected()
        if session.buffer.dropped > limits.MAX_DRAINED_LINE:
            return session.hang_up(err(Text.TOO_LONG))
        return NEED_DATA

    def _command(self, line: bytes) -> Event | None:
        """Obey a command. Raises CommandError."""
        session = self._session
        command = c.parse(line)
        following = session.after(command)
        event = OBEY[type(command)](session, command)
        if event is None and session.state is not State.CLOSED:
            session.state = following
        return event

    def _response(self, line: bytes) -> Event:
        """The client's part of a SASL exchange. Raises CommandError."""
        session = self._session
        if line == b"*":  # RFC 5034 §4
            session.state = State.AUTHORIZATION
            session.say(err(Text.CANCELLED))
            return AuthCancelled()
        return session.question(Ask.EXCHANGE, AuthResponded(c.decode_base64(line)))

    # --- answers ---

    def open(self, maildrop: Maildrop) -> None:
        """The login succeeded, and this is what is there. Raises LocalProtocolError."""
        session = self._answered(Ask.LOGIN, Ask.EXCHANGE)
        session.maildrop = maildrop
        session.state = State.TRANSACTION
        session.say(ok(Text.LOGGED_IN))

    def challenge(self, data: bytes) -> None:
        """Go on with an AUTH exchange. Raises LocalProtocolError."""
        session = self._answered(Ask.EXCHANGE)
        session.state = State.EXCHANGE
        session.out += b"+ %b\r\n" % b64encode(data)

    def accept_tls(self) -> None:
        """Say +OK to STLS. Raises LocalProtocolError."""
        session = self._answered(Ask.TLS)
        session.say(ok(Text.TLS_NOW))
        session.state = State.TLS

    def tls_started(self, *, bound: bool = False) -> None:
        """The handshake is done: what the client said before is forgotten (RFC 2595 §2.3).

        Raises LocalProtocolError when TLS was not due, or octets in clear are waiting.
        """
        session = self._session
        if session.state is not State.TLS or len(session.buffer):
            raise LocalProtocolError("TLS is not due, or octets in clear are waiting")
        session.state = State.AUTHORIZATION
        session.tls = True
        session.bound = bound
        session.user = ""

    def begin_body(self) -> None:
        """Say +OK to RETR or TOP; the message follows. Raises LocalProtocolError."""
        session = self._answered(Ask.BODY)
        session.say(ok(Text.MESSAGE_FOLLOWS))
        session.body = BodyEncoder(session.lines)
        session.ask = Ask.SENDING

    def send_body(self, data: bytes) -> None:
        """The next slice of the message; send `data_to_send` before the one after it.

        Raises LocalProtocolError.
        """
        session = self._session
        if session.ask is not Ask.SENDING or session.body is None:
            raise LocalProtocolError("no message is under way")
        session.out += session.body.encode(data)

    def end_body(self) -> None:
        """The message is complete. Raises LocalProtocolError."""
        session = self._session
        if session.ask is not Ask.SENDING or session.body is None:
            raise LocalProtocolError("no message is under way")
        session.out += session.body.finish()
        session.body = None
        session.ask = None

    def updated(self) -> None:
        """The marked messages are gone. Raises LocalProtocolError."""
        session = self._answered(Ask.UPDATE)
        session.say(ok(Text.GOODBYE))
        session.close()

    def reject(self, reply: Reply) -> None:
        """Answer the last event with -ERR. A refused update ends the connection all the same.

        Raises LocalProtocolError when no answer is due, or the reply is +OK.
        """
        session = self._session
        ask = session.ask
        if ask is None or ask is Ask.SENDING or reply.ok:
            raise LocalProtocolError("no refusal is due, or this is none")
        session.ask = None
        if ask in (Ask.LOGIN, Ask.EXCHANGE):
            session.fail_login(reply)
        elif ask is Ask.UPDATE:
            session.hang_up(reply)
        else:
            session.say(reply)

    def end(self, reply: Reply | None = None) -> None:
        """Close from our side; at a timeout without a word (RFC 1939 §3)."""
        if reply is not None:
            self._session.say(reply)
        self._session.close()

    def _answered(self, *asked: Ask) -> Session:
        """The answer that was due is here. Raises LocalProtocolError when it was another."""
        session = self._session
        if session.ask not in asked:
            raise LocalProtocolError(f"the answer that is due is to {session.ask}")
        session.ask = None
        return session
