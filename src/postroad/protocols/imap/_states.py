"""The state is one table: which commands may come in which state, and what state follows.

A command that is missing in the row of the present state gets BAD; no code beside this table asks
whether somebody is logged in or a mailbox is open.

Standards: RFC 9051 §3, §6; RFC 3501 §3; RFC 8437 §5 (UNAUTHENTICATE)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto

from postroad.protocols.imap import commands as c


class State(StrEnum):
    """Where a connection is (RFC 9051 §3)."""

    NOT_AUTHENTICATED = auto()
    AUTHENTICATED = auto()
    SELECTED = auto()
    LOGOUT = auto()  # nothing is read or said any more


class Input(StrEnum):
    """What the next octets are."""

    COMMAND = auto()  # a line of a command
    LITERAL = auto()  # a small literal inside it
    STREAM = auto()  # a text of a message
    DROP = auto()  # the rest of a command that is refused already
    RESPONSE = auto()  # the client's part of a SASL exchange
    DONE = auto()  # the end of IDLE
    TLS = auto()  # nothing: the handshake is due


class Ask(StrEnum):
    """Which answer of the shell is due."""

    COMMAND = auto()  # complete
    LOGIN = auto()  # log_in or reject
    EXCHANGE = auto()  # challenge, log_in or reject
    TLS = auto()  # accept_tls or reject
    COMPRESS = auto()  # accept_compression or reject
    IDLE = auto()  # start_idle or reject
    LITERAL = auto()  # accept_literal or refuse_literal


Following = tuple[State, State]
"""The state after OK and the state after NO; BAD changes nothing."""


def _staying(state: State, *kinds: type) -> dict[type, Following]:
    return dict.fromkeys(kinds, (state, state))


_ANY = (c.Capability, c.Noop, c.Id)
_LOGGED_IN = (
    c.Append, c.Compress, c.Create, c.Delete, c.Enable, c.GetQuota, c.GetQuotaRoot, c.GetStatus,
    c.Idle, c.List, c.Lsub, c.Namespace, c.Rename, c.SetQuota, c.Subscribe, c.Unsubscribe,
)  # fmt: skip
_SELECTED = (
    c.Check, c.Copy, c.Expunge, c.Fetch, c.Move, c.Replace, c.Search, c.Sort, c.Store, c.Thread,
)  # fmt: skip

_END = (State.LOGOUT, State.LOGOUT)
_OPEN = (State.SELECTED, State.AUTHENTICATED)  # RFC 9051 §6.3.2: a failed SELECT leaves none open
_OUT = (State.NOT_AUTHENTICATED, State.NOT_AUTHENTICATED)

ACCEPTED: Mapping[State, Mapping[type, Following]] = {
    State.NOT_AUTHENTICATED: {
        **_staying(State.NOT_AUTHENTICATED, *_ANY, c.StartTls),
        c.Login: (State.AUTHENTICATED, State.NOT_AUTHENTICATED),
        c.Authenticate: (State.AUTHENTICATED, State.NOT_AUTHENTICATED),
        c.Logout: _END,
    },
    State.AUTHENTICATED: {
        **_staying(State.AUTHENTICATED, *_ANY, *_LOGGED_IN),
        c.Select: _OPEN,
        c.Unauthenticate: _OUT,
        c.Logout: _END,
    },
    State.SELECTED: {
        **_staying(State.SELECTED, *_ANY, *_LOGGED_IN, *_SELECTED),
        c.Select: _OPEN,
        c.Close: (State.AUTHENTICATED, State.SELECTED),
        c.Unselect: (State.AUTHENTICATED, State.SELECTED),
        c.Unauthenticate: _OUT,
        c.Logout: _END,
    },
}

NOT_NOW: Mapping[State, str] = {
    State.NOT_AUTHENTICATED: "Log in first",
    State.AUTHENTICATED: "Not now: you are logged in, and no mailbox is open",
    State.SELECTED: "Not now: you are logged in",
}
