"""What `postroad send` is to send: composed from options, or a ready file as it is.

Standards: RFC 5322 §3.6 (fields), §3.6.3 (Bcc is not sent), §2.3 (only CRLF ends a line)
"""

from __future__ import annotations

import mimetypes
import re
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.cli._network import mailbox
from postroad.app.texts import send as texts

if TYPE_CHECKING:
    from postroad.message import Attachment, Headers, Mailbox

_LINE_END = re.compile(rb"\r\n|\r|\n")
_RECIPIENT_FIELDS = ("to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Letter:
    """Envelope and message: addresses canonical, octets with CRLF line ends."""

    sender: str
    recipients: tuple[str, ...]
    octets: bytes

    @property
    def smtputf8(self) -> bool:
        """Whether an address of the envelope, or the header, has letters beyond ASCII."""
        header = self.octets.partition(b"\r\n\r\n")[0]
        return not all(
            text.isascii() for text in (self.sender, *self.recipients, header.decode("latin-1"))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the options say of the message; "" and () for what they leave out."""

    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    attachments: tuple[Path, ...] = ()


def ready(raw: bytes, wanted: Wanted) -> Letter:
    """A whole message from a file; without `to` the recipients are those of its header.

    Bcc lines are taken out, so that nobody reads them. Raises Refusal.
    """
    from postroad.message import scan

    octets = _LINE_END.sub(b"\r\n", raw)
    headers = scan(octets).headers
    sender = wanted.sender or next(iter(_addresses(headers, ("from",))), "")
    recipients = wanted.to or tuple(_addresses(headers, _RECIPIENT_FIELDS))
    for field in reversed([one for one in headers if one.key == "bcc"]):
        octets = octets[: field.start] + octets[field.end :]
    return _letter(sender, recipients, octets)


def compose(wanted: Wanted, text: str) -> Letter:
    """A message from options, with `text` as its body. Raises Refusal for what cannot be one."""
    from postroad.message import Draft, MessageError, build_message, parse_mailbox

    author = parse_mailbox(wanted.sender)
    if author is None or not author.address:
        raise Refusal(texts.NO_SENDER, Exit.USAGE)
    to, cc, bcc = (_mailboxes(names) for names in (wanted.to, wanted.cc, wanted.bcc))
    try:
        octets = build_message(
            Draft(
                from_=(author,),
                to=to,
                cc=cc,
                subject=wanted.subject,
                text=text,
                attachments=tuple(_attachment(path) for path in wanted.attachments),
                date=time.time(),
                message_id=f"{secrets.token_hex(12)}@{author.domain}",
                boundary=f"=_{secrets.token_hex(12)}",
            )
        )
    except MessageError as failure:
        raise Refusal(texts.CANNOT_COMPOSE, Exit.USAGE, reason=failure) from None
    return _letter(author.address, [one.address for one in (*to, *cc, *bcc)], octets)


def _letter(sender: str, recipients: Sequence[str], octets: bytes) -> Letter:
    if not sender:
        raise Refusal(texts.NO_SENDER, Exit.USAGE)
    if not recipients:
        raise Refusal(texts.NO_RECIPIENT, Exit.USAGE)
    unique = dict.fromkeys(mailbox(address) for address in recipients)
    return Letter(mailbox(sender), tuple(unique), octets)


def _addresses(headers: Headers, names: Sequence[str]) -> list[str]:
    from postroad.message import mailboxes, parse_addresses

    values = [field.value for field in headers if field.key in names]
    return [one.address for value in values for one in mailboxes(parse_addresses(value))]


def _mailboxes(names: Sequence[str]) -> tuple[Mailbox, ...]:
    from postroad.message import mailboxes, parse_addresses

    found = [one for text in names for one in mailboxes(parse_addresses(text))]
    for one in found:
        mailbox(one.address or one.local or one.name)  # refuses what is no address
    return tuple(found)


def _attachment(path: Path) -> Attachment:
    from postroad.message import Attachment

    kind, encoding = mimetypes.guess_type(path.name)
    content_type = kind if kind and not encoding else "application/octet-stream"
    return Attachment(path.name, content_type, path.read_bytes())


def read_text(given: str, *, stdin_is_taken: bool) -> str:
    """The text of the options, or what stands on standard input. Raises Refusal."""
    if given:
        return given
    if stdin_is_taken:
        raise Refusal(texts.STDIN_TWICE, Exit.USAGE)
    if sys.stdin.isatty():
        raise Refusal(texts.NO_TEXT, Exit.USAGE)
    return sys.stdin.buffer.read().decode("utf-8", "replace")
