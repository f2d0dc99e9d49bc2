"""MAIL: a transaction begins, and bounces have an address.

Standards: RFC 5321 §4.1.1.2; RFC 1870 §6 (SIZE), RFC 6152 §2 and RFC 3030 §3 (BODY), RFC 6531 §3.4
(SMTPUTF8), RFC 3461 §4.3, §4.4 (RET, ENVID), RFC 4954 §5 (AUTH)
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec

from postroad.protocols.smtp import limits
from postroad.protocols.smtp.commands._parameters import parse_parameters, split_path
from postroad.protocols.smtp.errors import AddressError, CommandError, NotOfferedError
from postroad.protocols.smtp.paths import reverse_path
from postroad.protocols.smtp.replies import Reply
from postroad.protocols.smtp.xtext import decode_xtext, encode_xtext

BODIES = ("7BIT", "8BITMIME", "BINARYMIME")

# RFC 6531 §3.5
_NEEDS_SMTPUTF8 = Reply(550, "5.6.7", ("This address needs the parameter SMTPUTF8",))


class MailFrom(msgspec.Struct, frozen=True):
    """`reverse_path` is canonical, "" for `<>`; `size` is what the client declared, in octets.

    `auth` is None when not given, "" for `AUTH=<>`. Raises ValueError for what cannot be sent.
    """

    reverse_path: str
    size: int | None = None
    body: str = "7BIT"
    smtputf8: bool = False
    ret: str = ""
    envid: str = ""
    auth: str | None = None

    def __post_init__(self) -> None:
        if self.reverse_path and reverse_path(self.reverse_path) != self.reverse_path:
            raise AddressError("the reverse-path is not in its canonical form")
        if not (self.smtputf8 or self.reverse_path.isascii()):
            raise AddressError("an address beyond ASCII needs SMTPUTF8")
        if self.size is not None and not 0 <= self.size < 10**limits.SIZE_DIGITS:
            raise ValueError("size is no number of octets")
        if self.body not in BODIES or self.ret not in {"", "FULL", "HDRS"}:
            raise ValueError("body or ret has a value that RFC 3030 and RFC 3461 do not know")
        if self.envid:
            _check_envid(self.envid)
        if self.auth:
            _check_auth(self.auth)

    def encode(self, offered: Collection[str]) -> bytes:
        """The command line, with the parameters that the server offers.

        Raises NotOfferedError when the message cannot be understood without one.
        """
        words = [f"MAIL FROM:<{self.reverse_path}>"]
        if self.size is not None and "SIZE" in offered:
            words.append(f"SIZE={self.size}")
        if self.body != "7BIT":
            words += self._body_words(offered)
        if self.smtputf8:
            if "SMTPUTF8" not in offered:
                raise NotOfferedError("SMTPUTF8")
            words.append("SMTPUTF8")
        if "DSN" in offered:
            words += [f"RET={self.ret}"] if self.ret else []
            words += [f"ENVID={encode_xtext(self.envid)}"] if self.envid else []
        if self.auth is not None and "AUTH" in offered:
            words.append(f"AUTH={encode_xtext(self.auth) or '<>'}")
        return " ".join(words).encode() + b"\r\n"

    def _body_words(self, offered: Collection[str]) -> list[str]:
        keyword = "BINARYMIME" if self.body == "BINARYMIME" else "8BITMIME"
        if keyword not in offered:
            raise NotOfferedError(keyword)
        return [f"BODY={self.body}"]


def parse_mail(argument: str) -> MailFrom:
    """What follows `MAIL `. Raises CommandError."""
    path, rest = split_path(argument, "FROM")
    fields = parse_parameters(rest, _PARSERS) if rest else {}
    try:
        address = reverse_path(path)
    except AddressError as fault:
        raise CommandError(Reply.of(501, "5.1.7", f"Sender: {fault}")) from None
    if not (address.isascii() or "smtputf8" in fields):
        raise CommandError(_NEEDS_SMTPUTF8)
    return MailFrom(address, **fields)


def _size(value: str | None) -> tuple[str, Any]:
    if value is None or not value.isascii() or not value.isdigit():
        raise ValueError("not a number of octets")
    if len(value) > limits.SIZE_DIGITS:
        raise ValueError(f"more than {limits.SIZE_DIGITS} digits")
    return "size", int(value)


def _body(value: str | None) -> tuple[str, Any]:
    if value is None or value.upper() not in BODIES:
        raise ValueError(f"must be one of {', '.join(BODIES)}")
    return "body", value.upper()


def _smtputf8(value: str | None) -> tuple[str, Any]:
    if value is not None:
        raise ValueError("takes no value")
    return "smtputf8", True


def _ret(value: str | None) -> tuple[str, Any]:
    if value is None or value.upper() not in {"FULL", "HDRS"}:
        raise ValueError("must be FULL or HDRS")
    return "ret", value.upper()


def _envid(value: str | None) -> tuple[str, Any]:
    if value is None or len(value) > limits.ENVID:
        raise ValueError(f"must have 1 to {limits.ENVID} characters")
    return "envid", decode_xtext(value)


def _auth(value: str | None) -> tuple[str, Any]:
    if value is None:
        raise ValueError("must be an address or <>")
    if value == "<>":
        return "auth", ""
    plain = decode_xtext(value)
    _check_auth(plain)
    return "auth", plain


def _check_envid(envid: str) -> None:
    if len(encode_xtext(envid)) > limits.ENVID:
        raise ValueError(f"envid is longer than {limits.ENVID} characters")


def _check_auth(auth: str) -> None:
    """RFC 4954 §5: a mailbox, or a word that its authenticator understands."""
    if len(auth) > limits.PATH or not (auth.isascii() and auth.isprintable()):
        raise ValueError("not an address")


_PARSERS: dict[str, Callable[[str | None], tuple[str, Any]]] = {
    "SIZE": _size,
    "BODY": _body,
    "SMTPUTF8": _smtputf8,
    "RET": _ret,
    "ENVID": _envid,
    "AUTH": _auth,
}
