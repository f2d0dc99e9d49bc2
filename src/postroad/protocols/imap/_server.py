"""The server's side of IMAP: octets in, events out, answers in, octets out.

The core answers by itself whatever needs no decision. For the rest it returns an event and is
PAUSED until it is answered, so pipelined commands come one after the other. Between an event and
its answer the shell may send what it likes: the core does not see it.

Invariants: an event whose answer is due is the only one under way; nothing is said after `closed`;
octets that came before TLS are never read after it; a command that is refused is read to its end
or the connection ends; the octets held are bounded by one command and what was fed last.

Standards: RFC 9051, RFC 3501, RFC 7888, RFC 4978, RFC 8437, RFC 9586
"""

from __future__ import annotations

import re
from base64 import b64encode

from postroad.protocols.imap import _literals as literals
from postroad.protocols.imap import limits, responses
from postroad.protocols.imap._lines import LineEndless, LineTooLong, announced
from postroad.protocols.imap._obey import INJECTION, apply_enable, obey
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._session import Session
from postroad.protocols.imap._states import Ask, Input, State
from postroad.protocols.imap.commands import APPENDING, Enable, Unauthenticate
from postroad.protocols.imap.commands._table import parse_arguments, read_name, read_tag
from postroad.protocols.imap.commands.authenticate import decode_base64
from postroad.protocols.imap.config import ServerConfig
from postroad.protocols.imap.errors import CommandError, LocalProtocolError
from postroad.protocols.imap.events import (
    NEED_DATA,
    NEED_FLUSH,
    PAUSED,
    AuthCancelled,
    AuthResponded,
    Disconnected,
    Event,
    IdleEnded,
    LiteralChunk,
    LiteralEnd,
    LiteralsDropped,
    Signal,
)
from postroad.protocols.imap.status import Code, Status, bad, bye, capability_code, ok

_HTTP = re.compile(rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PATCH|PRI) [^ ]*+ HTTP/")
_UNLINED = (Input.TLS, Input.STREAM, Input.LITERAL)
_TOO_LONG = bad("The line is too long", Code.TOOBIG)


class ServerConnection:
    """One connection. `tls`: it began inside TLS; `bound`: SCRAM-PLUS can be used.

    Feed it with `receive_data`, take `next_event` until NEED_DATA, send `data_to_send`; stop when
    `closed`. `progress` rises with every command after the login and every 16 KiB of a message:
    when it has not risen for `timeout()` seconds the client is gone or too slow.
    """

    __slots__ = ("_session",)

    def __init__(self, config: ServerConfig, *, tls: bool = False, bound: bool = False) -> None:
        session = self._session = Session(config, tls=tls, bound=bound)
        code = capability_code(session.capabilities)
        session.say(ok(f"{config.implementation} is ready", code).encode())

    # --- octets ---

    def receive_data(self, data: bytes) -> None:
        """Take octets from the client; b"" says that no more will come."""
        session = self._session
        if not data:
            session.eof = True
        elif session.state is not State.LOGOUT:
            session.lines.buffer.append(data)

    def data_to_send(self) -> bytes:
        """What there is to send; it is then forgotten here."""
        data, self._session.out = self._session.out, b""
        return data

    # --- what a shell may ask ---

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed once `data_to_send` was sent."""
        return self._session.state is State.LOGOUT

    @property
    def state(self) -> str:
        """The state's name, for people."""
        return self._session.state.value

    @property
    def logged_in(self) -> bool:
        """Whether somebody is logged in."""
        return self._session.state in (State.AUTHENTICATED, State.SELECTED)

    @property
    def tls(self) -> bool:
        """Whether the connection is inside TLS."""
        return self._session.tls

    @property
    def compressed(self) -> bool:
        """Whether the connection is compressed."""
        return self._session.compressed

    @property
    def enabled(self) -> frozenset[str]:
        """What ENABLE has turned on, as `IMAP4rev2`."""
        return self._session.enabled

    @property
    def utf8(self) -> bool:
        """Whether the client takes UTF-8 in quoted strings and names of mailboxes."""
        return self._session.utf8

    @property
    def held(self) -> int:
        """Octets received and not yet understood."""
        return len(self._session.lines.buffer) + len(self._session.text or b"")

    @property
    def progress(self) -> int:
        """See the class."""
        return self._session.progress

    @property
    def between_commands(self) -> bool:
        """Whether ending now would cut nobody off in the middle of a word."""
        session = self._session
        begun = session.text is not None or session.ask is not None
        return not begun and session.input in (Input.COMMAND, Input.DONE)

    def timeout(self) -> float:
        """Seconds in which `progress` must rise; before the login, seconds since the greeting."""
        session = self._session
        if session.state is State.NOT_AUTHENTICATED:
            return session.config.login_timeout
        if session.input in (Input.STREAM, Input.LITERAL, Input.DROP):
            return limits.LITERAL_TIMEOUT
        return session.config.session_timeout

    # --- events ---

    def next_event(self) -> Event | Signal:
        """What the client did next, or a signal that says what the shell has to do first."""
        session = self._session
        while True:
            if session.ask is not None:
                return PAUSED
            if session.state is State.LOGOUT:
                return NEED_DATA
            if len(session.out) > limits.SLICE:
                return NEED_FLUSH
            event = self._step()
            if event is not None:
                return event

    def _step(self) -> Event | Signal | None:
        """One step: an event, a signal, or None when the next step can be taken at once."""
        session = self._session
        kind = session.input
        if kind in _UNLINED or session.need:
            return self._counted(kind)
        limit = limits.AUTH_LINE if kind is Input.RESPONSE else session.command_limit
        if session.text is not None:
            limit -= len(session.text)
        try:
            line = session.lines.take(limit, session.drop_limit)
        except LineTooLong as fault:
            return self._too_long(fault)
        except LineEndless:
            return session.hang_up(bye("That line has no end", Code.TOOBIG))
        if line is None:
            return self._await_octets()
        return self._line(line)

    def _counted(self, kind: Input) -> Event | Signal | None:
        """The next octets are no line."""
        session = self._session
        if kind is Input.TLS:
            return self._before_tls()
        if kind is Input.STREAM:
            return self._stream()
        if kind is Input.LITERAL:
            return None if literals.collect(session) else self._await_octets()
        data = session.lines.buffer.take_at_most(session.need)  # to be dropped
        session.need -= len(data)
        return None if data else self._await_octets()

    def _await_octets(self) -> Event | Signal:
        session = self._session
        if session.eof:
            session.close()
            return Disconnected()
        return NEED_DATA

    def _before_tls(self) -> Event | Signal:
        """Between our OK and the handshake nothing in clear may come (CVE-2011-0411)."""
        session = self._session
        return session.hang_up(INJECTION) if len(session.lines.buffer) else self._await_octets()

    def _line(self, line: bytes) -> Event | None:
        session = self._session
        if session.input is Input.RESPONSE:
            return self._response(line)
        if session.input is Input.DONE:
            return self._done(line)
        literal = announced(line)
        if session.input is Input.DROP:
            return literals.dropped_line(session, line, literal)
        if session.text is None:
            session.tag = read_tag(line)
        if literal is not None:
            return literals.meet(session, line, literal)
        if session.text is None:
            return self._command(line)
        session.text += line
        return self._command(bytes(session.text))

    def _command(self, text: bytes) -> Event | None:
        """A command is complete."""
        session = self._session
        if session.state is not State.NOT_AUTHENTICATED:
            session.progress += 1
        elif _HTTP.match(text):  # a browser was sent here (ALPACA)
            return session.hang_up(bye("This is IMAP", Code.CLIENTBUG))
        streamed = session.streamed
        try:
            return self._obey(text)
        except CommandError as error:
            mistake = session.refuse(error.status)
        return LiteralsDropped() if streamed else mistake

    def _obey(self, text: bytes) -> Event | None:
        """Read and do it. Raises CommandError."""
        session = self._session
        if session.appending is not None:
            return self._append("")
        if not session.tag:
            raise CommandError(bad("A command begins with a tag and its name"))
        name, at = read_name(text, len(session.tag))
        if name in APPENDING:  # without a literal: CATENATE of URLs alone
            session.text = bytearray(text)
            return self._append(name)
        reader = Reader(text, at, utf8=session.utf8, uid_only=session.uid_only)
        return obey(session, parse_arguments(name, reader))

    def _append(self, name: str) -> Event | None:
        """The end of APPEND or REPLACE. Raises CommandError."""
        session = self._session
        literals.read_on(session, name)
        assert session.appending is not None
        return obey(session, session.appending.command)

    def _too_long(self, fault: LineTooLong) -> Event | None:
        """Answer, and mind the literal that may stand at the line's end."""
        session = self._session
        if session.input is Input.DONE:
            return self._done(b"")
        if session.input is Input.RESPONSE:
            session.refuse(_TOO_LONG)
            return AuthCancelled()
        literal = announced(fault.tail)
        if session.input is Input.DROP:
            return literals.dropped_line(session, fault.tail, literal)
        session.tag = session.tag or read_tag(fault.head)
        if literal is not None:
            return literals.reject(session, _TOO_LONG, literal)
        streamed = session.streamed
        mistake = session.refuse(_TOO_LONG)
        return LiteralsDropped() if streamed else mistake

    def _stream(self) -> Event | Signal:
        session = self._session
        if not session.need:
            session.input = Input.COMMAND
            return LiteralEnd()
        try:
            data = literals.stream(session)
        except CommandError as error:
            literals.drop_rest(session, error.status, session.need)
            return LiteralsDropped()
        return LiteralChunk(data) if data else self._await_octets()

    def _response(self, line: bytes) -> Event:
        """The client's part of a SASL exchange."""
        session = self._session
        session.input = Input.COMMAND
        try:
            if line == b"*":  # RFC 9051 §6.2.2
                raise CommandError(bad("The exchange is cancelled"))
            return session.question(Ask.EXCHANGE, AuthResponded(decode_base64(line)))
        except CommandError as error:
            session.refuse(error.status)
            return AuthCancelled()

    def _done(self, line: bytes) -> Event:
        session = self._session
        session.input = Input.COMMAND
        session.progress += 1
        if line.upper() != b"DONE":
            session.verdict = bad("DONE ends IDLE, and nothing else does")
        return session.question(Ask.COMMAND, IdleEnded())

    # --- answers ---

    def complete(self, status: Status) -> None:
        """How the command went. Raises LocalProtocolError."""
        session = self._answered(Ask.COMMAND)
        if session.verdict is not None:
            status = session.verdict  # of an IDLE that something else than DONE has ended
            session.errors += 1
        elif status.kind == "OK":
            session.state = session.following[0]
            if isinstance(session.request, Enable):
                apply_enable(session, session.request)
        elif status.kind == "NO":
            session.state = session.following[1]
        request = session.request
        session.answer(status)
        if isinstance(request, Unauthenticate) and status.kind == "OK":
            self._forget_user()

    def _forget_user(self) -> None:
        """RFC 8437 §3, §4: everything but TLS is as at the beginning."""
        session = self._session
        session.enabled = frozenset()
        session.compressed = False
        session.idle = 0

    def log_in(self, text: str = "Logged in") -> None:
        """The client is let in. Raises LocalProtocolError."""
        session = self._answered(Ask.LOGIN, Ask.EXCHANGE)
        session.state = State.AUTHENTICATED
        session.progress += 1
        session.answer(ok(text, capability_code(session.capabilities)))

    def challenge(self, data: bytes) -> None:
        """Go on with a SASL exchange. Raises LocalProtocolError."""
        session = self._answered(Ask.EXCHANGE)
        session.input = Input.RESPONSE
        session.say(responses.continuation(b64encode(data)))

    def accept_tls(self) -> None:
        """Say OK to STARTTLS. Raises LocalProtocolError."""
        session = self._answered(Ask.TLS)
        session.answer(ok("Begin TLS now"))
        session.input = Input.TLS

    def tls_started(self, *, bound: bool = False) -> None:
        """The handshake is done. Raises LocalProtocolError when octets in clear are waiting."""
        session = self._session
        if session.input is not Input.TLS or len(session.lines.buffer):
            raise LocalProtocolError("TLS is not due, or octets in clear are waiting")
        session.input = Input.COMMAND
        session.tls = True
        session.bound = bound

    def accept_compression(self) -> None:
        """Say OK to COMPRESS, the last words in clear. Raises LocalProtocolError."""
        session = self._answered(Ask.COMPRESS)
        session.answer(ok("Compressed from here on"))
        session.compressed = True

    def start_idle(self) -> None:
        """Say `+` to IDLE. Raises LocalProtocolError."""
        session = self._answered(Ask.IDLE)
        session.say(responses.continuation(b"News will come here"))
        session.input = Input.DONE

    def accept_literal(self) -> None:
        """Let the text come. Raises LocalProtocolError."""
        session = self._answered(Ask.LITERAL)
        assert session.appending is not None and session.literal is not None
        session.need = session.literal.size
        session.streamed = True
        session.input = Input.STREAM
        if session.literal.waits:
            session.say(responses.continuation(b"Go on"))

    def refuse_literal(self, status: Status) -> None:
        """Answer NO or BAD instead of taking the text. Raises LocalProtocolError."""
        session = self._answered(Ask.LITERAL)
        assert session.literal is not None
        session.streamed = False
        literals.reject(session, status, session.literal)

    def drop_literal(self, status: Status) -> None:
        """Answer `status` when the text under way and what follows it have been read.

        After LiteralChunk and LiteralEnd. Raises LocalProtocolError.
        """
        session = self._session
        if not session.streamed:
            raise LocalProtocolError("no text is under way")
        literals.drop_rest(session, status, session.need)

    def reject(self, status: Status) -> None:
        """Answer NO or BAD to a login, an exchange, STARTTLS, COMPRESS or IDLE.

        Raises LocalProtocolError when none of them is due.
        """
        login = self._session.ask in (Ask.LOGIN, Ask.EXCHANGE)
        session = self._answered(Ask.LOGIN, Ask.EXCHANGE, Ask.TLS, Ask.COMPRESS, Ask.IDLE)
        session.answer(status)
        if login:
            session.failed_logins += 1
            if session.failed_logins >= limits.AUTH_FAILURES:
                session.hang_up(bye("Too many failed logins", Code.AUTHENTICATIONFAILED))

    def end(self, status: Status) -> None:
        """Close from our side, with BYE. Raises LocalProtocolError when it is another status."""
        if status.kind != "BYE":
            raise LocalProtocolError("the last word is BYE")
        self._session.hang_up(status)

    def _answered(self, *asked: Ask) -> Session:
        """The answer that was due is here. Raises LocalProtocolError when it was another."""
        session = self._session
        if session.ask not in asked:
            raise LocalProtocolError(f"the answer that is due is to {session.ask}")
        session.ask = None
        return session
