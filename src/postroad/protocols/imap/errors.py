"""What the core and its driver raise: a mistake of the client carries its answer."""

from __future__ import annotations

from postroad.protocols.imap.status import Code, Status, bad


class ImapError(Exception):
    """Any fault of this protocol."""


class CommandError(ImapError):
    """A command that cannot be obeyed; `status` is its answer."""

    def __init__(self, status: Status) -> None:
        super().__init__(str(status))
        self.status = status


class BadSyntax(CommandError):
    """A command that does not follow the grammar. `text` says where, and repeats nothing."""

    def __init__(self, text: str, code: bytes | Code = b"") -> None:
        super().__init__(bad(text, code))


class Refused(ImapError):
    """Raised by a handler that does not do what was asked; `status` (NO or BAD) is its answer."""

    def __init__(self, status: Status) -> None:
        super().__init__(str(status))
        self.status = status


class LocalProtocolError(ImapError):
    """The shell did something that the state does not allow: a mistake in this program."""


class InflationError(ImapError):
    """What the client sends is not DEFLATE, or swells beyond measure."""
