"""RCPT: one more recipient, and what the sender wants to be told about it.

Standards: RFC 5321 §4.1.1.3; RFC 3461 §4.1, §4.2 (NOTIFY, ORCPT), RFC 6533 §3 (ORCPT beyond ASCII)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from postroad.protocols.smtp import limits
from postroad.protocols.smtp.commands._parameters import parse_parameters, split_path
from postroad.protocols.smtp.errors import AddressError, CommandError
from postroad.protocols.smtp.paths import forward_path
from postroad.protocols.smtp.replies import Reply
from postroad.protocols.smtp.xtext import decode_xtext, embed_unicode, encode_xtext

NOTIFICATIONS = frozenset({"NEVER", "SUCCESS", "FAILURE", "DELAY"})

_ADDR_TYPE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
# RFC 6531 §3.5
_NEEDS_SMTPUTF8 = Reply(553, "5.6.7", ("This address needs SMTPUTF8 in MAIL",))


class RcptTo(msgspec.Struct, frozen=True):
    """`address` is canonical; `notify` holds keywords, empty when not given.

    `orcpt` is `addr-type;address` with the address decoded, "" when not given. Raises ValueError.
    """

    address: str
    notify: frozenset[str] = frozenset()
    orcpt: str = ""

    def __post_init__(self) -> None:
        if not self.address or forward_path(self.address) != self.address:
            raise AddressError("the recipient is not in its canonical form")
        if self.notify:
            _check_notify(self.notify)
        if self.orcpt:
            _check_orcpt(self.orcpt)

    def encode(self, offered: Collection[str]) -> bytes:
        """The command line, with NOTIFY and ORCPT when the server offers DSN."""
        words = [f"RCPT TO:<{self.address}>"]
        if "DSN" in offered:
            words += [f"NOTIFY={','.join(sorted(self.notify))}"] if self.notify else []
            words += [f"ORCPT={_encode_orcpt(self.orcpt)}"] if self.orcpt else []
        return " ".join(words).encode() + b"\r\n"


def parse_rcpt(argument: str, *, smtputf8: bool) -> RcptTo:
    """What follows `RCPT `; `smtputf8` is whether MAIL said so. Raises CommandError."""
    path, rest = split_path(argument, "TO")
    fields = parse_parameters(rest, _PARSERS) if rest else {}
    try:
        address = forward_path(path)
    except AddressError as fault:
        raise CommandError(Reply.of(501, "5.1.3", f"Recipient: {fault}")) from None
    if not (smtputf8 or address.isascii()):
        raise CommandError(_NEEDS_SMTPUTF8)
    return RcptTo(address, **fields)


def _notify(value: str | None) -> tuple[str, Any]:
    words = frozenset((value or "").upper().split(","))
    _check_notify(words)
    return "notify", words


def _orcpt(value: str | None) -> tuple[str, Any]:
    addr_type, semicolon, address = (value or "").partition(";")
    if not semicolon or len(value or "") > limits.ORCPT:
        raise ValueError(f"must be type;address of up to {limits.ORCPT} characters")
    plain = f"{addr_type.lower()};{decode_xtext(embed_unicode(address))}"
    _check_orcpt(plain)
    return "orcpt", plain


def _check_notify(words: frozenset[str]) -> None:
    if not words <= NOTIFICATIONS or ("NEVER" in words and len(words) > 1):
        raise ValueError("must be NEVER, or some of SUCCESS, FAILURE, DELAY")


def _check_orcpt(orcpt: str) -> None:
    addr_type, _, address = orcpt.partition(";")
    if not _ADDR_TYPE.fullmatch(addr_type) or not address:
        raise ValueError("must be type;address")
    if len(_encode_orcpt(orcpt)) > limits.ORCPT:
        raise ValueError(f"longer than {limits.ORCPT} characters")


def _encode_orcpt(orcpt: str) -> str:
    addr_type, _, address = orcpt.partition(";")
    return f"{addr_type};{encode_xtext(embed_unicode(address))}"


_PARSERS: dict[str, Callable[[str | None], tuple[str, Any]]] = {
    "NOTIFY": _notify,
    "ORCPT": _orcpt,
}
