"""mbox files and Maildir messages, read and written as streams.

The caller opens files and folders; here are the formats. An mbox is read in pieces, so its size
does not matter, only that of its largest message.

Invariants: what `write_mbox_message` writes, `read_mbox` gives back with LF line ends, its `>From`
quoting undone; a message is never split at a `From ` that is no separator.

Standards: RFC 4155 (mbox, its mboxrd relative for quoting), the Maildir page of qmail
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol

from postroad.message._dates import Date, format_date, parse_date
from postroad.message.errors import HeaderInjectionError, MessageError

_PIECE: Final = 256 * 1024
MAX_MBOX_MESSAGE: Final = 256 * 1024 * 1024
"""Octets of one message in an mbox; a longer one is given in pieces of this size."""
_SEPARATOR: Final = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From (?=[^\n]*+\n)[^\n]*\d{4}[^\n]*+\n"
)
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_QUOTABLE: Final = re.compile(rb"^(>*From )", re.MULTILINE)
_FLAGS: Final = {
    "D": "$draft", "F": "$flagged", "P": "$forwarded", "R": "$answered", "S": "$seen",
    "T": "$deleted",
}  # fmt: skip
_UNIQUE: Final = re.compile(r"[A-Za-z0-9._=+,\\-]{1,200}")


class Readable(Protocol):
    """A binary file opened for reading."""

    def read(self, size: int, /) -> bytes: ...


class Writable(Protocol):
    """A binary file opened for writing."""

    def write(self, data: bytes, /) -> object: ...


class MboxMessage(NamedTuple):
    """A message of an mbox: who and when its separator says, and its bytes."""

    sender: str
    date: Date | None
    data: bytes


class MaildirName(NamedTuple):
    """A Maildir file's name: the unique part and the keywords that its flags stand for."""

    unique: str
    keywords: frozenset[str]


def read_mbox(file: Readable) -> Iterator[MboxMessage]:
    """The messages of an mbox in order; line ends as they are, `>From ` unquoted (mboxrd)."""
    buffer, scanned, more = bytearray(), 0, True
    while more:
        piece = file.read(_PIECE)
        more = bool(piece)
        buffer += piece
        # A separator counts only with its whole line; the last one found may still be growing.
        starts = [found.start() for found in _SEPARATOR.finditer(buffer, max(scanned - 300, 0))]
        start = 0
        for following in starts:
            if following > start:
                yield _mbox_message(bytes(buffer[start:following]))
                start = following
        del buffer[:start]
        scanned = len(buffer)
        if scanned > MAX_MBOX_MESSAGE:
            yield _mbox_message(bytes(buffer))
            buffer.clear()
            scanned = 0
    if buffer.strip():
        yield _mbox_message(bytes(buffer))


def write_mbox_message(file: Writable, data: bytes, sender: str, epoch: float) -> None:
    """Append a message: separator, LF line ends, `From ` lines quoted, an empty line."""
    if re.search(r"\s|[\x00-\x1f]", sender):
        raise HeaderInjectionError("From")
    weekday, _, rest = format_date(epoch).partition(", ")
    day, month, year, clock, _ = rest.split(" ")
    separator = f"From {sender or 'MAILER-DAEMON'} {weekday} {month} {day:>2} {clock} {year}\n"
    file.write(separator.encode("utf-8"))
    body = _QUOTABLE.sub(rb">\1", data.replace(b"\r\n", b"\n"))
    file.write(body if body.endswith(b"\n") else body + b"\n")
    file.write(b"\n")


def read_maildir(files: Iterable[tuple[str, Readable]]) -> Iterator[tuple[MaildirName, bytes]]:
    """Messages of a Maildir's `cur` and `new`: the caller lists the names and opens the files.

    Each file is read when its turn comes; names that begin with a dot are passed over.
    """
    for name, file in files:
        if not name.startswith("."):
            pieces = iter(lambda file=file: file.read(_PIECE), b"")  # type: ignore[misc]
            yield parse_maildir_name(name), b"".join(pieces)


def maildir_unique(now: float, counter: int, host: str) -> str:
    """A name that no other delivery uses: `counter` rises with each of this process on this host.

    The Maildir page asks for `time.unique.host`, with `/` and `:` of the host written as octal.
    """
    seconds, fraction = divmod(now, 1)
    safe = host.replace("/", "\\057").replace(":", "\\072")
    return f"{int(seconds)}.M{int(fraction * 1e6)}Q{counter}.{safe}"


def parse_maildir_name(name: str) -> MaildirName:
    """A name in `cur` or `new`: `unique:2,FLAGS`; unknown flags are left out."""
    unique, _, info = name.partition(":2,")
    return MaildirName(unique, frozenset(_FLAGS[flag] for flag in info if flag in _FLAGS))


def format_maildir_name(unique: str, keywords: frozenset[str] = frozenset()) -> str:
    """A name for `cur`; `unique` comes from the caller's clock and chance. Raises MessageError."""
    if not _UNIQUE.fullmatch(unique) or unique.startswith("."):
        raise MessageError(f"not a Maildir name: {unique!r}")
    flags = "".join(flag for flag, keyword in _FLAGS.items() if keyword in keywords)
    return f"{unique}:2,{flags}"


def copy_stored(source: Readable, target: Writable) -> int:
    """A stored message with LF line ends from one with CRLF, in pieces; octets written."""
    total, tail = 0, b""
    while piece := source.read(_PIECE):
        piece = tail + piece
        tail = b"\r" if piece.endswith(b"\r") else b""
        piece = piece[: len(piece) - len(tail)].replace(b"\r\n", b"\n")
        target.write(piece)
        total += len(piece)
    target.write(tail)
    return total + len(tail)


def _mbox_message(raw: bytes) -> MboxMessage:
    line, _, data = raw.partition(b"\n") if raw.startswith(b"From ") else (b"", b"", raw)
    _, _, rest = line.decode("utf-8", "replace").partition(" ")
    sender, _, date = rest.strip().partition(" ")
    if data.endswith(b"\n\n"):  # the empty line that belongs to the separator
        data = data[:-1]
    elif data.endswith(b"\r\n\r\n"):
        data = data[:-2]
    return MboxMessage(sender, parse_date(date) if date else None, _QUOTED.sub(rb"\1", data))
