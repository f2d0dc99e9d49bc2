"""What each command does: a function for each, and the table of them.

A function answers by itself and returns None, or returns an event and leaves the answer to the
shell, or raises CommandError with the answer.

Standards: RFC 1939 §5, §6, §7; RFC 2449 §5; RFC 2595 §4; RFC 5034 §4; RFC 6856 §2, §3
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postroad.protocols.pop3 import commands as c
from postroad.protocols.pop3._capabilities import capabilities
from postroad.protocols.pop3._session import Session
from postroad.protocols.pop3._states import Ask
from postroad.protocols.pop3._texts import LANGUAGES, Text, find_language
from postroad.protocols.pop3.errors import CommandError
from postroad.protocols.pop3.events import (
    AuthStarted,
    Event,
    PasswordGiven,
    Retrieve,
    TlsWanted,
    Update,
)
from postroad.protocols.pop3.replies import err, ok


def _user(session: Session, command: c.User) -> None:
    session.count_idle()
    session.need_tls()
    session.user = command.name
    session.say(ok(Text.NAME_TAKEN))


def _pass(session: Session, command: c.Pass) -> Event:
    return session.question(Ask.LOGIN, PasswordGiven(session.user, command.password))


def _auth(session: Session, command: c.Auth) -> Event:
    session.need_tls()
    if command.mechanism not in session.mechanisms:
        raise CommandError(err(Text.NO_MECHANISM))
    return session.question(Ask.EXCHANGE, AuthStarted(command.mechanism, command.initial))


def _auth_list(session: Session, command: c.AuthList) -> None:
    session.count_idle()
    session.list(ok(Text.LIST_FOLLOWS), (b"%b\r\n" % m.encode() for m in session.mechanisms))


def _stls(session: Session, command: c.Stls) -> Event:
    if not session.config.offers_stls or session.tls:
        raise CommandError(err(Text.NOT_NOW))
    if len(session.buffer):  # it came in clear and would be taken for what TLS protects
        return session.hang_up(err(Text.INJECTION))
    return session.question(Ask.TLS, TlsWanted())


def _capa(session: Session, command: c.Capa) -> None:
    session.count_idle()
    lines = capabilities(session.config, session.state, session.mechanisms, tls=session.tls)
    session.list(ok(Text.LIST_FOLLOWS), (b"%b\r\n" % line.encode() for line in lines))


def _utf8(session: Session, command: c.Utf8) -> None:
    session.count_idle()
    session.say(ok(Text.UTF8_ON))


def _lang(session: Session, command: c.Lang) -> None:
    session.count_idle()
    if not command.language:
        lines = (f"{tag} {name}\r\n".encode() for tag, name in LANGUAGES.items())
        return session.list(ok(Text.LIST_FOLLOWS), lines)
    found = find_language(command.language)
    if found is None:
        raise CommandError(err(Text.NO_SUCH_LANGUAGE))
    session.language = found
    session.say(ok(Text.LANGUAGE, fields=found))
    return None


def _stat(session: Session, command: c.Stat) -> None:
    count, octets = session.maildrop.totals()
    session.say(ok(fields=f"{count} {octets}"))


def _list(session: Session, command: c.List) -> None:
    if command.number is None:
        return session.list(ok(Text.LIST_FOLLOWS), session.maildrop.sizes())
    _, entry = session.maildrop.find(command.number)
    return session.say(ok(fields=f"{command.number} {entry.size}"))


def _uidl(session: Session, command: c.Uidl) -> None:
    if command.number is None:
        return session.list(ok(Text.LIST_FOLLOWS), session.maildrop.uids())
    _, entry = session.maildrop.find(command.number)
    return session.say(ok(fields=f"{command.number} {entry.uid}"))


def _retr(session: Session, command: c.Retr) -> Event:
    index, _ = session.maildrop.find(command.number)
    session.lines = None
    return session.question(Ask.BODY, Retrieve(index, whole=True))


def _top(session: Session, command: c.Top) -> Event:
    index, _ = session.maildrop.find(command.number)
    session.lines = command.lines
    return session.question(Ask.BODY, Retrieve(index, whole=False))


def _dele(session: Session, command: c.Dele) -> None:
    session.maildrop.mark(command.number)
    session.say(ok(Text.MARKED))


def _rset(session: Session, command: c.Rset) -> None:
    session.maildrop.unmark_all()
    session.say(ok(Text.UNMARKED))


def _noop(session: Session, command: c.Noop) -> None:
    session.say(ok())


def _quit(session: Session, command: c.Quit) -> Event | None:
    if session.maildrop.marked:
        return session.question(Ask.UPDATE, Update(session.maildrop.marked))
    session.say(ok(Text.GOODBYE))
    session.close()
    return None


OBEY: Mapping[type, Callable[[Session, Any], Event | None]] = {
    c.User: _user,
    c.Pass: _pass,
    c.Auth: _auth,
    c.AuthList: _auth_list,
    c.Stls: _stls,
    c.Capa: _capa,
    c.Utf8: _utf8,
    c.Lang: _lang,
    c.Stat: _stat,
    c.List: _list,
    c.Uidl: _uidl,
    c.Retr: _retr,
    c.Top: _top,
    c.Dele: _dele,
    c.Rset: _rset,
    c.Noop: _noop,
    c.Quit: _quit,
}
"""Every command that `commands.parse` knows."""
