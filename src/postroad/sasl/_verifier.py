"""What a server keeps instead of a password, so that a stolen database logs nobody in by SCRAM.

Standards: RFC 5802 §3 (the keys), RFC 7677 §3, §4 (SHA-256, iterations), RFC 5803 (the text form)
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field

from postroad.sasl._saslprep import saslprep

SCHEME = "SCRAM-SHA-256"
KEY_LENGTH = 32  # octets of a SHA-256
MIN_ITERATIONS = 4_096  # RFC 7677 §4
MAX_ITERATIONS = 10_000_000  # ours: some 5 s of hashing, more is an attack on the client
DECOY_SALT_LENGTH = 16  # octets, as our own salts


@dataclass(frozen=True, slots=True)
class ScramVerifier:
    """Salt, iterations and the two keys of RFC 5802 §3, for SHA-256. Keys never show in repr."""

    salt: bytes
    iterations: int
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.salt:
            raise ValueError("a SCRAM verifier needs a salt")
        if not MIN_ITERATIONS <= self.iterations <= MAX_ITERATIONS:
            raise ValueError(f"SCRAM iterations must be {MIN_ITERATIONS} to {MAX_ITERATIONS}")
        if len(self.stored_key) != KEY_LENGTH or len(self.server_key) != KEY_LENGTH:
            raise ValueError(f"SCRAM keys have {KEY_LENGTH} octets")

    def encode(self) -> str:
        """`SCRAM-SHA-256$iterations:salt$stored:server`, octets in base64 (RFC 5803 §2)."""
        salt, stored, server = (
            b64encode(octets).decode() for octets in (self.salt, self.stored_key, self.server_key)
        )
        return f"{SCHEME}${self.iterations}:{salt}${stored}:{server}"

    @classmethod
    def decode(cls, text: str) -> ScramVerifier:
        """Read what `encode` wrote. Raises ValueError; its text holds nothing of the keys."""
        try:
            scheme, info, value = text.split("$")
            iterations, salt = info.split(":")
            stored, server = value.split(":")
            octets = [b64decode(part, validate=True) for part in (salt, stored, server)]
        except (ValueError, Base64Error):
            raise ValueError("not a stored SCRAM verifier") from None
        if scheme != SCHEME or not (iterations.isascii() and iterations.isdigit()):
            raise ValueError(f"not a stored {SCHEME} verifier")
        return cls(octets[0], int(iterations), octets[1], octets[2])

    def accepts(self, password: str) -> bool:
        """Whether `password` is the one this was derived from; costs the full iterations."""
        try:
            salted = salted_password(password, self.salt, self.iterations)
        except ValueError:
            return False
        return hmac.compare_digest(stored_key(client_key(salted)), self.stored_key)


def derive_scram(password: str, salt: bytes, iterations: int) -> ScramVerifier:
    """The verifier for `password`. Raises ValueError for what SASLprep forbids, or an empty one."""
    salted = salted_password(password, salt, iterations)
    return ScramVerifier(salt, iterations, stored_key(client_key(salted)), server_key(salted))


def decoy_verifier(user: str, secret: bytes, iterations: int) -> ScramVerifier:
    """What to answer for someone unknown: always the same salt, and keys that no proof fits.

    `secret` is the server's own and must not change, or the salt would tell (RFC 5802 §9 has the
    attack: asking for users by their salts).
    """
    name = user.encode("utf-8", "surrogatepass")
    salt, stored, server = (
        hmac.digest(secret, purpose + b"\0" + name, "sha256")
        for purpose in (b"salt", b"stored", b"server")
    )
    return ScramVerifier(salt[:DECOY_SALT_LENGTH], iterations, stored, server)


def salted_password(password: str, salt: bytes, iterations: int) -> bytes:
    """Hi(Normalize(password), salt, i) of RFC 5802 §2.2. Raises ValueError."""
    prepared = saslprep(password)
    if not prepared:
        raise ValueError("the password is empty")
    return hashlib.pbkdf2_hmac("sha256", prepared.encode(), salt, iterations)


def client_key(salted: bytes) -> bytes:
    """HMAC(SaltedPassword, "Client Key")."""
    return hmac.digest(salted, b"Client Key", "sha256")


def server_key(salted: bytes) -> bytes:
    """HMAC(SaltedPassword, "Server Key")."""
    return hmac.digest(salted, b"Server Key", "sha256")


def stored_key(client: bytes) -> bytes:
    """H(ClientKey)."""
    return hashlib.sha256(client).digest()
