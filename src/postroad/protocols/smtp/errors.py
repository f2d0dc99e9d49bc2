"""What can go wrong in SMTP, on the wire and in our own use of the cores."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from postroad.protocols.smtp.replies import Reply


class SmtpError(Exception):
    """Any fault of this room."""


class AddressError(SmtpError, ValueError):
    """Not a path or a mailbox; the text says what is wrong, for the peer."""


class CommandError(SmtpError):
    """The peer's command cannot be carried out; `reply` is the answer it gets."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class LocalProtocolError(SmtpError):
    """The core was asked for something that its state does not allow: a fault in our own code."""


class NotOfferedError(SmtpError):
    """The server does not offer the extension that this message needs; `keyword` names it."""

    def __init__(self, keyword: str) -> None:
        super().__init__(f"the server does not offer {keyword}, and this message needs it")
        self.keyword = keyword


class RemoteProtocolError(SmtpError):
    """The server said something that is not SMTP; nothing more can be understood from it."""


class ConnectionLost(SmtpError, ConnectionError):
    """The connection ended, or was not answered in time, with the work unfinished.

    `reply` is the last thing the remote said of its own accord (a 421), when it said anything.
    """

    def __init__(self, text: str, reply: Reply | None = None) -> None:
        super().__init__(text if reply is None else f"{text}: {reply}")
        self.reply = reply


class RemoteRefusal(SmtpError):
    """The server answered a step of ours with 4yz or 5yz; `reply` has its words."""

    def __init__(self, step: str, reply: Reply) -> None:
        super().__init__(f"{step}: {reply}")
        self.step = step
        self.reply = reply
