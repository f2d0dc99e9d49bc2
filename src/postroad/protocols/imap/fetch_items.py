"""The items of a FETCH response, each as the octets that stand between its parentheses.

Standards: RFC 9051 §7.5.2, RFC 3516 §4.3, RFC 7162 §3.1.4.2, RFC 8474 §5, RFC 8514 §4.2,
RFC 8970 §3.2
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from postroad.protocols.imap import quirks
from postroad.protocols.imap.commands.fetch import Binary, BinarySize, BodySection
from postroad.protocols.imap.strings import literal, nstring

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def flags(names: Iterable[str]) -> bytes:
    """FLAGS."""
    return b"FLAGS (%b)" % " ".join(names).encode()


def uid(number: int) -> bytes:
    """UID."""
    return b"UID %d" % number


def modseq(value: int) -> bytes:
    """MODSEQ."""
    return b"MODSEQ (%d)" % value


def size(octets: int) -> bytes:
    """RFC822.SIZE."""
    return b"RFC822.SIZE %d" % octets


def internal_date(seconds: float, offset: int = 0) -> bytes:
    """INTERNALDATE of seconds since the epoch, shown `offset` minutes east of Greenwich."""
    return b"INTERNALDATE %b" % date_time(seconds, offset)


def save_date(seconds: float | None, offset: int = 0) -> bytes:
    """SAVEDATE; NIL where nobody knows."""
    return b"SAVEDATE %b" % (b"NIL" if seconds is None else date_time(seconds, offset))


def date_time(seconds: float, offset: int = 0) -> bytes:
    """A moment in quotes (RFC 9051 §9 `date-time`)."""
    zone = datetime.timezone(datetime.timedelta(minutes=offset)) if offset else datetime.UTC
    moment = datetime.datetime.fromtimestamp(int(seconds), zone)
    hours, minutes = divmod(abs(offset), 60)
    return b'"%2d-%b-%04d %02d:%02d:%02d %c%02d%02d"' % (
        moment.day,
        _MONTHS[moment.month - 1].encode(),
        moment.year,
        moment.hour,
        moment.minute,
        moment.second,
        b"-" if offset < 0 else b"+",
        hours,
        minutes,
    )


def envelope(ready: bytes) -> bytes:
    """ENVELOPE, made when the message was stored."""
    return b"ENVELOPE %b" % ready


def body_structure(ready: bytes) -> bytes:
    """BODYSTRUCTURE, made when the message was stored."""
    return b"BODYSTRUCTURE %b" % ready


def body(ready: bytes) -> bytes:
    """BODY without a section: BODYSTRUCTURE without its extensions."""
    return b"BODY %b" % ready


def section(item: BodySection, octets: bytes | None) -> bytes:
    """BODY[…] as a literal, which all clients expect; NIL for a part that is not there.

    A NUL, which IMAP cannot send here (RFC 9051 §4.3.1), is sent as 0x80 (quirks.NUL_REPLACED).
    """
    if octets is None:
        return b"%b NIL" % item.label
    octets = _without_nul(octets)
    return b"%b {%d}\r\n%b" % (item.label, len(octets), octets)


def section_head(item: BodySection, octets: int) -> bytes:
    """The item up to its literal's octets, for a text that is sent in slices behind it."""
    return b"%b {%d}\r\n" % (item.label, octets)


def rfc822(name: str, octets: bytes) -> bytes:
    """RFC822, RFC822.HEADER and RFC822.TEXT (RFC 3501 §7.4.2)."""
    return b"%b %b" % (name.encode(), literal(_without_nul(octets)))


def binary(item: Binary, octets: bytes | None) -> bytes:
    """BINARY[…]: a literal, literal8 when there is a NUL (RFC 3516 §4.3)."""
    return b"%b %b" % (item.label, b"NIL" if octets is None else literal(octets))


def binary_size(item: BinarySize, octets: int) -> bytes:
    """BINARY.SIZE[…]."""
    return b"%b %d" % (item.label, octets)


def email_id(object_id: str) -> bytes:
    """EMAILID."""
    return b"EMAILID (%b)" % object_id.encode()


def thread_id(object_id: str | None) -> bytes:
    """THREADID; NIL for a message without."""
    return b"THREADID NIL" if object_id is None else b"THREADID (%b)" % object_id.encode()


def preview(text: str | None, *, utf8: bool = False) -> bytes:
    """PREVIEW; NIL while it is not known and LAZY was asked for."""
    return b"PREVIEW %b" % nstring(None if text is None else text.encode(), utf8=utf8)


def _without_nul(octets: bytes) -> bytes:
    if b"\0" in octets and quirks.NUL_REPLACED:
        return octets.replace(b"\0", b"\x80")
    return octets
