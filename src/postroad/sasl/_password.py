"""PLAIN and LOGIN: the client shows its password, and TLS alone keeps it.

Nobody may act for another: an authorization identity must be the user's own or absent.

Standards: RFC 4616 §2 (PLAIN); draft-murchison-sasl-login (LOGIN, obsolete and everywhere)
"""

from __future__ import annotations

from postroad.sasl._base import Challenge, CheckPassword, Failure, Login, Step, Success
from postroad.sasl._saslprep import saslprep
from postroad.sasl._verifier import ScramVerifier
from postroad.sasl.errors import SaslError

MAX_FIELD = 255  # octets of each part; RFC 4616 §2 asks for 255 and lets servers end there


class _PasswordServer:
    """What PLAIN and LOGIN share once they know a name and a password."""

    __slots__ = ("_user",)

    def __init__(self) -> None:
        self._user = ""

    def answer(self, found: bool | ScramVerifier) -> Step:
        """End the exchange by whether the password was right."""
        if found is True and self._user:
            return Success(self._user)
        return Failure("wrong user name or password")

    def _check(self, user: bytes, password: bytes, authzid: bytes = b"") -> Step:
        if max(len(user), len(password), len(authzid)) > MAX_FIELD:
            return Failure(f"a part is longer than {MAX_FIELD} octets", malformed=True)
        try:
            name, acting, secret = (saslprep(part.decode()) for part in (user, authzid, password))
        except ValueError:
            return Failure("not UTF-8, or a character that SASLprep forbids", malformed=True)
        if not name or not secret:
            return Failure("user name or password is empty")
        if acting and acting != name:
            return Failure("wants to act for somebody else")
        self._user = name
        return CheckPassword(name, secret)


class PlainServer(_PasswordServer):
    """RFC 4616: one message, `authzid NUL user NUL password`."""

    __slots__ = ()
    name = "PLAIN"

    def start(self, initial: bytes | None) -> Step:
        """Take the message, or ask for it with an empty challenge."""
        return Challenge(b"") if initial is None else self.respond(initial)

    def respond(self, response: bytes) -> Step:
        """Take the message."""
        parts = response.split(b"\0")
        if len(parts) != 3:
            return Failure("not three parts with NUL between them", malformed=True)
        return self._check(parts[1], parts[2], parts[0])


class LoginServer(_PasswordServer):
    """Two prompts, two answers. A user name may come as initial response, as some clients do."""

    __slots__ = ("_name",)
    name = "LOGIN"

    def __init__(self) -> None:
        super().__init__()
        self._name: bytes | None = None

    def start(self, initial: bytes | None) -> Step:
        """Ask for the user name, or take it."""
        return Challenge(b"Username:") if initial is None else self.respond(initial)

    def respond(self, response: bytes) -> Step:
        """Take the user name, then the password."""
        if self._name is None:
            self._name = response
            return Challenge(b"Password:")
        return self._check(self._name, response)


class PlainClient:
    """Sends user and password at once."""

    __slots__ = ("_login", "complete")
    name = "PLAIN"

    def __init__(self, login: Login) -> None:
        self._login = login
        self.complete = False

    def start(self) -> bytes | None:
        """The one message."""
        self.complete = True
        user, password = (_sendable(part) for part in (self._login.user, self._login.password))
        return b"\0" + user + b"\0" + password

    def respond(self, challenge: bytes) -> bytes:
        """Nothing is left to say."""
        raise SaslError("the server asks again after PLAIN was complete")


class LoginClient:
    """Answers the two prompts, whatever their words."""

    __slots__ = ("_answers", "_login")
    name = "LOGIN"

    def __init__(self, login: Login) -> None:
        self._login = login
        self._answers = [login.password, login.user]

    @property
    def complete(self) -> bool:
        """Whether both answers were given."""
        return not self._answers

    def start(self) -> bytes | None:
        """The server speaks first."""
        return None

    def respond(self, challenge: bytes) -> bytes:
        """The user name, then the password."""
        if not self._answers:
            raise SaslError("the server asks a third time in LOGIN")
        return _sendable(self._answers.pop())


def _sendable(text: str) -> bytes:
    try:
        prepared = saslprep(text)
    except ValueError as error:
        raise SaslError(f"user name or password cannot be sent: {error}") from None
    if not prepared:
        raise SaslError("user name or password is empty")
    return prepared.encode()
