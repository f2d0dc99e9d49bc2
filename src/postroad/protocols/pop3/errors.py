"""What the core and its driver raise: mistakes of the client carry their answer."""

from __future__ import annotations

from postroad.protocols.pop3.replies import Reply


class Pop3Error(Exception):
    """Any fault of this protocol."""


class CommandError(Pop3Error):
    """A command that cannot be obeyed; `reply` is its answer, the last one when `fatal`."""

    def __init__(self, reply: Reply, *, fatal: bool = False) -> None:
        super().__init__(str(reply))
        self.reply = reply
        self.fatal = fatal


class LoginRefused(Pop3Error):
    """Raised by a handler that does not open the maildrop; `reply` is the answer to the client."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class LocalProtocolError(Pop3Error):
    """The shell did something that the state does not allow: a mistake in this program."""
