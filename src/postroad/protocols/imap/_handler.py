"""What the server driver asks of a station.

Standards: RFC 9051 §6, §6.3.13 (IDLE)
"""

from __future__ import annotations

from typing import Any, Protocol

from postroad.protocols.imap._output import Output
from postroad.protocols.imap.commands import Command
from postroad.protocols.imap.events import LiteralStart, Mistake
from postroad.protocols.imap.status import Status
from postroad.sasl import ScramVerifier


class Handler(Protocol):
    """The decisions of one connection.

    Refused and CommandError, raised by any method that has a command to answer, are that answer.
    Anything else goes to `on_error`, the client hears NO [SERVERBUG], and the connection goes on;
    for ConnectionError and TimeoutError of `out` it ends.
    """

    async def check_password(self, user: str, password: str) -> str | None:
        """The account that `user` may use with this password, or None. May raise Refused."""
        ...

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """The verifier of `user`; a decoy when there is no such user."""
        ...

    async def logged_in(self, account: str, out: Output) -> None:
        """Begin the session of `account`. May raise Refused (too many connections, disabled)."""
        ...

    async def command(self, command: Command, out: Output) -> Status:
        """Do it, writing untagged responses to `out`; the status is its tagged answer.

        Comes one after the other, only in states that allow them (`_states`). ENABLE comes with
        what is known alone; the driver answers ENABLED, and `out.enabled` has it with the next.
        APPEND and REPLACE come when their texts were taken by the methods below.
        """
        ...

    async def literal_start(self, event: LiteralStart, out: Output) -> None:
        """A text of a message is about to come. Raises Refused to have it dropped or not sent."""
        ...

    async def literal_chunk(self, data: bytes) -> None:
        """More of it. What it raises is answered when the text has been read."""
        ...

    async def literal_end(self) -> None:
        """It is complete."""
        ...

    async def literals_dropped(self) -> None:
        """The command broke off: forget its texts."""
        ...

    async def idle(self, out: Output) -> None:
        """The client idles: bring news by `out.push`, from whatever task, until `idle_ended`."""
        ...

    async def idle_ended(self, out: Output) -> Status:
        """When this returns no push is under way. What was gathered by `out.put` is still sent."""
        ...

    async def tls_started(self, info: Any) -> None:
        """STARTTLS succeeded; `info` is what the stream knows of it."""
        ...

    async def closed(self) -> None:
        """The connection is over; always the last call, also in the middle of IDLE or a text."""
        ...

    def identified(self, fields: tuple[tuple[str, str | None], ...]) -> None:
        """What the client says about itself (ID); for logs alone (RFC 2971 §3)."""
        ...

    def shutting_down(self) -> bool:
        """Whether no further command is to be taken."""
        ...

    def login_failed(self, user: str, reason: str) -> None:
        """Somebody was not let in; `reason` is for us."""
        ...

    def on_error(self, error: Exception) -> None:
        """Something here is wrong; write it down."""
        ...

    def on_mistake(self, event: Mistake) -> None:
        """The client did something wrong and was answered."""
        ...
