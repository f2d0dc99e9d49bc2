"""What the server does with each command line: an event for the shell, or an answer of its own.

Each function takes what follows the verb, and returns an event, or None when all is said. It raises
CommandError for what is refused.

Standards: RFC 5321 §4.1.1, §3.5.3 (VRFY); RFC 2033 §4.1; RFC 3207 §4; RFC 4954 §4; RFC 3030 §2
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from postroad.protocols.smtp import _texts as texts
from postroad.protocols.smtp._body import ChunkedBody, too_big
from postroad.protocols.smtp._session import Session, Transaction
from postroad.protocols.smtp._states import ACCEPTED, OUT_OF_SEQUENCE, Ask, State
from postroad.protocols.smtp.commands import AuthResponse, DataStart, Quit, Reset, StartTls
from postroad.protocols.smtp.commands.auth import decode_base64, parse_auth
from postroad.protocols.smtp.commands.bdat import parse_bdat
from postroad.protocols.smtp.commands.hello import parse_hello
from postroad.protocols.smtp.commands.mail import parse_mail
from postroad.protocols.smtp.commands.rcpt import parse_rcpt
from postroad.protocols.smtp.config import Mode
from postroad.protocols.smtp.errors import CommandError
from postroad.protocols.smtp.events import AuthCancelled, ServerEvent
from postroad.protocols.smtp.replies import Reply

OnCommand = Callable[[Session, str], ServerEvent | None]


def command(session: Session, line: bytes) -> ServerEvent | None:
    """Carry out one line. Raises CommandError."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise CommandError(texts.UNREADABLE) from None
    # For text beyond ASCII the grammar of addresses is stricter than this.
    if not text.isprintable() and any(char < " " or char == "\x7f" for char in text):
        raise CommandError(texts.UNREADABLE)
    verb, _, argument = text.partition(" ")
    verb = verb.upper()
    act = _COMMANDS.get(verb)
    if act is not None:
        return act(session, argument.strip(" "))
    if verb in _HTTP:
        return session.hang_up(texts.NOT_HTTP)  # a browser was sent here (ALPACA)
    raise CommandError(texts.NOT_IMPLEMENTED if verb in _NOT_IMPLEMENTED else texts.UNKNOWN)


def response(session: Session, line: bytes) -> ServerEvent:
    """Take a line of an AUTH exchange."""
    if line == b"*":
        return cancel_auth(session, texts.AUTH_CANCELLED)
    try:
        data = decode_base64(line.decode("ascii", "replace"))
    except CommandError as fault:
        return cancel_auth(session, fault.reply)
    return session.question(Ask.AUTH, AuthResponse(data))


def cancel_auth(session: Session, reply: Reply) -> ServerEvent:
    """End an AUTH exchange without asking the shell."""
    session.state = State.READY
    session.refuse(reply)
    return AuthCancelled()


def _hello(verb: str) -> OnCommand:
    def on_hello(session: Session, argument: str) -> ServerEvent:
        # RFC 2033 §4.1: neither protocol answers the other's greeting.
        if session.lmtp != (verb == "LHLO"):
            raise CommandError(texts.WANTS_LHLO if session.lmtp else texts.WANTS_EHLO)
        session.after("HELLO")
        session.count_idle()
        session.hello = parse_hello(verb, argument)
        return session.question(Ask.HELLO, session.hello)

    return on_hello


def _starttls(session: Session, argument: str) -> ServerEvent:
    _no_argument(argument)
    if session.tls or not session.config.offers_starttls:
        raise CommandError(texts.NOT_IMPLEMENTED)
    session.after("STARTTLS")
    if len(session.buffer):
        return session.hang_up(texts.TLS_INJECTION)
    return session.question(Ask.STARTTLS, StartTls())


def _auth(session: Session, argument: str) -> ServerEvent:
    if not session.config.auth_mechanisms:
        raise CommandError(texts.NO_AUTH)
    session.after("AUTH")
    if session.authenticated:
        raise CommandError(texts.AUTH_TWICE)
    if session.config.auth_requires_tls and not session.tls:
        raise CommandError(texts.AUTH_NEEDS_TLS)
    event = parse_auth(argument)
    if event.mechanism not in session.mechanisms:
        raise CommandError(texts.NO_MECHANISM)
    return session.question(Ask.AUTH, event)


def _mail(session: Session, argument: str) -> ServerEvent:
    config = session.config
    session.after("MAIL")
    if config.mode is Mode.SUBMISSION and not session.authenticated:
        without_tls = config.auth_requires_tls and not session.tls
        raise CommandError(texts.WANTS_TLS if without_tls else texts.WANTS_AUTH)
    if session.messages >= config.max_messages:
        raise CommandError(texts.unavailable(config, "4.7.0", "it had its share of messages"))
    event = parse_mail(argument)
    if event.size is not None and event.size > config.max_message_size:
        return session.refuse(too_big(config.max_message_size), counts=False)
    session.transaction = Transaction(event)
    return session.question(Ask.MAIL, event)


def _rcpt(session: Session, argument: str) -> ServerEvent:
    session.after("RCPT")
    maximum = session.config.max_recipients
    transaction = session.transaction
    transaction.asked += 1
    if transaction.asked > maximum:
        # As many again may overshoot in good faith (RFC 5321 §4.5.3.1.8); more is abuse.
        abuse = transaction.asked > 2 * maximum
        return session.refuse(texts.TOO_MANY_RECIPIENTS, counts=abuse)
    event = parse_rcpt(argument, smtputf8=transaction.smtputf8)
    return session.question(Ask.RCPT, event)


def _data(session: Session, argument: str) -> ServerEvent:
    _no_argument(argument)
    session.after("DATA")
    if session.transaction.binary:
        raise CommandError(texts.BINARY_NEEDS_BDAT)
    return session.question(Ask.DATA, DataStart())


def _bdat(session: Session, argument: str) -> ServerEvent | None:
    try:
        chunk = parse_bdat(argument)
    except CommandError as fault:
        # Nobody can tell any more where octets end and commands begin.
        return session.hang_up(fault.reply)
    fits = "BDAT" in ACCEPTED[session.state]
    body = session.body if isinstance(session.body, ChunkedBody) else None
    first = body is None
    if body is None:
        body = ChunkedBody(session.config.max_message_size, binary=session.transaction.binary)
        session.body = body
    if not fits:
        # RFC 3030 §2: the octets are taken and dropped, then the answer is no.
        body.stray = session.state
        body.fault = OUT_OF_SEQUENCE["BDAT"]
    body.begin(chunk.size, last=chunk.last)
    if first and fits:
        return session.question(Ask.BDAT, DataStart(chunked=True))
    session.state = State.CHUNK
    return None


def _rset(session: Session, argument: str) -> ServerEvent:
    _no_argument(argument)
    following = session.after("RSET")
    session.count_idle()
    session.forget_transaction()
    session.state = following
    session.say(texts.OK)
    return Reset()


def _quit(session: Session, argument: str) -> ServerEvent:
    _no_argument(argument)
    session.say(texts.farewell(session.config))
    session.close()
    return Quit()


def _idle(reply: Reply) -> OnCommand:
    def on_idle(session: Session, argument: str) -> None:
        session.after("NOOP")
        session.count_idle()
        session.say(reply)

    return on_idle


def _vrfy(session: Session, argument: str) -> ServerEvent | None:
    if not argument:
        raise CommandError(texts.VRFY_WHOM)
    return _idle(texts.VRFY)(session, argument)


def _no_argument(argument: str) -> None:
    if argument:
        raise CommandError(texts.NO_ARGUMENT)


_COMMANDS: Mapping[str, OnCommand] = {
    "EHLO": _hello("EHLO"),
    "HELO": _hello("HELO"),
    "LHLO": _hello("LHLO"),
    "STARTTLS": _starttls,
    "AUTH": _auth,
    "MAIL": _mail,
    "RCPT": _rcpt,
    "DATA": _data,
    "BDAT": _bdat,
    "RSET": _rset,
    "NOOP": _idle(texts.OK),
    "HELP": _idle(texts.HELP),
    "VRFY": _vrfy,
    "QUIT": _quit,
}

_NOT_IMPLEMENTED = frozenset({"EXPN", "ETRN", "TURN", "ATRN", "SEND", "SOML", "SAML"})
_HTTP = frozenset(
    {"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PRI"}
)
