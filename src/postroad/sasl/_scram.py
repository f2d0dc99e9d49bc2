"""SCRAM-SHA-256: both sides prove that they know the password, and neither shows it.

Invariants: a wrong nonce, binding or proof ends the exchange, and the server's signature is sent
only after the client's proof was right; an unknown user looks like a wrong password (the shell
answers with a decoy); every comparison of secrets takes constant time.

Standards: RFC 5802 §3, §5, §6; RFC 7677 §3; RFC 9266 §3 (tls-exporter is the binding under TLS 1.3)
"""

from __future__ import annotations

import hmac

from postroad.sasl._base import (
    Challenge,
    ChannelBinding,
    Failure,
    FetchScram,
    Login,
    Step,
    Success,
)
from postroad.sasl._saslprep import saslprep
from postroad.sasl._scram_messages import (
    ClientFinal,
    ClientFirst,
    Malformed,
    ServerFinal,
    ServerFirst,
    base64,
    escape_name,
)
from postroad.sasl._verifier import (
    MAX_ITERATIONS,
    MIN_ITERATIONS,
    ScramVerifier,
    client_key,
    salted_password,
    server_key,
    stored_key,
)
from postroad.sasl.errors import SaslError

PLAIN_NAME = "SCRAM-SHA-256"
PLUS_NAME = "SCRAM-SHA-256-PLUS"


class ScramServer:
    """The server's side. `nonce` must be new for each exchange and not guessable.

    `binding` is what this connection can be bound to, None when there is no TLS or no support;
    `plus` whether the client asked for the -PLUS name.
    """

    __slots__ = ("_binding", "_first", "_nonce", "_plus", "_proven", "_server_first", "_verifier")

    def __init__(self, nonce: str, binding: ChannelBinding | None, *, plus: bool) -> None:
        if plus and binding is None:
            raise ValueError(f"{PLUS_NAME} needs a channel binding")
        self._nonce = nonce
        self._binding = binding
        self._plus = plus
        self._first: ClientFirst | None = None
        self._verifier: ScramVerifier | None = None
        self._server_first = ""
        self._proven = ""

    @property
    def name(self) -> str:
        """The name the client asked for."""
        return PLUS_NAME if self._plus else PLAIN_NAME

    def start(self, initial: bytes | None) -> Step:
        """Take the client's first message, or ask for it with an empty challenge."""
        return Challenge(b"") if initial is None else self.respond(initial)

    def respond(self, response: bytes) -> Step:
        """Take the first message, the final message, or the empty answer that ends it all."""
        try:
            if self._first is None:
                return self._take_first(ClientFirst.parse(response))
            if not self._proven:
                return self._take_final(ClientFinal.parse(response))
        except Malformed as fault:
            return Failure(str(fault), malformed=True)
        return Success(self._proven) if not response else Failure("words after the end", True)

    def answer(self, found: bool | ScramVerifier) -> Step:
        """Take the verifier and send the salt with our half of the nonce."""
        first = self._first
        if not isinstance(found, ScramVerifier) or first is None:
            return Failure("no verifier for this user")
        self._verifier = found
        self._server_first = (
            f"r={first.nonce}{self._nonce},s={base64(found.salt)},i={found.iterations}"
        )
        return Challenge(self._server_first.encode())

    def _take_first(self, first: ClientFirst) -> Step:
        fault = self._binding_fault(first.binding)
        if fault:
            return Failure(fault)
        try:
            user, acting = saslprep(first.user), saslprep(first.authzid)
        except ValueError:
            return Failure("the user name has a character that SASLprep forbids", malformed=True)
        if not user or (acting and acting != user):
            return Failure("the user name is empty, or wants to act for somebody else")
        self._first = first
        return FetchScram(user)

    def _binding_fault(self, flag: str) -> str:
        """RFC 5802 §6: what is wrong with the client's channel binding flag, or ""."""
        if flag.startswith("p=") != self._plus:
            return "the channel binding flag does not fit the mechanism's name"
        if flag == "y" and self._binding is not None:
            return "the client believes that we cannot bind channels: a downgrade"
        if self._plus and (self._binding is None or flag[2:] != self._binding.name):
            return "a channel binding of this kind is not supported"
        return ""

    def _take_final(self, final: ClientFinal) -> Step:
        first, verifier = self._first, self._verifier
        if first is None or verifier is None:
            return Failure("a final message before the salt was sent", malformed=True)
        bound = self._binding.data if self._plus and self._binding is not None else b""
        if not hmac.compare_digest(final.binding, first.header.encode() + bound):
            return Failure("the channel binding does not match")
        if not hmac.compare_digest(final.nonce, first.nonce + self._nonce):
            return Failure("the nonce is not the one of this exchange")
        text = f"{first.bare},{self._server_first},{final.without_proof}".encode()
        signature = hmac.digest(verifier.stored_key, text, "sha256")
        if not hmac.compare_digest(stored_key(_xor(final.proof, signature)), verifier.stored_key):
            return Failure("the proof is wrong")
        self._proven = saslprep(first.user)
        answer = base64(hmac.digest(verifier.server_key, text, "sha256"))
        return Challenge(f"v={answer}".encode())


class ScramClient:
    """The client's side. With a `binding` the mechanism is -PLUS, unless the server has none.

    `server_has_plus` is whether the server offered the -PLUS name: a client that could bind but
    was not offered to says so, and a server that did offer it then knows of an attacker.
    """

    __slots__ = ("_bare", "_binding", "_expected", "_header", "_login", "_nonce", "_plus", "_state")

    def __init__(
        self, login: Login, nonce: str, binding: ChannelBinding | None, *, server_has_plus: bool
    ) -> None:
        self._login = login
        self._nonce = nonce
        self._binding = binding
        self._plus = binding is not None and server_has_plus
        flag = "n" if binding is None else f"p={binding.name}" if self._plus else "y"
        self._header = f"{flag},,"
        self._bare = ""
        self._expected = b""  # the server's signature, once we can compute it
        self._state = "first"

    @property
    def name(self) -> str:
        """The name to ask for."""
        return PLUS_NAME if self._plus else PLAIN_NAME

    @property
    def complete(self) -> bool:
        """Whether the server has proved that it knows the password."""
        return self._state == "complete"

    def start(self) -> bytes | None:
        """The client's first message. Raises SaslError for a name that cannot be sent."""
        try:
            user = saslprep(self._login.user)
        except ValueError as error:
            raise SaslError(f"the user name cannot be sent: {error}") from None
        if not user:
            raise SaslError("the user name is empty")
        self._bare = f"n={escape_name(user)},r={self._nonce}"
        return (self._header + self._bare).encode()

    def respond(self, challenge: bytes) -> bytes:
        """The final message for the salt; an empty one for the server's proof."""
        try:
            if self._state == "first":
                return self._take_first(ServerFirst.parse(challenge))
            if self._state == "final":
                return self._take_final(ServerFinal.parse(challenge))
        except Malformed as fault:
            raise SaslError(f"the server's SCRAM message is wrong: {fault}") from None
        raise SaslError("the server goes on after SCRAM was complete")

    def _take_first(self, first: ServerFirst) -> bytes:
        if not first.nonce.startswith(self._nonce) or len(first.nonce) == len(self._nonce):
            raise SaslError("the server's nonce does not begin with ours, or adds nothing")
        if not MIN_ITERATIONS <= first.iterations <= MAX_ITERATIONS:
            raise SaslError(f"the server wants {first.iterations} iterations")
        try:
            salted = salted_password(self._login.password, first.salt, first.iterations)
        except ValueError as error:
            raise SaslError(f"the password cannot be used: {error}") from None
        bound = self._binding.data if self._plus and self._binding is not None else b""
        final = f"c={base64(self._header.encode() + bound)},r={first.nonce}"
        text = f"{self._bare},{first.raw},{final}".encode()
        key = client_key(salted)
        proof = _xor(key, hmac.digest(stored_key(key), text, "sha256"))
        self._expected = hmac.digest(server_key(salted), text, "sha256")
        self._state = "final"
        return f"{final},p={base64(proof)}".encode()

    def _take_final(self, final: ServerFinal) -> bytes:
        if final.error:
            raise SaslError(f"the server refused: {final.error}")
        if not hmac.compare_digest(final.signature, self._expected):
            raise SaslError("the server does not know the password: its signature is wrong")
        self._state = "complete"
        return b""


def _xor(left: bytes, right: bytes) -> bytes:
    """Octet by octet; empty when the lengths differ, which no key equals."""
    if len(left) != len(right):
        return b""
    size = len(left)
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(size, "big")
