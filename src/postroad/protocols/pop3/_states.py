"""The state is one table: which commands may come in which state, and what state follows.

A command that is missing in the row of the present state gets -ERR; no code beside this table asks
whether somebody is logged in.

Standards: RFC 1939 §4, §5, §6; RFC 2449 §5; RFC 2595 §4; RFC 5034 §4; RFC 6856 §2.1, §3.1
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto

from postroad.protocols.pop3 import commands as c


class State(StrEnum):
    """Where a connection is."""

    AUTHORIZATION = auto()  # greeted, nobody yet
    IDENTIFIED = auto()  # USER came, PASS is due
    EXCHANGE = auto()  # a SASL exchange: the client's response is due
    TLS = auto()  # +OK to STLS was said, the handshake is due
    TRANSACTION = auto()  # the maildrop is open
    CLOSED = auto()  # nothing is read or said any more


_BEFORE_LOGIN: Mapping[type, State] = {
    c.User: State.IDENTIFIED,
    c.Auth: State.TRANSACTION,
    c.AuthList: State.AUTHORIZATION,
    c.Stls: State.TLS,
    c.Capa: State.AUTHORIZATION,
    c.Utf8: State.AUTHORIZATION,
    c.Lang: State.AUTHORIZATION,
    c.Quit: State.CLOSED,
}

ACCEPTED: Mapping[State, Mapping[type, State]] = {
    State.AUTHORIZATION: _BEFORE_LOGIN,
    State.IDENTIFIED: {
        **_BEFORE_LOGIN,
        c.Pass: State.TRANSACTION,
        c.AuthList: State.IDENTIFIED,
        c.Capa: State.IDENTIFIED,
        c.Utf8: State.IDENTIFIED,
        c.Lang: State.IDENTIFIED,
    },
    State.TRANSACTION: {
        c.Stat: State.TRANSACTION,
        c.List: State.TRANSACTION,
        c.Uidl: State.TRANSACTION,
        c.Retr: State.TRANSACTION,
        c.Top: State.TRANSACTION,
        c.Dele: State.TRANSACTION,
        c.Rset: State.TRANSACTION,
        c.Noop: State.TRANSACTION,
        c.Capa: State.TRANSACTION,
        c.Lang: State.TRANSACTION,
        c.Quit: State.CLOSED,
    },
}


class Ask(StrEnum):
    """Which answer of the shell is due."""

    LOGIN = auto()  # open or reject
    EXCHANGE = auto()  # open, reject or challenge
    TLS = auto()  # accept_tls or reject
    BODY = auto()  # begin_body or reject
    SENDING = auto()  # send_body or end_body
    UPDATE = auto()  # updated or reject
