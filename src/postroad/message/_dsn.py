"""Delivery status notifications: what became of a message, for its sender and for programs.

A multipart/report of three parts: a text in the chosen languages, the fields of RFC 3464, and the
returned message or its header. The recipient of a report is the envelope sender; its own
envelope sender is `<>`, which the caller sees to.

Invariants: nothing quoted from elsewhere can add a line; the returned bytes are not changed; the
same arguments give the same bytes (no clock, no randomness).

Standards: RFC 3464, RFC 3462 and RFC 6522, RFC 6533 (UTF-8), RFC 3834 (Auto-Submitted)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from postroad.message._addresses import Mailbox, parse_mailbox
from postroad.message._dates import format_date
from postroad.message._encode import (
    format_addresses,
    format_field,
    format_parameters,
    format_structured,
    one_line,
)
from postroad.message._report_texts import ACTIONS, TEXTS, ReportTexts
from postroad.message._transfer_encode import encode_base64, encode_text
from postroad.message.errors import MessageError

LANGUAGES: Final = tuple(TEXTS)
"""The languages a report can speak, in the order they are written."""

_DIAGNOSTIC_SIZE: Final = 900
"""Characters of a remote's words that are kept: one line of RFC 5322 §2.1.1."""
_NOT_QCHAR: Final = re.compile(r"[^!-*,-<>-\[\]-~]")


@dataclass(frozen=True, slots=True)
class DsnRecipient:
    """The per-recipient fields of RFC 3464 §2.3. Times are epoch seconds, None when not known.

    `original` is `addr-type;address` as ORCPT gave it, decoded; `diagnostic` is the SMTP reply.
    """

    final: str
    action: str
    status: str
    original: str = ""
    remote_mta: str = ""
    diagnostic: str = ""
    last_attempt: float | None = None
    will_retry_until: float | None = None

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise MessageError(f"not an action of RFC 3464 §2.3.3: {self.action!r}")
        if not re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", self.status):
            raise MessageError(f"not a status code of RFC 3463: {self.status!r}")


@dataclass(frozen=True, slots=True)
class Dsn:
    """All that a report needs. `message_id` has no angle brackets; times are epoch seconds.

    `returned` is a header block, or the whole message when `full`; `utf8` says that the path to
    `to` carries SMTPUTF8, so addresses are written as they are (RFC 6533 §4). `reference` is how
    the reporting host calls the message, for people and as an extension field (RFC 3464 §2.4).
    """

    message_id: str
    date: float
    boundary: str
    reporting_mta: str
    to: str
    recipients: tuple[DsnRecipient, ...]
    returned: bytes
    full: bool = False
    envelope_id: str = ""
    reference: str = ""
    arrival: float | None = None
    languages: tuple[str, ...] = ("en",)
    utf8: bool = False

    def __post_init__(self) -> None:
        if not self.recipients:
            raise MessageError("a report is about at least one recipient (RFC 3464 §2.1)")
        if not self.languages or not set(self.languages) <= set(TEXTS):
            raise MessageError(f"languages must be of {', '.join(TEXTS)}")
        if not re.fullmatch(r"[A-Za-z0-9'()+_,./:=?-]{1,70}", self.boundary):
            raise MessageError("not a boundary of RFC 2046 §5.1.1")

    @property
    def action(self) -> str:
        """The gravest of the recipients' actions."""
        return min((r.action for r in self.recipients), key=ACTIONS.index)


def build_dsn(dsn: Dsn) -> bytes:
    """The report as a message with CRLF line ends. Raises MessageError for unwritable values."""
    delimiter = f"--{dsn.boundary}".encode()
    returned = _returned_part(dsn)
    parts = (_text_part(dsn), _status_part(dsn), returned)
    eight_bit = dsn.utf8 or b"\nContent-Transfer-Encoding: 8bit" in returned
    body = b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts)
    return _header(dsn, eight_bit) + b"\r\n" + body + delimiter + b"--\r\n"


def _header(dsn: Dsn, eight_bit: bool) -> bytes:
    host = dsn.reporting_mta
    daemon = Mailbox("Mail Delivery System", "MAILER-DAEMON", host)
    to = parse_mailbox(dsn.to)
    if to is None or not to.local or one_line(dsn.to) != dsn.to:
        to = Mailbox("", dsn.to, "")  # `""@example.org`, which RFC 5321 §4.1.2 allows; or worse
    subject = TEXTS[dsn.languages[0]].subjects[dsn.action]
    return b"".join(
        (
            format_addresses("From", [daemon], utf8=dsn.utf8),
            format_addresses("To", [to], utf8=dsn.utf8),
            format_field("Subject", subject),
            format_structured("Date", format_date(dsn.date)),
            format_structured("Message-ID", f"<{dsn.message_id}>"),
            b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n",
            format_parameters(
                "Content-Type",
                "multipart/report",
                {"report-type": _status_type(dsn), "boundary": dsn.boundary},
            ),
            b"Content-Transfer-Encoding: 8bit\r\n" if eight_bit else b"",
        )
    )


def _status_type(dsn: Dsn) -> str:
    return "global-delivery-status" if dsn.utf8 else "delivery-status"


def _text_part(dsn: Dsn) -> bytes:
    text = "\n\n".join(_explain(dsn, TEXTS[language]) for language in dsn.languages)
    encoding, body = encode_text(text)
    return (
        b"Content-Type: text/plain; charset=utf-8\r\n"
        + format_structured("Content-Language", ", ".join(dsn.languages))
        + f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        + body
    )


def _explain(dsn: Dsn, texts: ReportTexts) -> str:
    lines: list[str] = []
    for action in ACTIONS:
        about = [recipient for recipient in dsn.recipients if recipient.action == action]
        if about:
            lines += [texts.openings[action].format(host=dsn.reporting_mta), ""]
        for recipient in about:
            lines += [*_explain_recipient(recipient, texts), ""]
    if dsn.reference:
        lines += [texts.reference.format(reference=one_line(dsn.reference)), ""]
    return "\n".join([*lines, texts.closing])


def _explain_recipient(recipient: DsnRecipient, texts: ReportTexts) -> Iterable[str]:
    yield texts.recipient.format(address=one_line(recipient.final))
    words = one_line(recipient.diagnostic or recipient.status)[:_DIAGNOSTIC_SIZE]
    if recipient.remote_mta:
        yield texts.remote.format(host=one_line(recipient.remote_mta), words=words)
    else:
        yield texts.own.format(words=words)
    if recipient.will_retry_until is not None:
        yield texts.retry.format(date=format_date(recipient.will_retry_until))


def _status_part(dsn: Dsn) -> bytes:
    fields = [_line(dsn, "Original-Envelope-Id", dsn.envelope_id)] if dsn.envelope_id else []
    fields.append(_line(dsn, "Reporting-MTA", f"dns; {dsn.reporting_mta}"))
    if dsn.reference:
        fields.append(_line(dsn, "X-Trace-Id", dsn.reference))
    if dsn.arrival is not None:
        fields.append(_line(dsn, "Arrival-Date", format_date(dsn.arrival)))
    blocks = [b"".join(fields), *(_recipient_block(dsn, item) for item in dsn.recipients)]
    encoding = b"Content-Transfer-Encoding: 8bit\r\n" if dsn.utf8 else b""
    head = f"Content-Type: message/{_status_type(dsn)}\r\n".encode() + encoding
    return head + b"\r\n" + b"\r\n".join(blocks)


def _recipient_block(dsn: Dsn, recipient: DsnRecipient) -> bytes:
    values: list[tuple[str, str]] = []
    if recipient.original:
        kind, _, address = recipient.original.partition(";")
        values.append(("Original-Recipient", f"{kind};{_address(dsn, address, kind)}"))
    kind = "rfc822" if recipient.final.isascii() else "utf-8"
    values.append(("Final-Recipient", f"{kind};{_address(dsn, recipient.final, kind)}"))
    values.append(("Action", recipient.action))
    values.append(("Status", recipient.status))
    if recipient.remote_mta:
        values.append(("Remote-MTA", f"dns; {recipient.remote_mta}"))
    if recipient.diagnostic:
        values.append(("Diagnostic-Code", f"smtp; {recipient.diagnostic[:_DIAGNOSTIC_SIZE]}"))
    if recipient.last_attempt is not None:
        values.append(("Last-Attempt-Date", format_date(recipient.last_attempt)))
    if recipient.will_retry_until is not None:
        values.append(("Will-Retry-Until", format_date(recipient.will_retry_until)))
    return b"".join(_line(dsn, name, value) for name, value in values)


def _address(dsn: Dsn, address: str, kind: str) -> str:
    """RFC 6533 §3: raw where the path carries UTF-8, else `\\x{…}` for what is not ASCII."""
    if dsn.utf8 or address.isascii() or kind.lower() != "utf-8":
        return address
    return _NOT_QCHAR.sub(lambda found: f"\\x{{{ord(found[0]):02X}}}", address)


def _line(dsn: Dsn, name: str, value: str) -> bytes:
    """A field of the status part: what others said is made one line, and ASCII where it must be."""
    value = one_line(value)
    if not dsn.utf8:
        value = value.encode("ascii", "replace").decode("ascii")
    return format_structured(name, value, utf8=dsn.utf8)


def _returned_part(dsn: Dsn) -> bytes:
    header = dsn.returned.partition(b"\r\n\r\n")[0] if dsn.full else dsn.returned
    kind = (
        ("message/global" if dsn.full else "message/global-headers")
        if not header.isascii()
        else ("message/rfc822" if dsn.full else "text/rfc822-headers")
    )
    body, encoding = dsn.returned, "7bit"
    if not body.isascii():
        encoding = "8bit"
        if not header.isascii() and not dsn.utf8:  # RFC 6533 §4.3: for a path that is 7-bit only
            body, encoding = encode_base64(body), "base64"
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body
