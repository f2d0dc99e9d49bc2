"""What the server driver asks of a station.

Standards: RFC 1939 §4, §6
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from postroad.protocols.pop3.events import Mistake
from postroad.protocols.pop3.maildrop import Maildrop
from postroad.sasl import ScramVerifier


class Handler(Protocol):
    """The decisions of one connection.

    What a method raises goes to `on_error`, and the client hears -ERR [SYS/TEMP]; only a message
    that breaks off in its middle ends the connection.
    """

    async def check_password(self, user: str, password: str) -> str | None:
        """The account that `user` may use with this password, or None. May raise LoginRefused."""
        ...

    async def scram_verifier(self, user: str) -> ScramVerifier:
        """The verifier of `user`; a decoy when there is no such user."""
        ...

    async def open(self, account: str) -> Maildrop:
        """Lock and list the maildrop. Raises LoginRefused (in use, too soon)."""
        ...

    def retrieve(self, index: int) -> AsyncIterator[bytes]:
        """The octets of message `index` (from 0) in slices."""
        ...

    def sent(self, index: int) -> None:
        """RETR of this message was answered to its end."""
        ...

    async def update(self, indexes: Sequence[int]) -> None:
        """Remove these messages: all, or raise."""
        ...

    async def tls_started(self, info: Any) -> None:
        """STLS succeeded; `info` is what the stream knows of it."""
        ...

    async def closed(self) -> None:
        """The connection is over, the maildrop free again; always the last call."""
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
