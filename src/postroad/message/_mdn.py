"""Message disposition notifications: "your message was displayed", when its reader allows that.

Invariants: as for delivery reports; a notification is never made about one (RFC 8098 §2.1).

Standards: RFC 8098, RFC 6522, RFC 6533 §5, RFC 3834
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from postroad.message._addresses import Mailbox
from postroad.message._dates import format_date
from postroad.message._encode import (
    format_addresses,
    format_field,
    format_parameters,
    format_structured,
    one_line,
)
from postroad.message._fields import Headers
from postroad.message._lists import auto_submitted
from postroad.message._transfer_encode import encode_text
from postroad.message.errors import MessageError

_DISPOSITIONS: Final = frozenset(("displayed", "deleted", "dispatched", "processed"))
_TEXTS: Final = {
    "en": ("Read: {subject}", "Your message to {reader} of {date} was displayed. This does not"
           " mean that it was read or understood."),
    "zh-CN": ("已读:{subject}",
           "您于 {date} 发给 {reader} 的邮件已被显示。这不代表内容已被阅读或理解。"),
    "ja": ("開封済み:{subject}", "{date} に {reader} 宛てに送られたメールが表示されました。"
           "内容が読まれ、理解されたとは限りません。"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mdn:
    """All that a notification needs. `manual` says that a person, not a rule, sent it off.

    `original` is the header of the message it is about; times are epoch seconds.
    """

    message_id: str
    date: float
    boundary: str
    reader: Mailbox
    to: Mailbox
    original: Headers
    reporting_ua: str
    disposition: str = "displayed"
    manual: bool = True
    language: str = "en"

    def __post_init__(self) -> None:
        if self.disposition not in _DISPOSITIONS:
            raise MessageError(f"not a disposition of RFC 8098 §3.2.6: {self.disposition!r}")
        if self.language not in _TEXTS:
            raise MessageError(f"language must be of {', '.join(_TEXTS)}")
        if not re.fullmatch(r"[A-Za-z0-9'()+_,./:=?-]{1,70}", self.boundary):
            raise MessageError("not a boundary of RFC 2046 §5.1.1")
        if "report" in self.original.value("content-type").decode("ascii", "replace").lower():
            raise MessageError("no notification about a report (RFC 8098 §2.1)")
        if auto_submitted(self.original) != "no":
            raise MessageError("no notification about an automatic message (RFC 8098 §2.1)")


def build_mdn(mdn: Mdn) -> bytes:
    """The notification as a message with CRLF line ends; its envelope sender is `<>`."""
    line = f"--{mdn.boundary}\r\n".encode()
    body = line + _text_part(mdn) + b"\r\n" + line + _notification_part(mdn) + b"\r\n"
    subject = _TEXTS[mdn.language][0].format(subject=one_line(mdn.original.text("subject")))
    mode = "auto-replied (manual)" if mdn.manual else "auto-replied"
    header = (
        format_addresses("From", [mdn.reader])
        + format_addresses("To", [mdn.to])
        + format_field("Subject", subject)
        + format_structured("Date", format_date(mdn.date))
        + format_structured("Message-ID", f"<{mdn.message_id}>")
        + format_structured("Auto-Submitted", mode)
        + b"MIME-Version: 1.0\r\n"
        + format_parameters(
            "Content-Type",
            "multipart/report",
            {"report-type": "disposition-notification", "boundary": mdn.boundary},
        )
    )
    return header + b"\r\n" + body + f"--{mdn.boundary}--\r\n".encode()


def _text_part(mdn: Mdn) -> bytes:
    text = _TEXTS[mdn.language][1].format(
        reader=mdn.reader.addr_spec, date=one_line(mdn.original.text("date"))
    )
    encoding, body = encode_text(text)
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return head.encode() + b"\r\n" + body


def _notification_part(mdn: Mdn) -> bytes:
    mode = "manual" if mdn.manual else "automatic"
    sent = "MDN-sent-manually" if mdn.manual else "MDN-sent-automatically"
    fields = [
        format_structured("Reporting-UA", one_line(mdn.reporting_ua)),
        format_structured("Final-Recipient", f"rfc822;{mdn.reader.addr_spec}"),
    ]
    original = one_line(mdn.original.text("message-id"))
    if original and original.isascii():
        fields.append(format_structured("Original-Message-ID", original))
    value = f"{mode}-action/{sent}; {mdn.disposition}"
    fields.append(format_structured("Disposition", value))
    return b"Content-Type: message/disposition-notification\r\n\r\n" + b"".join(fields)
