"""The client's side of SMTP, submission and LMTP: commands in, octets out; octets in, events out.

Invariants: one reply for each command, in order; nothing is sent behind a command whose reply may
change what is allowed; nothing said in clear is believed after TLS began; a message that needs an
extension is not sent to a server without it.

Standards: RFC 5321, RFC 2920 §3.1 (pipelining), RFC 3207 §4, RFC 4954 §4, RFC 3030 §2, RFC 2033 §4
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from postroad.protocols.smtp import limits
from postroad.protocols.smtp._reply_reader import ReplyReader, make_reply
from postroad.protocols.smtp.commands import (
    AuthResponse,
    AuthStart,
    Chunk,
    DataStart,
    Hello,
    MailFrom,
    Quit,
    RcptTo,
    Reset,
    StartTls,
)
from postroad.protocols.smtp.config import Mode
from postroad.protocols.smtp.errors import (
    AddressError,
    LocalProtocolError,
    NotOfferedError,
    RemoteProtocolError,
)
from postroad.protocols.smtp.events import (
    NEED_DATA,
    CancelAuth,
    ClientEvent,
    Command,
    Disconnected,
    EndOfData,
    Greeting,
    ProtocolError,
    Replied,
    Signal,
)
from postroad.protocols.smtp.extensions import Extensions
from postroad.protocols.smtp.replies import Reply
from postroad.wire import DotEncoder

# RFC 2920 §3.1: only these may have others behind them in a group.
_PIPELINED = (MailFrom, RcptTo, Reset, Chunk)
_INTERMEDIATE = (DataStart, AuthStart, AuthResponse)  # may be answered with 3yz

_TIMEOUTS: Mapping[type, float] = {
    MailFrom: limits.MAIL_TIMEOUT,
    RcptTo: limits.RCPT_TIMEOUT,
    DataStart: limits.DATA_INITIATION_TIMEOUT,
    Chunk: limits.DATA_TERMINATION_TIMEOUT,
    EndOfData: limits.DATA_TERMINATION_TIMEOUT,
    Quit: limits.QUIT_TIMEOUT,
}

Watcher = Callable[[str, str], None]


def _unwatched(direction: str, line: str) -> None:
    """Nobody looks."""


class ClientConnection:
    """One connection to a server, from its greeting on.

    `watch(direction, line)` sees every line that goes (">") and comes ("<"), without bodies, and
    without what would show a password.
    """

    def __init__(self, mode: Mode = Mode.SMTP, watch: Watcher = _unwatched) -> None:
        self.mode = mode
        self.extensions = Extensions()
        self.tls = False
        self.closed = False
        self.farewell: Reply | None = None  # a 421, or why a body was not even heard to its end
        self._watch = watch
        self._reader = ReplyReader(lambda line: watch("<", line))
        self._eof = False
        self._out = bytearray()
        self._pending: deque[Command | None] = deque([None])  # None stands for the greeting
        self._dots: DotEncoder | None = None  # while a body may be sent
        self._smtputf8 = False
        self._accepted = 0  # recipients of this transaction
        self._answered = 0  # replies that came to the first pending command, of several due
        self._awaits_tls = False

    # --- octets ---

    def receive_data(self, data: bytes) -> None:
        """Take octets from the server; b"" is the same as `receive_eof`."""
        if data:
            self._reader.buffer.append(data)
        else:
            self._eof = True

    def receive_eof(self) -> None:
        """The server will send no more."""
        self._eof = True

    def data_to_send(self) -> bytes:
        """Everything there is to send now; it is then forgotten here."""
        data = bytes(self._out)
        self._out.clear()
        return data

    @property
    def unsent(self) -> int:
        """Octets that `data_to_send` would return."""
        return len(self._out)

    @property
    def waiting(self) -> int:
        """Commands whose reply has not come; the greeting counts as one."""
        return len(self._pending)

    def timeout(self) -> float:
        """Seconds in which the next reply, or the next buffer of a body, must be through."""
        if not self._pending:
            return limits.DATA_BLOCK_TIMEOUT
        command = self._pending[0]
        if command is None:
            return limits.GREETING_TIMEOUT
        return _TIMEOUTS.get(type(command), limits.OTHER_TIMEOUT)

    # --- commands ---

    @property
    def pipelines(self) -> bool:
        """Whether several commands may be sent before the first reply."""
        return "PIPELINING" in self.extensions

    def send(self, command: Command) -> None:
        """Queue a command.

        Raises LocalProtocolError when it may not be sent now, NotOfferedError when the server
        lacks what it needs, AddressError for an address that it could not read.
        """
        self._check_order()
        line = self._encode(command)
        self._out += line
        self._pending.append(command)
        self._watch(">", _shown(command, line))
        if isinstance(command, MailFrom):
            self._smtputf8 = command.smtputf8
            self._accepted = 0

    def send_body(self, data: bytes) -> None:
        """Queue the next octets of the body, after DATA was answered with 354. Raises BareNewline.

        After an error the connection must be cut: it is in the middle of a message.
        """
        if self._dots is None:
            raise LocalProtocolError("no DATA was answered with 354")
        self._out += self._dots.encode(data)

    def end_body(self) -> None:
        """Queue the end of the body. Raises BareNewline."""
        if self._dots is None:
            raise LocalProtocolError("no DATA was answered with 354")
        self._out += self._dots.finish()
        self._dots = None
        self._watch(">", ".")
        if self._due(end := EndOfData()):
            self._pending.append(end)

    def send_chunk(self, data: bytes, *, last: bool) -> None:
        """Queue a BDAT with its octets; there must be an accepted recipient."""
        if not self._accepted:
            raise LocalProtocolError("nobody would receive this chunk")
        self.send(Chunk(len(data), last))
        self._out += data

    def tls_started(self) -> None:
        """The handshake is done: what the server said before is forgotten (RFC 3207 §4.2)."""
        if not self._awaits_tls or len(self._reader.buffer):
            raise LocalProtocolError("STARTTLS was not accepted, or octets in clear are waiting")
        self._awaits_tls = False
        self.tls = True
        self.extensions = Extensions()

    def _check_order(self) -> None:
        if self.closed or self._dots is not None or self._awaits_tls:
            raise LocalProtocolError("no command can be sent now")
        last = self._pending[-1] if self._pending else None
        if self._pending and not (self.pipelines and isinstance(last, _PIPELINED)):
            raise LocalProtocolError("the reply to the last command must be awaited")

    def _encode(self, command: Command) -> bytes:
        match command:
            case MailFrom():
                return command.encode(self.extensions)
            case RcptTo():
                if not (self._smtputf8 or command.address.isascii()):
                    raise AddressError("an address beyond ASCII needs SMTPUTF8 in MAIL")
                return command.encode(self.extensions)
            case Chunk() if "CHUNKING" not in self.extensions:
                raise NotOfferedError("CHUNKING")
            case StartTls() if "STARTTLS" not in self.extensions or self.tls:
                raise NotOfferedError("STARTTLS")
            case EndOfData():
                raise LocalProtocolError("a body is ended by end_body()")
            case CancelAuth():
                return b"*\r\n"
            case _:
                return command.encode()

    # --- events ---

    def next_event(self) -> ClientEvent | Signal:
        """The next reply with the command that it answers, or NEED_DATA."""
        if self.closed:
            return NEED_DATA
        try:
            said = self._reader.next_reply()
            if said is not None:
                return self._take(*said)
            if self._awaits_tls and len(self._reader.buffer):
                raise RemoteProtocolError("octets in clear after the reply to STARTTLS")
        except RemoteProtocolError as fault:
            self._close()
            return ProtocolError(str(fault))
        if self._eof:
            self._close()
            return Disconnected()
        return NEED_DATA

    def _close(self) -> None:
        self.closed = True
        self._reader.buffer.clear()
        self._out.clear()

    def _take(self, code: int, lines: list[str]) -> ClientEvent | Signal:
        own_accord = not self._pending
        if code == 421 or (own_accord and code >= 400 and self._dots is not None):
            self.farewell = make_reply(code, lines)
            if own_accord:
                return self.next_event()  # the end of the stream follows
        if own_accord:
            raise RemoteProtocolError(f"a reply that nobody asked for: {code} {lines[0][:80]}")
        command = self._pending[0]
        if command is None:
            self._pending.popleft()
            return Greeting(make_reply(code, lines))
        intermediate = 300 <= code < 400
        if intermediate and not isinstance(command, _INTERMEDIATE):
            raise RemoteProtocolError(f"a reply that cannot be: {code} to {command}")
        number = self._count(command)
        # RFC 2034 §4: neither EHLO's keywords nor an intermediate reply begin with a code.
        plain = intermediate or (code < 300 and isinstance(command, Hello))
        reply = Reply(code, "", tuple(lines)) if plain else make_reply(code, lines)
        self._learn(command, reply)
        return Replied(command, reply, number)

    def _count(self, command: Command) -> int:
        """Which reply to `command` this is, from 0; after the last it is the next one's turn."""
        due = self._due(command)
        number = self._answered if due > 1 else 0
        self._answered = number + 1 if number + 1 < due else 0
        if not self._answered:
            self._pending.popleft()
        return number

    def _due(self, command: Command) -> int:
        """Replies that `command` gets (RFC 2033 §4.2, §4.3)."""
        if self.mode is not Mode.LMTP:
            return 1
        ends = isinstance(command, EndOfData) or (isinstance(command, Chunk) and command.last)
        return self._accepted if ends else 1

    def _learn(self, command: Command, reply: Reply) -> None:
        """What a reply changes for us."""
        match command:
            case Hello() if reply.positive:
                self.extensions = Extensions.parse(reply) if command.extended else Extensions()
            case RcptTo() if reply.positive:
                self._accepted += 1
            case DataStart() if reply.code == 354:
                self._dots = DotEncoder()
            case DataStart() if reply.positive:
                raise RemoteProtocolError(f"DATA was answered with {reply.code}")
            case StartTls() if reply.positive:
                # CVE-2011-0411, the other way round: words in clear would count as said in TLS.
                if len(self._reader.buffer):
                    raise RemoteProtocolError("octets in clear after the reply to STARTTLS")
                self._awaits_tls = True
            case Quit():
                self.closed = True
            case _:
                pass


def _shown(command: Command, line: bytes) -> str:
    """The line as a person may see it."""
    match command:
        case AuthStart():
            return f"AUTH {command.mechanism}" + (" …" if command.initial is not None else "")
        case AuthResponse():
            return "…"
        case _:
            return line.decode().removesuffix("\r\n")
