"""The driver's part of logging in: LOGIN and the SASL exchange, asked of the handler.

Standards: RFC 9051 §6.2.2, §6.2.3; RFC 4422 §3
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from postroad.protocols.imap._handler import Handler
from postroad.protocols.imap._output import Output
from postroad.protocols.imap._server import ServerConnection
from postroad.protocols.imap.errors import CommandError, Refused
from postroad.protocols.imap.events import AuthResponded, AuthStarted, LoginGiven
from postroad.protocols.imap.status import Code, no
from postroad.sasl import (
    Challenge,
    ChannelBinding,
    CheckPassword,
    Failure,
    FetchScram,
    ServerMechanism,
    Step,
    server_mechanism,
)

REFUSED = no("Wrong name or password", Code.AUTHENTICATIONFAILED)
UNAVAILABLE = no("Nobody can be checked now; try again", Code.UNAVAILABLE)


class Authentication:
    """One connection's; `binding` is that of its TLS connection."""

    __slots__ = ("_account", "_core", "_handler", "_mechanism", "_nonce", "_out", "binding")

    def __init__(
        self,
        core: ServerConnection,
        handler: Handler,
        out: Output,
        nonce: Callable[[], str],
        binding: ChannelBinding | None,
    ) -> None:
        self._core = core
        self._handler = handler
        self._out = out
        self._nonce = nonce
        self.binding = binding
        self._mechanism: ServerMechanism | None = None
        self._account: str | None = None

    async def login(self, event: LoginGiven) -> None:
        """LOGIN."""
        try:
            account = await self._handler.check_password(event.user, event.password)
        except Exception as error:
            return self._reject(error)
        if account is None:
            self._handler.login_failed(event.user, "wrong user name or password")
            return self._core.reject(REFUSED)
        return await self._let_in(account)

    async def start(self, event: AuthStarted) -> None:
        """AUTHENTICATE."""
        self._account = None
        self._mechanism = server_mechanism(event.mechanism, self._nonce(), self.binding)
        await self._go_on(self._mechanism, self._mechanism.start(event.initial))

    async def respond(self, event: AuthResponded) -> None:
        """The client's answer to a challenge."""
        mechanism = self._mechanism
        assert mechanism is not None  # the core was told to challenge
        await self._go_on(mechanism, mechanism.respond(event.data))

    def cancel(self) -> None:
        """The exchange is over."""
        self._mechanism = None

    async def _go_on(self, mechanism: ServerMechanism, step: Step) -> None:
        """Answer the mechanism's questions until it wants to hear the client, or is done."""
        try:
            while isinstance(step, CheckPassword | FetchScram):
                step = mechanism.answer(await self._look_up(step))
        except Exception as error:
            self._mechanism = None
            return self._reject(error)
        if isinstance(step, Challenge):
            return self._core.challenge(step.data)
        self._mechanism = None
        if isinstance(step, Failure):
            self._handler.login_failed("", step.reason)
            return self._core.reject(REFUSED)
        return await self._let_in(self._account or step.user)

    async def _look_up(self, step: CheckPassword | FetchScram) -> Any:
        if isinstance(step, FetchScram):
            return await self._handler.scram_verifier(step.user)
        self._account = await self._handler.check_password(step.user, step.password)
        return self._account is not None

    async def _let_in(self, account: str) -> None:
        try:
            await self._handler.logged_in(account, self._out)
        except Exception as error:
            return self._reject(error)
        return self._core.log_in()

    def _reject(self, error: Exception) -> None:
        """The answer that a refusal carries; for anything else, that it is our fault."""
        if isinstance(error, Refused | CommandError):
            return self._core.reject(error.status)
        self._handler.on_error(error)
        return self._core.reject(UNAVAILABLE)
