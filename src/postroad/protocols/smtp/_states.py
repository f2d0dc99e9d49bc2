"""The server's state is one table: in which state a command may come, and what state follows.

A command that is missing in the row of the present state gets 503; no code beside this table asks
"is there a transaction?" before it takes a command.

Standards: RFC 5321 §4.1.4 (order of commands), §3.1 (554), RFC 3207 §4.2, RFC 4954 §4, RFC 3030 §2
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto

from postroad.protocols.smtp.replies import Reply


class State(StrEnum):
    """Where a connection is."""

    GREETING = auto()  # connected, not yet greeted
    REFUSED = auto()  # greeted with 554: only QUIT is left (RFC 5321 §3.1)
    CONNECTED = auto()  # greeted, the client has not said who it is
    READY = auto()  # no transaction
    MAIL = auto()  # a sender
    RCPT = auto()  # and at least one recipient
    DATA = auto()  # a body arrives, dot-stuffed
    CHUNK = auto()  # the octets of a BDAT arrive
    CHUNKS = auto()  # between two BDATs of a message
    DELIVERY = auto()  # the body is complete, its replies are due
    AUTH = auto()  # a SASL exchange
    TLS = auto()  # 220 was said, the handshake is due
    CLOSED = auto()  # nothing is read or written any more


ACCEPTED: Mapping[State, Mapping[str, State]] = {
    State.REFUSED: {
        "QUIT": State.CLOSED,
    },
    State.CONNECTED: {
        "HELLO": State.READY,
        "NOOP": State.CONNECTED,
        "RSET": State.CONNECTED,
        "QUIT": State.CLOSED,
    },
    State.READY: {
        "HELLO": State.READY,
        "STARTTLS": State.TLS,
        "AUTH": State.READY,
        "MAIL": State.MAIL,
        "NOOP": State.READY,
        "RSET": State.READY,
        "QUIT": State.CLOSED,
    },
    State.MAIL: {
        "HELLO": State.READY,
        "RCPT": State.RCPT,
        "NOOP": State.MAIL,
        "RSET": State.READY,
        "QUIT": State.CLOSED,
    },
    State.RCPT: {
        "HELLO": State.READY,
        "RCPT": State.RCPT,
        "DATA": State.DATA,
        "BDAT": State.CHUNK,
        "NOOP": State.RCPT,
        "RSET": State.READY,
        "QUIT": State.CLOSED,
    },
    State.CHUNKS: {
        "HELLO": State.READY,
        "BDAT": State.CHUNK,
        "NOOP": State.CHUNKS,
        "RSET": State.READY,
        "QUIT": State.CLOSED,
    },
}
"""What an accepted command makes of a state. HELLO is EHLO, HELO and LHLO; NOOP stands for all that
may come at any time: NOOP, HELP, VRFY (RFC 5321 §4.1.4)."""

OUT_OF_SEQUENCE: Mapping[str, Reply] = {
    "HELLO": Reply(503, "5.5.1", ("There is no service here: QUIT",)),
    "NOOP": Reply(503, "5.5.1", ("There is no service here: QUIT",)),
    "RSET": Reply(503, "5.5.1", ("There is no service here: QUIT",)),
    "MAIL": Reply(503, "5.5.1", ("EHLO comes before MAIL, and one transaction after the other",)),
    "RCPT": Reply(503, "5.5.1", ("MAIL comes before RCPT",)),
    "DATA": Reply(503, "5.5.1", ("An accepted RCPT comes before DATA, and no BDAT",)),
    "BDAT": Reply(503, "5.5.1", ("An accepted RCPT comes before BDAT",)),
    "STARTTLS": Reply(503, "5.5.1", ("STARTTLS comes after EHLO and outside of a transaction",)),
    "AUTH": Reply(503, "5.5.1", ("AUTH comes after EHLO and outside of a transaction",)),
}


class Ask(StrEnum):
    """Which reply the core waits for; the value is the command's name in `ACCEPTED`."""

    GREETING = "GREETING"
    HELLO = "HELLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BDAT = "BDAT"  # the first chunk; accepting it says nothing on the wire
    MESSAGE = "MESSAGE"
