"""How a command went, in one line: OK, NO or BAD, a code that programs read, a text for people.

Invariants: a status is one line whatever is put into it; codes are made by the functions here.

Standards: RFC 9051 §7.1, RFC 5530, RFC 4315 §3, RFC 7162 §3.1.2, RFC 4469 §4, RFC 8474 §4,
RFC 6154 §6, RFC 7889, RFC 9585 (INPROGRESS), RFC 9586 (UIDREQUIRED)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from postroad.protocols.imap.sequences import Range, encode_in_order, encode_ranges
from postroad.protocols.imap.strings import quoted

_TEXT = re.compile(r"[^\r\n\0]+")
_CODE = re.compile(rb"[^\r\n\0\]]+")


class Code(StrEnum):
    """Response codes without arguments; `Status` takes one of them or the bytes of another."""

    NONE = ""
    ALERT = "ALERT"
    ALREADYEXISTS = "ALREADYEXISTS"
    AUTHENTICATIONFAILED = "AUTHENTICATIONFAILED"
    AUTHORIZATIONFAILED = "AUTHORIZATIONFAILED"
    BADCHARSET = "BADCHARSET (UTF-8 US-ASCII)"
    CANNOT = "CANNOT"
    CLIENTBUG = "CLIENTBUG"
    CLOSED = "CLOSED"
    COMPRESSIONACTIVE = "COMPRESSIONACTIVE"
    CONTACTADMIN = "CONTACTADMIN"
    CORRUPTION = "CORRUPTION"
    EXPIRED = "EXPIRED"
    EXPUNGEISSUED = "EXPUNGEISSUED"
    HASCHILDREN = "HASCHILDREN"
    INUSE = "INUSE"
    LIMIT = "LIMIT"
    NOMODSEQ = "NOMODSEQ"
    NONEXISTENT = "NONEXISTENT"
    NOPERM = "NOPERM"
    NOTSAVED = "NOTSAVED"
    OVERQUOTA = "OVERQUOTA"
    PARSE = "PARSE"
    PRIVACYREQUIRED = "PRIVACYREQUIRED"
    READ_ONLY = "READ-ONLY"
    READ_WRITE = "READ-WRITE"
    SERVERBUG = "SERVERBUG"
    TOOBIG = "TOOBIG"
    TRYCREATE = "TRYCREATE"
    UIDNOTSTICKY = "UIDNOTSTICKY"
    UIDREQUIRED = "UIDREQUIRED"
    UNAVAILABLE = "UNAVAILABLE"
    UNKNOWN_CTE = "UNKNOWN-CTE"
    USEATTR = "USEATTR"


class Status(msgspec.Struct, frozen=True):
    """`kind` is OK, NO, BAD, BYE or PREAUTH; `code` is what stands in the brackets."""

    kind: str
    text: str
    code: bytes = b""

    def __post_init__(self) -> None:
        if self.kind not in {"OK", "NO", "BAD", "BYE", "PREAUTH"}:
            raise ValueError("not a kind of status")
        if not _TEXT.fullmatch(self.text):
            raise ValueError("a status has a text of one line")
        if self.code and not _CODE.fullmatch(self.code):
            raise ValueError("a response code has no `]` and no line end")

    def encode(self, tag: str = "*") -> bytes:
        """The line, with `tag` or untagged."""
        code = b"[%b] " % self.code if self.code else b""
        text = self.text.encode("ascii", "replace")  # RFC 9051 §9 `text`: UTF-8 not before ENABLE
        return b"%b %b %b%b\r\n" % (tag.encode(), self.kind.encode(), code, text)

    def __str__(self) -> str:
        return self.encode().decode().rstrip()


def ok(text: str, code: bytes | Code = b"") -> Status:
    """It was done."""
    return Status("OK", text, _bytes(code))


def no(text: str, code: bytes | Code = b"") -> Status:
    """It was understood and cannot be done."""
    return Status("NO", text, _bytes(code))


def bad(text: str, code: bytes | Code = b"") -> Status:
    """It was not understood, or may not come now."""
    return Status("BAD", text, _bytes(code))


def bye(text: str, code: bytes | Code = b"") -> Status:
    """The last word."""
    return Status("BYE", text, _bytes(code))


def _bytes(code: bytes | Code) -> bytes:
    return code.encode() if isinstance(code, str) else code


# --- codes with arguments ---


def append_uid(uid_validity: int, uids: Sequence[int]) -> bytes:
    """APPENDUID (RFC 4315 §3); `uids` in the order of the messages, which is rising."""
    return b"APPENDUID %d %b" % (uid_validity, encode_in_order(uids))


def copy_uid(uid_validity: int, source: Sequence[int], target: Sequence[int]) -> bytes:
    """COPYUID (RFC 4315 §3): `source` and `target` are as long as each other, in one order."""
    return b"COPYUID %d %b %b" % (uid_validity, encode_in_order(source), encode_in_order(target))


def bad_url(url: str) -> bytes:
    """BADURL (RFC 4469 §4.1); what cannot stand in a code is left out."""
    return b"BADURL %b" % re.sub(r"[^\x21-\x5a\x5e-\x7e]", "", url).encode()


def capability_code(names: Iterable[str]) -> bytes:
    """CAPABILITY (RFC 9051 §7.1)."""
    return b"CAPABILITY %b" % " ".join(names).encode()


def highest_modseq(value: int) -> bytes:
    """HIGHESTMODSEQ (RFC 7162 §3.1.2.1)."""
    return b"HIGHESTMODSEQ %d" % value


def in_progress(tag: str, done: int | None = None, goal: int | None = None) -> bytes:
    """INPROGRESS (RFC 9585): for `* OK`, while a long command runs."""
    known = b"NIL" if done is None else b"%d" % done
    wanted = b"NIL" if goal is None else b"%d" % goal
    return b"INPROGRESS (%b %b %b)" % (quoted(tag.encode()), known, wanted)


def mailbox_id(object_id: str) -> bytes:
    """MAILBOXID (RFC 8474 §4.1, §4.2): for CREATE, SELECT and EXAMINE."""
    return b"MAILBOXID (%b)" % object_id.encode()


def modified(ranges: Iterable[Range]) -> bytes:
    """MODIFIED (RFC 7162 §3.1.3): messages that STORE left alone."""
    return b"MODIFIED %b" % encode_ranges(ranges)


def permanent_flags(flags: Iterable[str]) -> bytes:
    r"""PERMANENTFLAGS (RFC 9051 §7.1); `\*` allows new keywords."""
    return b"PERMANENTFLAGS (%b)" % " ".join(flags).encode()


def uid_next(uid: int) -> bytes:
    """UIDNEXT."""
    return b"UIDNEXT %d" % uid


def uid_validity(value: int) -> bytes:
    """UIDVALIDITY."""
    return b"UIDVALIDITY %d" % value


def unseen(number: int) -> bytes:
    """UNSEEN (RFC 3501 §7.1): the first message without \\Seen; IMAP4rev1 only."""
    return b"UNSEEN %d" % number
