"""What is kept of a password: an Argon2id hash for PLAIN and LOGIN, and a SCRAM verifier.

Nothing here keeps or shows the password itself.

Standards: RFC 9106 (Argon2), RFC 7677 §4 (SCRAM iterations), RFC 4013 (SASLprep)
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from postroad.db import DatabaseCorrupt
from postroad.directory.errors import BadPassword
from postroad.sasl import ScramVerifier, derive_scram, saslprep

ARGON_MEMORY = 19 * 1024
"""KiB of memory of one hash (OWASP's minimum for t=2, p=1: 19 MiB)."""

ARGON_PASSES = 2
ARGON_LANES = 1
HASH_LENGTH = 32
SALT_LENGTH = 16
"""Octets (RFC 9106 §3.1 recommends 16 for password hashing)."""

SCRAM_ITERATIONS = 15_000
"""RFC 7677 §4: some 0.1 s of a client's time; 4,096 at least."""

MAX_PASSWORD = 1_024
"""Octets of a password; ours, so that hashing one costs no more than hashing another."""


@dataclass(frozen=True, slots=True)
class Verifiers:
    """What is stored for one password. Neither part can be turned back into it."""

    password: str = field(repr=False)  # Argon2id as a PHC string
    scram: str = field(repr=False)  # ScramVerifier.encode()


def make_verifiers(password: str) -> Verifiers:
    """Hash `password`; takes some 40 ms of a processor. Raises BadPassword."""
    prepared = prepare(password)
    if prepared is None:
        raise BadPassword(
            f"a password has 1 to {MAX_PASSWORD} octets and no control characters; choose another"
        )
    argon = _argon(os.urandom(SALT_LENGTH)).derive_phc_encoded(prepared)
    scram = derive_scram(password, os.urandom(SALT_LENGTH), SCRAM_ITERATIONS)
    return Verifiers(argon, scram.encode())


def prepare(password: str) -> bytes | None:
    """Return the octets that are hashed, or None for what nobody can have as a password."""
    if len(password) > MAX_PASSWORD:
        return None
    try:
        octets = saslprep(password).encode()
    except ValueError:  # RFC 4013 prohibits a character, or half a surrogate pair
        return None
    return octets if 0 < len(octets) <= MAX_PASSWORD else None


def matches(stored: str, prepared: bytes) -> bool:
    """Whether `prepared` hashes to `stored`; takes the same time for both answers."""
    try:
        Argon2id.verify_phc_encoded(prepared, stored)
    except (InvalidKey, ValueError):  # another password, or no hash at all
        return False
    return True


def decoy() -> str:
    """Make a hash that no password is known for: unknown accounts are checked against it."""
    return _argon(os.urandom(SALT_LENGTH)).derive_phc_encoded(os.urandom(HASH_LENGTH))


def read_scram(stored: str) -> ScramVerifier:
    """Decode what `Verifiers.scram` holds. Raises DatabaseCorrupt."""
    try:
        return ScramVerifier.decode(stored)
    except ValueError as error:
        raise DatabaseCorrupt(f"an account's credentials: {error}") from None


def _argon(salt: bytes) -> Argon2id:
    return Argon2id(
        salt=salt,
        length=HASH_LENGTH,
        iterations=ARGON_PASSES,
        lanes=ARGON_LANES,
        memory_cost=ARGON_MEMORY,
    )
