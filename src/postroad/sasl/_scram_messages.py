"""The texts of SCRAM: attributes in their fixed order, read strictly.

Standards: RFC 5802 §5.1 (attributes), §7 (grammar)
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

import msgspec

MAX_MESSAGE = 4_096  # octets; ours: names, nonces and extensions of any sane client fit twice over
MAX_NONCE = 512  # characters, both halves; ours

_ATTRIBUTE = re.compile(r"[A-Za-z]=[^,\0]+")
_NONCE = re.compile(r"[\x21-\x2b\x2d-\x7e]+")
_BINDING_NAME = re.compile(r"[A-Za-z0-9.-]+")
_POSITIVE = re.compile(r"[1-9][0-9]{0,9}")


class Malformed(ValueError):
    """A message breaks the grammar."""


class ClientFirst(msgspec.Struct, frozen=True):
    """`gs2-header [m=…,] n=user,r=nonce[,extensions]`, with the two raw parts the hash needs."""

    binding: str  # the gs2-cbind-flag: "n", "y" or "p=name"
    authzid: str
    user: str
    nonce: str
    header: str
    bare: str

    @classmethod
    def parse(cls, message: bytes) -> ClientFirst:
        """Raises Malformed."""
        flag, authzid, bare = _split(_text(message), 3)
        if flag not in {"n", "y"} and not (
            flag.startswith("p=") and _BINDING_NAME.fullmatch(flag[2:])
        ):
            raise Malformed("the channel binding flag is none of n, y, p=name")
        if authzid and not authzid.startswith("a="):
            raise Malformed("the second part is not an authorization identity")
        fields = _attributes(bare, "nr")
        return cls(
            flag,
            unescape_name(authzid[2:]) if authzid else "",
            unescape_name(fields[0]),
            _nonce(fields[1]),
            f"{flag},{authzid},",
            bare,
        )


class ServerFirst(msgspec.Struct, frozen=True):
    """`r=nonce,s=salt,i=iterations[,extensions]`."""

    nonce: str
    salt: bytes
    iterations: int
    raw: str

    @classmethod
    def parse(cls, message: bytes) -> ServerFirst:
        """Raises Malformed."""
        raw = _text(message)
        nonce, salt, iterations = _attributes(raw, "rsi")
        if not _POSITIVE.fullmatch(iterations):
            raise Malformed("the iteration count is not a positive number")
        return cls(_nonce(nonce), _octets(salt), int(iterations), raw)


class ClientFinal(msgspec.Struct, frozen=True):
    """`c=binding,r=nonce[,extensions],p=proof`."""

    binding: bytes
    nonce: str
    proof: bytes
    without_proof: str

    @classmethod
    def parse(cls, message: bytes) -> ClientFinal:
        """Raises Malformed. The proof is the last attribute; nothing may follow it."""
        without_proof, comma, proof = _text(message).rpartition(",")
        if not comma or not proof.startswith("p="):
            raise Malformed("the proof is not the last attribute")
        binding, nonce = _attributes(without_proof, "cr")
        return cls(_octets(binding), _nonce(nonce), _octets(proof[2:]), without_proof)


class ServerFinal(msgspec.Struct, frozen=True):
    """`v=signature` or `e=error`, of which one is empty."""

    signature: bytes
    error: str

    @classmethod
    def parse(cls, message: bytes) -> ServerFinal:
        """Raises Malformed."""
        raw = _text(message)
        if raw.startswith("e="):
            return cls(b"", _attributes(raw, "e")[0])
        return cls(_octets(_attributes(raw, "v")[0]), "")


def escape_name(name: str) -> str:
    """`,` and `=` as RFC 5802 §5.1 sends them."""
    return name.replace("=", "=3D").replace(",", "=2C")


def unescape_name(name: str) -> str:
    """The opposite. Raises Malformed for any other use of `=`, and for an empty name."""
    plain = name.replace("=2C", "").replace("=3D", "")
    if not name or "=" in plain:
        raise Malformed("a name is empty or has a bad escape")
    return name.replace("=2C", ",").replace("=3D", "=")


def base64(octets: bytes) -> str:
    """Standard base64, as text."""
    return b64encode(octets).decode("ascii")


def _text(message: bytes) -> str:
    if len(message) > MAX_MESSAGE:
        raise Malformed("the message is too long")
    try:
        return message.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("the message is not UTF-8") from None


def _split(text: str, count: int) -> list[str]:
    parts = text.split(",", count - 1)
    if len(parts) != count:
        raise Malformed("parts are missing")
    return parts


def _attributes(text: str, names: str) -> list[str]:
    """The values of the attributes `names`, which come first and in order; then extensions.

    A mandatory extension (`m=`) is refused wherever it stands: we know none (RFC 5802 §5.1).
    """
    parts = text.split(",")
    if any(part.startswith("m=") for part in parts):
        raise Malformed("a mandatory extension is not known here")
    if len(parts) < len(names) or not all(_ATTRIBUTE.fullmatch(part) for part in parts):
        raise Malformed("attributes are missing or badly written")
    if any(part[0] != name for part, name in zip(parts, names, strict=False)):
        raise Malformed(f"the attributes are not {', '.join(names)} in this order")
    return [part[2:] for part in parts[: len(names)]]


def _nonce(text: str) -> str:
    if len(text) > MAX_NONCE or not _NONCE.fullmatch(text):
        raise Malformed("the nonce is too long or has forbidden characters")
    return text


def _octets(text: str) -> bytes:
    try:
        return b64decode(text.encode("ascii"), validate=True)
    except (Base64Error, ValueError):
        raise Malformed("a value is not base64") from None
