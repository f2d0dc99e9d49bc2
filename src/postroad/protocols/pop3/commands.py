"""The commands of POP3, each a frozen value, and how a line becomes one.

A line that is no command raises CommandError, which carries the answer. Whether a command may come
now is not asked here: that is the table in `_states`.

Standards: RFC 1939 §5, §7, RFC 2449 §3 (grammar), §5 (CAPA), RFC 2595 §4 (STLS), RFC 5034 §4
(AUTH), RFC 6856 §2, §3 (UTF8, LANG)
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable

import msgspec

from postroad.protocols.pop3 import quirks
from postroad.protocols.pop3._texts import Text
from postroad.protocols.pop3.errors import CommandError
from postroad.protocols.pop3.replies import err

_NUMBER = re.compile(r"[0-9]{1,10}")  # ours: more digits than any maildrop has messages or lines
_MECHANISM = re.compile(r"[A-Za-z0-9_-]{1,20}")  # RFC 4422 §3.1
_TAG = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}")  # RFC 4647 §2.1, bounded
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class User(msgspec.Struct, frozen=True):
    """USER name."""

    name: str


class Pass(msgspec.Struct, frozen=True):
    """PASS string; spaces belong to it (RFC 1939 §7)."""

    password: str

    def __repr__(self) -> str:
        return "Pass(…)"


class Auth(msgspec.Struct, frozen=True):
    """AUTH mechanism [initial-response]; `mechanism` is upper-case."""

    mechanism: str
    initial: bytes | None = None

    def __repr__(self) -> str:
        return f"Auth({self.mechanism})"  # the response may be a password


class AuthList(msgspec.Struct, frozen=True):
    """AUTH alone; see quirks.AUTH_WITHOUT_MECHANISM."""


class Stls(msgspec.Struct, frozen=True):
    """STLS."""


class Capa(msgspec.Struct, frozen=True):
    """CAPA."""


class Utf8(msgspec.Struct, frozen=True):
    """UTF8."""


class Lang(msgspec.Struct, frozen=True):
    """LANG [range]; "" asks for the list."""

    language: str = ""


class Stat(msgspec.Struct, frozen=True):
    """STAT."""


class List(msgspec.Struct, frozen=True):
    """LIST [msg]."""

    number: int | None = None


class Uidl(msgspec.Struct, frozen=True):
    """UIDL [msg]."""

    number: int | None = None


class Retr(msgspec.Struct, frozen=True):
    """RETR msg."""

    number: int


class Top(msgspec.Struct, frozen=True):
    """TOP msg n: the header and `lines` lines of the body."""

    number: int
    lines: int


class Dele(msgspec.Struct, frozen=True):
    """DELE msg."""

    number: int


class Noop(msgspec.Struct, frozen=True):
    """NOOP."""


class Rset(msgspec.Struct, frozen=True):
    """RSET."""


class Quit(msgspec.Struct, frozen=True):
    """QUIT."""


Command = (
    User | Pass | Auth | AuthList | Stls | Capa | Utf8 | Lang
    | Stat | List | Uidl | Retr | Top | Dele | Noop | Rset | Quit
)  # fmt: skip

_BARE: dict[str, Command] = {
    "STLS": Stls(),
    "CAPA": Capa(),
    "UTF8": Utf8(),
    "STAT": Stat(),
    "NOOP": Noop(),
    "RSET": Rset(),
    "QUIT": Quit(),
}


_HTTP = frozenset(
    {"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PRI"}
)


def parse(line: bytes) -> Command:
    """The command of a line without its CRLF. Raises CommandError."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise CommandError(err(Text.BAD_ARGUMENT)) from None
    keyword, _, argument = text.partition(" ")
    keyword = keyword.upper()
    if _CONTROL.search(argument):
        raise CommandError(err(Text.BAD_ARGUMENT))
    if keyword == "PASS":
        return Pass(_required(argument))
    if quirks.TRAILING_SPACE:
        argument = argument.rstrip(" ")
    if keyword in _BARE:
        if argument:
            raise CommandError(err(Text.BAD_ARGUMENT))
        return _BARE[keyword]
    if keyword in _HTTP:  # a browser was sent here (ALPACA)
        raise CommandError(err(Text.NOT_HTTP), fatal=True)
    if keyword not in _WITH_ARGUMENT:
        raise CommandError(err(Text.UNKNOWN_COMMAND))
    return _WITH_ARGUMENT[keyword](argument)


def decode_base64(text: bytes) -> bytes:
    """Strictly, as RFC 5034 §4 demands. Raises CommandError."""
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise CommandError(err(Text.NOT_BASE64)) from None


def _required(argument: str) -> str:
    if not argument:
        raise CommandError(err(Text.BAD_ARGUMENT))
    return argument


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise CommandError(err(Text.BAD_ARGUMENT))
    return int(text)


def _optional_number(text: str) -> int | None:
    return _number(text) if text else None


def _top(argument: str) -> Top:
    number, space, lines = argument.partition(" ")
    if not space:
        raise CommandError(err(Text.BAD_ARGUMENT))
    return Top(_number(number), _number(lines))


def _auth(argument: str) -> Auth | AuthList:
    mechanism, space, initial = argument.partition(" ")
    if not mechanism and quirks.AUTH_WITHOUT_MECHANISM:
        return AuthList()
    if not _MECHANISM.fullmatch(mechanism):
        raise CommandError(err(Text.BAD_ARGUMENT))
    if not space:
        return Auth(mechanism.upper())
    decoded = b"" if initial == "=" else decode_base64(initial.encode())
    return Auth(mechanism.upper(), decoded)


def _lang(argument: str) -> Lang:
    if argument and not _TAG.fullmatch(argument):
        raise CommandError(err(Text.NO_SUCH_LANGUAGE))
    return Lang(argument)


_WITH_ARGUMENT: dict[str, Callable[[str], Command]] = {
    "USER": lambda argument: User(_required(argument)),
    "AUTH": _auth,
    "LANG": _lang,
    "LIST": lambda argument: List(_optional_number(argument)),
    "UIDL": lambda argument: Uidl(_optional_number(argument)),
    "RETR": lambda argument: Retr(_number(argument)),
    "DELE": lambda argument: Dele(_number(argument)),
    "TOP": _top,
}
