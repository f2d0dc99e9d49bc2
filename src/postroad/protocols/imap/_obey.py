"""What the core does with a whole command: a function for those that are not simply handed out.

A function answers by itself, or returns an event and leaves the answer to the shell, or raises
CommandError with the answer.

Standards: RFC 9051 §6.1, §6.2, §6.3.1, §6.3.13; RFC 2971 §3.1, RFC 4978 §3, RFC 8314 §3,
RFC 7162 §3.2.6
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postroad.protocols.imap import commands as c
from postroad.protocols.imap import limits, responses
from postroad.protocols.imap._capabilities import ENABLING
from postroad.protocols.imap._session import Session
from postroad.protocols.imap._states import ACCEPTED, NOT_NOW, Ask, State
from postroad.protocols.imap.errors import BadSyntax, CommandError
from postroad.protocols.imap.events import (
    AuthStarted,
    CompressWanted,
    Event,
    Identified,
    IdleStarted,
    LoginGiven,
    Request,
    TlsWanted,
)
from postroad.protocols.imap.status import Code, bad, bye, no, ok

INJECTION = bye("Nothing may follow STARTTLS before TLS has begun", Code.CLIENTBUG)
UNASKED = bye("Nothing may follow COMPRESS before its answer", Code.CLIENTBUG)
_NEED_TLS = no("No password in clear: begin TLS first", Code.PRIVACYREQUIRED)


def obey(session: Session, command: c.Command) -> Event | None:
    """Do it, or ask the shell to. Raises CommandError."""
    following = ACCEPTED[session.state].get(type(command))
    if following is None:
        raise CommandError(bad(NOT_NOW[session.state]))
    session.following = following
    session.request = command
    own = _OWN.get(type(command))
    if own is not None:
        return own(session, command)
    return session.question(Ask.COMMAND, Request(session.tag, command))


def _count_idle(session: Session) -> None:
    """One more command before the login that is none."""
    if session.state is State.NOT_AUTHENTICATED:
        session.idle += 1


def _done(session: Session, text: str) -> Event | None:
    session.answer(ok(text))
    if session.idle > limits.IDLE_COMMANDS:
        return session.hang_up(bye("Too many commands and no login"))
    return None


def _capability(session: Session, command: c.Capability) -> Event | None:
    _count_idle(session)
    session.say(responses.capability(session.capabilities))
    return _done(session, "That is on offer")


def _noop(session: Session, command: c.Noop) -> Event | None:
    _count_idle(session)
    if session.state is State.NOT_AUTHENTICATED:
        return _done(session, "Nothing done")
    return session.question(Ask.COMMAND, Request(session.tag, command))


def _identify(session: Session, command: c.Id) -> Event | None:
    _count_idle(session)
    session.say(responses.identity({"name": session.config.implementation}))
    return _done(session, "Pleased to meet you") or Identified(command.fields)


def _logout(session: Session, command: c.Logout) -> None:
    session.say(bye("Until next time").encode())
    session.answer(ok("Goodbye"))
    session.close()


def _start_tls(session: Session, command: c.StartTls) -> Event:
    if session.tls or not session.config.offers_starttls:
        raise BadSyntax("There is no TLS to begin")
    if len(session.lines.buffer):  # it came in clear and would be taken for what TLS protects
        return session.hang_up(INJECTION)
    return session.question(Ask.TLS, TlsWanted())


def _login(session: Session, command: c.Login) -> Event:
    if session.config.auth_requires_tls and not session.tls:
        raise CommandError(_NEED_TLS)
    return session.question(Ask.LOGIN, LoginGiven(command.user, command.password))


def _authenticate(session: Session, command: c.Authenticate) -> Event:
    if session.config.auth_requires_tls and not session.tls:
        raise CommandError(_NEED_TLS)
    if command.mechanism not in session.mechanisms:
        raise CommandError(no("That mechanism is not on offer", Code.CANNOT))
    return session.question(Ask.EXCHANGE, AuthStarted(command.mechanism, command.initial))


def _enable(session: Session, command: c.Enable) -> Event:
    """What is not known is left out (RFC 5161 §3.1); `apply_enable` turns the rest on."""
    known = tuple(name for name in command.names if name in ENABLING)
    names = dict.fromkeys(one for name in known for one in ENABLING[name])
    request = c.Enable(tuple(names))
    session.request = request
    return session.question(Ask.COMMAND, Request(session.tag, request))


def apply_enable(session: Session, command: c.Enable) -> None:
    """The shell agrees: the session changes, and the client is told."""
    session.enabled |= frozenset(command.names)
    session.say(responses.enabled(command.names))


def _compress(session: Session, command: c.Compress) -> Event:
    if command.mechanism != "DEFLATE" or not session.config.offers_compression:
        raise BadSyntax("DEFLATE is all there is, where it is offered")
    if session.compressed:
        raise CommandError(no("It is compressed already", Code.COMPRESSIONACTIVE))
    if len(session.lines.buffer):  # RFC 4978 §3: is it compressed or not?
        return session.hang_up(UNASKED)
    return session.question(Ask.COMPRESS, CompressWanted())


def _idle(session: Session, command: c.Idle) -> Event:
    return session.question(Ask.IDLE, IdleStarted())


def _fetch(session: Session, command: c.Fetch) -> Event:
    if command.vanished and "QRESYNC" not in session.enabled:  # RFC 7162 §3.2.6
        raise BadSyntax("VANISHED needs ENABLE QRESYNC")
    return session.question(Ask.COMMAND, Request(session.tag, command))


def _select(session: Session, command: c.Select) -> Event:
    if command.resync is not None and "QRESYNC" not in session.enabled:  # RFC 7162 §3.2.5
        raise BadSyntax("QRESYNC needs ENABLE QRESYNC")
    return session.question(Ask.COMMAND, Request(session.tag, command))


_OWN: Mapping[type, Callable[[Session, Any], Event | None]] = {
    c.Capability: _capability,
    c.Noop: _noop,
    c.Id: _identify,
    c.Logout: _logout,
    c.StartTls: _start_tls,
    c.Login: _login,
    c.Authenticate: _authenticate,
    c.Enable: _enable,
    c.Compress: _compress,
    c.Idle: _idle,
    c.Fetch: _fetch,
    c.Select: _select,
}
"""All others are handed out as they are."""
