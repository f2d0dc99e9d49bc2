"""The server's side of SMTP, submission and LMTP: octets in, events out, replies in, octets out.

The core answers by itself whatever needs no decision; for the rest it returns an event and is
PAUSED until `accept` or `reply`. Replies gather until `data_to_send`, so a pipelined group is
answered in one write.

Invariants: an event whose reply is due is the only one under way; nothing is emitted after
`closed`; octets that came before TLS are never read after it; the octets held are bounded by one
command line and what was fed last.

Standards: RFC 5321, RFC 6409, RFC 2033, RFC 2920, RFC 3207, RFC 4954, RFC 3030, RFC 1870, RFC 6531
"""

from __future__ import annotations

from base64 import b64encode

from postroad.protocols.smtp import _texts as texts
from postroad.protocols.smtp import limits
from postroad.protocols.smtp._body import ChunkedBody, DottedBody, too_big
from postroad.protocols.smtp._server_commands import cancel_auth, command, response
from postroad.protocols.smtp._session import Session
from postroad.protocols.smtp._states import ACCEPTED, Ask, State
from postroad.protocols.smtp.commands import Hello
from postroad.protocols.smtp.config import ServerConfig
from postroad.protocols.smtp.errors import CommandError, LocalProtocolError
from postroad.protocols.smtp.events import (
    NEED_DATA,
    PAUSED,
    Aborted,
    BodyChunk,
    BodyEnd,
    Disconnected,
    ProtocolError,
    ServerEvent,
    Signal,
)
from postroad.protocols.smtp.extensions import offered
from postroad.protocols.smtp.replies import Reply
from postroad.wire import LineTooLong

_FIXED = frozenset({Ask.GREETING, Ask.HELLO, Ask.STARTTLS, Ask.DATA, Ask.BDAT})


class ServerConnection:
    """One connection. `tls` is whether it began inside TLS; `bound` whether SCRAM-PLUS can be used.

    Feed it with `receive_data`, take `next_event` until NEED_DATA, send `data_to_send`; stop when
    `closed`. `progress` rises with every command and every 16 KiB of a body: when it has not risen
    for `timeout()` seconds the client is too slow.
    """

    __slots__ = ("_session",)

    def __init__(self, config: ServerConfig, *, tls: bool = False, bound: bool = False) -> None:
        self._session = Session(config, tls=tls, bound=bound)

    # --- octets ---

    def receive_data(self, data: bytes) -> None:
        """Take octets from the client; b"" is the same as `receive_eof`."""
        session = self._session
        if not data:
            session.eof = True
        elif session.state is not State.CLOSED:
            session.buffer.append(data)

    def receive_eof(self) -> None:
        """The client will send no more."""
        self._session.eof = True

    def data_to_send(self) -> bytes:
        """Everything there is to send now; it is then forgotten here."""
        data = bytes(self._session.out)
        self._session.out.clear()
        return data

    # --- what a shell may ask ---

    @property
    def config(self) -> ServerConfig:
        """What the core was told."""
        return self._session.config

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed once `data_to_send` was sent."""
        return self._session.state is State.CLOSED

    @property
    def state(self) -> str:
        """The state's name, for people."""
        return self._session.state.value

    @property
    def hello(self) -> Hello | None:
        """How the client named itself since the greeting or the handshake."""
        return self._session.hello

    @property
    def tls(self) -> bool:
        """Whether the connection is inside TLS."""
        return self._session.tls

    @property
    def authenticated(self) -> bool:
        """Whether an AUTH succeeded."""
        return self._session.authenticated

    @property
    def accepted_recipients(self) -> int:
        """Recipients accepted in the present transaction."""
        return self._session.transaction.accepted

    @property
    def progress(self) -> int:
        """See the class."""
        return self._session.progress

    @property
    def held(self) -> int:
        """Octets received and not yet understood."""
        return len(self._session.buffer)

    @property
    def unsent(self) -> int:
        """Octets that `data_to_send` would return."""
        return len(self._session.out)

    @property
    def between_commands(self) -> bool:
        """Whether a 421 now would cut nobody off in the middle of a word."""
        return self._session.ask is None and self._session.state in ACCEPTED

    def timeout(self) -> float:
        """Seconds in which `progress` must rise."""
        session = self._session
        if session.state is State.DATA or session.state is State.CHUNK:
            return session.config.data_timeout
        return session.config.command_timeout

    # --- events ---

    def next_event(self) -> ServerEvent | Signal:
        """What the client did next, NEED_DATA, or PAUSED while a reply is due."""
        session = self._session
        while True:
            if session.ask is not None:
                return PAUSED
            body = session.body
            if body is not None and session.state in (State.DATA, State.CHUNK):
                event = self._step_body(body)
            else:
                event = self._step_line()
            if event is not None:
                return event

    def _step_line(self) -> ServerEvent | Signal | None:
        session = self._session
        if session.state is State.CLOSED:
            return NEED_DATA
        if session.state is State.TLS and len(session.buffer):
            # Between our 220 and the handshake nothing in clear may come (CVE-2011-0411).
            session.close()
            return ProtocolError("octets in clear after STARTTLS", texts.TLS_INJECTION)
        in_auth = session.state is State.AUTH
        try:
            line = session.buffer.take_line(limits.AUTH_LINE if in_auth else limits.COMMAND_LINE)
            if line is None:
                return self._await_octets()
            session.progress += 1
            return response(session, line) if in_auth else command(session, line)
        except LineTooLong:
            return cancel_auth(session, texts.AUTH_TOO_LONG) if in_auth else self._too_long()
        except CommandError as fault:
            return session.refuse(fault.reply)

    def _too_long(self) -> ServerEvent:
        self._session.progress += 1
        return self._session.refuse(texts.TOO_LONG)

    def _await_octets(self) -> ServerEvent | Signal:
        session = self._session
        if session.eof:
            session.close()
            return Disconnected()
        if session.buffer.dropped > limits.MAX_DRAINED_LINE:
            return session.hang_up(texts.TOO_LONG)
        return NEED_DATA

    def _step_body(self, body: DottedBody | ChunkedBody) -> ServerEvent | Signal | None:
        session = self._session
        if body.ended:
            return self._end_of_body(body)
        if not len(session.buffer):
            return self._await_octets()
        before = body.size
        data = body.take(session.buffer)
        session.count_octets(body.size - before)
        if body.endless:
            return session.hang_up(body.fault or too_big(session.config.max_message_size))
        return BodyChunk(data) if data else None

    def _end_of_body(self, body: DottedBody | ChunkedBody) -> ServerEvent | None:
        session = self._session
        session.progress += 1
        stray = isinstance(body, ChunkedBody) and body.stray
        if stray and body.fault is not None:
            return self._end_stray(stray, body.last, body.fault)
        if body.fault is not None:
            return self._end_refused(body.fault, body.last)
        if body.last:
            session.state = State.DELIVERY
            return session.question(Ask.MESSAGE, BodyEnd(body.size))
        session.say(Reply(250, "2.0.0", (f"{body.size} octets received",)))
        session.state = State.CHUNKS
        return None

    def _end_stray(self, state: State, last: bool, fault: Reply) -> ServerEvent | None:
        """The end of a BDAT that nobody had asked for."""
        session = self._session
        session.state = state
        session.body = None
        if session.lmtp and last and state is State.MAIL:
            return None  # RFC 2033 §4.3: one reply for each accepted recipient, so none
        return session.refuse(fault)

    def _end_refused(self, fault: Reply, last: bool) -> ServerEvent:
        """The end of a body with a fault: LMTP hears it for each recipient, all forget the rest."""
        session = self._session
        session.state = State.READY
        for _ in range(session.transaction.accepted if session.lmtp and last else 1):
            session.say(fault)
        session.forget_transaction()
        return Aborted(fault)

    # --- replies ---

    def accept(self) -> None:
        """Answer the last event with the standard positive reply. Raises LocalProtocolError."""
        session = self._session
        match session.ask:
            case None:
                raise LocalProtocolError("no reply is due")
            case Ask.GREETING:
                self._answer(Ask.GREETING, texts.welcome(session.config))
            case Ask.HELLO:
                self._answer(Ask.HELLO, self._hello_reply())
            case Ask.MESSAGE:
                self.reply(*[texts.STANDARD[Ask.MESSAGE]] * self.replies_due)
            case ask:
                self._answer(ask, texts.STANDARD[ask])

    def reply(self, *replies: Reply) -> None:
        """Answer the last event: one reply, or for a message over LMTP one for each recipient.

        A 421 closes the connection. The greeting, HELLO, STARTTLS, DATA and BDAT have fixed
        positive answers: call `accept` for those. Raises LocalProtocolError.
        """
        ask = self._session.ask
        if ask is None or len(replies) != self.replies_due:
            raise LocalProtocolError(f"{self.replies_due} replies are due, not {len(replies)}")
        if replies[0].positive and ask in _FIXED:
            raise LocalProtocolError(f"the positive answer to {ask.value} is accept()")
        for reply in replies[:-1]:
            self._session.say(reply)
        self._answer(ask, replies[-1])

    @property
    def replies_due(self) -> int:
        """How many replies `reply` expects now."""
        session = self._session
        if session.ask is Ask.MESSAGE and session.lmtp:
            return session.transaction.accepted
        return 0 if session.ask is None else 1

    def challenge(self, data: bytes) -> None:
        """Go on with an AUTH exchange: send `data` and wait for the response."""
        session = self._session
        if session.ask is not Ask.AUTH:
            raise LocalProtocolError("no AUTH exchange is under way")
        session.ask = None
        session.state = State.AUTH
        session.out += b"334 %b\r\n" % b64encode(data)

    def fail_body(self, reply: Reply) -> None:
        """Refuse the body that is arriving: its rest is dropped, its end is answered by `reply`.

        Has no effect when the body was refused already. Raises LocalProtocolError.
        """
        body = self._session.body
        if reply.positive:
            raise LocalProtocolError("a body is refused with 4yz or 5yz")
        if body is not None and body.fault is None:
            body.fault = reply

    def end(self, reply: Reply) -> None:
        """Close the connection from our side, with a 421 (RFC 5321 §3.8)."""
        if not self.closed:
            self._session.hang_up(reply)

    def end_timeout(self) -> None:
        """The client was too slow (RFC 5321 §4.5.3.2.7)."""
        self.end(texts.unavailable(self.config, "4.4.2", "too slow"))

    def end_shutdown(self) -> None:
        """The server goes down (RFC 5321 §3.8)."""
        self.end(texts.unavailable(self.config, "4.3.2", "the server is shutting down"))

    def tls_started(self, *, bound: bool = False) -> None:
        """The handshake is done: all that the client said before is forgotten (RFC 3207 §4.2).

        Raises LocalProtocolError when TLS was not due, or octets in clear are waiting.
        """
        session = self._session
        if session.state is not State.TLS or len(session.buffer):
            raise LocalProtocolError("TLS is not due, or octets in clear are waiting")
        session.state = State.CONNECTED
        session.tls = True
        session.bound = bound
        session.authenticated = False
        session.hello = None
        session.forget_transaction()

    def _answer(self, ask: Ask, reply: Reply) -> None:
        session = self._session
        session.ask = None
        if ask is Ask.BDAT:
            # Nothing is said before the octets have come (RFC 3030 §2).
            session.state = State.CHUNK
            if not reply.positive:
                self.fail_body(reply)
            return
        session.say(reply)
        if session.state is not State.CLOSED:
            self._settle(ask, accepted=reply.positive)

    def _settle(self, ask: Ask, *, accepted: bool) -> None:
        """Move to the state that the answer makes, by the table."""
        session = self._session
        if ask is Ask.MESSAGE:
            session.end_message()
        elif not accepted:
            self._settle_refusal(ask)
        elif ask is Ask.GREETING:
            session.state = State.CONNECTED
        elif ask is Ask.AUTH:
            session.state = State.READY
            session.authenticated = True
        else:
            session.state = ACCEPTED[session.state][ask.value]
            if ask is Ask.RCPT:
                session.transaction.accepted += 1
            elif ask is Ask.DATA:
                session.body = DottedBody(session.config.max_message_size)
            elif ask is Ask.HELLO:
                session.forget_transaction()

    def _settle_refusal(self, ask: Ask) -> None:
        session = self._session
        if ask is Ask.GREETING:
            session.state = State.REFUSED
        elif ask is Ask.RCPT:
            session.refused += 1
            if session.refused > session.config.max_recipients:
                session.hang_up(texts.unavailable(self.config, "4.7.0", "too many bad recipients"))
        elif ask is Ask.AUTH:
            session.state = State.READY
            session.auth_failures += 1
            if session.auth_failures >= limits.AUTH_FAILURES:
                session.hang_up(texts.unavailable(self.config, "4.7.0", "too many failed logins"))

    def _hello_reply(self) -> Reply:
        session = self._session
        name = session.config.hostname
        if session.hello is None or not session.hello.extended:
            return Reply(250, "", (name,))
        keywords = offered(session.config, session.mechanisms, tls=session.tls)
        return Reply(250, "", (name, *keywords))
