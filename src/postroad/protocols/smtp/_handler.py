"""What the server driver asks of a station, and the answers for whoever has nothing to say.

Standards: RFC 5321 §3 (the steps of a session)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from postroad.protocols.smtp.commands import Hello, MailFrom, RcptTo
from postroad.protocols.smtp.events import ProtocolError
from postroad.protocols.smtp.replies import Reply
from postroad.sasl import ScramVerifier


class Handler(Protocol):
    """The decisions of one connection. None as an answer is the standard positive reply.

    A method may raise CommandError to answer with its reply; anything else that it raises goes to
    `on_error`, and the client hears 451 4.3.0 (454 4.7.0 in AUTH).
    """

    async def connected(self) -> Reply | None:
        """Somebody connected. A refusal is 554 (only QUIT is heard then) or 421 (which closes)."""
        ...

    async def hello(self, event: Hello) -> Reply | None:
        """The client named itself. None or a refusal."""
        ...

    async def mail(self, event: MailFrom) -> Reply | None:
        """A transaction begins, when the answer is positive."""
        ...

    async def rcpt(self, event: RcptTo) -> Reply | None:
        """May mail go there?"""
        ...

    async def data_start(self) -> Reply | None:
        """The body is about to come. None or a refusal."""
        ...

    async def chunk(self, data: bytes) -> None:
        """The next octets of the body; reading goes on when this returns."""
        ...

    async def data_end(self) -> Sequence[Reply]:
        """The message is complete: one reply, over LMTP one for each accepted recipient."""
        ...

    def reply_read(self) -> None:
        """The client went on after it was sent the replies of `data_end`: it has read them."""
        ...

    async def aborted(self) -> None:
        """The transaction ended without a message: RSET, a refused body, a lost connection."""
        ...

    async def check_password(self, user: str, password: str) -> str | None:
        """The account that `user` may use with this password, or None."""
        ...

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """The verifier of `user`; a decoy when there is no such user."""
        ...

    async def authenticated(self, user: str) -> None:
        """AUTH succeeded: the account that `check_password` gave, or SCRAM's user name."""
        ...

    async def tls_started(self, info: Any) -> None:
        """STARTTLS succeeded; `info` is what the stream knows of it."""
        ...

    async def closed(self) -> None:
        """The connection is over; always the last call."""
        ...

    def shutting_down(self) -> bool:
        """Whether no further command is to be taken."""
        ...

    def on_error(self, error: Exception) -> None:
        """Something here is wrong; write it down."""
        ...

    def on_protocol_error(self, event: ProtocolError) -> None:
        """The client did something wrong and was answered."""
        ...


class BaseHandler:
    """Accepts every step but a message: override what the station decides."""

    async def connected(self) -> Reply | None:
        """Welcome."""
        return None

    async def hello(self, event: Hello) -> Reply | None:
        """Any name will do."""
        return None

    async def mail(self, event: MailFrom) -> Reply | None:
        """Any sender."""
        return None

    async def rcpt(self, event: RcptTo) -> Reply | None:
        """Nobody lives here until a station says so."""
        return Reply(550, "5.1.1", ("No such mailbox",))

    async def data_start(self) -> Reply | None:
        """Go ahead."""
        return None

    async def chunk(self, data: bytes) -> None:
        """Lost unless a station keeps it; `data_end` therefore says so."""

    async def data_end(self) -> Sequence[Reply]:
        """Nothing was kept, so nothing may be promised."""
        raise NotImplementedError("a handler that takes recipients must implement data_end")

    def reply_read(self) -> None:
        """Nothing to remember."""

    async def aborted(self) -> None:
        """Nothing was begun."""

    async def check_password(self, user: str, password: str) -> str | None:
        """Nobody is known."""
        return None

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """Nobody is known, and nothing is there to invent a decoy from."""
        raise NotImplementedError("a handler that offers SCRAM must implement scram_verifier")

    async def authenticated(self, user: str) -> None:
        """Nothing to remember."""

    async def tls_started(self, info: Any) -> None:
        """Nothing to remember."""

    async def closed(self) -> None:
        """Nothing to clean."""

    def shutting_down(self) -> bool:
        """Never."""
        return False

    def on_error(self, error: Exception) -> None:
        """Without a place to write it to, it must not vanish."""
        raise error

    def on_protocol_error(self, event: ProtocolError) -> None:
        """Nothing to remember."""
