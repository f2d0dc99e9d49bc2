"""What a reply or a forward starts from: recipients, subject, threading, the quoted text.

Standards: RFC 5322 §3.6.3–§3.6.5, RFC 3676 §4.5 (quoting), RFC 2369 and RFC 3834 habits of lists
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from postroad.message._addresses import Mailbox, mailboxes
from postroad.message._bodies import message_text
from postroad.message._ids import parse_ids
from postroad.message._part import Part
from postroad.message._select import select
from postroad.message._subject import forward_subject, reply_subject

MAX_REFERENCES: Final = 20
"""Identifiers written into References: the first, which names the thread, and the newest.
RFC 5537 §3.4.4 allows trimming in the middle."""


@dataclass(frozen=True, slots=True)
class ReplySeed:
    """The values to put into a Draft; `quoted` has LF line ends."""

    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    quoted: str


def reply(
    message: Part, *, own: Iterable[str] = (), everyone: bool = False, attribution: str = ""
) -> ReplySeed:
    """A reply to the author, or to `everyone`; `own` addresses are never written to.

    `attribution` is the line above the quotation, such as `On Monday, Bob wrote:`.
    """
    headers = message.headers
    mine = {address.lower() for address in own}

    def others(*names: str) -> list[Mailbox]:
        fields = filter(None, map(headers.last, names))
        return [
            box for field in fields for box in mailboxes(headers.addresses(field)) if box.address
        ]

    authors = others("reply-to") or others("from")
    if all(box.address.lower() in mine for box in authors):  # an answer to one's own message
        authors = others("to")
    to = _unique(authors, lambda box: True)
    taken = {box.address.lower() for box in to} | mine
    copies = others("to", "cc") if everyone else []
    cc = _unique(copies, lambda box: box.address.lower() not in taken)
    ids = parse_ids(headers.value("message-id"))[:1]
    quoted = quote_text(message_text(select(message)))
    return ReplySeed(
        to=to,
        cc=cc,
        subject=reply_subject(headers.text("subject")),
        in_reply_to=ids,
        references=_references(message, ids),
        quoted=f"{attribution}\n{quoted}" if attribution else quoted,
    )


def forward(message: Part, *, heading: str = "") -> ReplySeed:
    """An inline forward: the header lines a person wants, then the text, unquoted.

    `heading` stands above it. To forward whole, attach the bytes as message/rfc822 instead.
    """
    headers = message.headers
    lines = [heading] if heading else []
    for name in ("From", "Date", "Subject", "To", "Cc"):
        if value := headers.text(name):
            lines.append(f"{name}: {value}")
    text = message_text(select(message))
    return ReplySeed(
        to=(),
        cc=(),
        subject=forward_subject(headers.text("subject")),
        in_reply_to=(),
        references=_references(message, parse_ids(headers.value("message-id"))[:1]),
        quoted="\n".join([*lines, "", text]),
    )


def quote_text(text: str) -> str:
    """A text with quote marks; lines already quoted get one more, without a space between."""
    lines = text.rstrip("\n").split("\n")
    return "\n".join(
        ">" + line if line.startswith(">") else f"> {line}" if line else ">" for line in lines
    )


def _unique(boxes: Iterable[Mailbox], wanted: Callable[[Mailbox], bool]) -> tuple[Mailbox, ...]:
    seen: dict[str, Mailbox] = {}
    for box in boxes:
        if wanted(box):
            seen.setdefault(box.address.lower(), box)
    return tuple(seen.values())


def _references(message: Part, ids: tuple[str, ...]) -> tuple[str, ...]:
    """RFC 5322 §3.6.4: the parent's References, else its In-Reply-To when single, and its own."""
    headers = message.headers
    parents = parse_ids(headers.value("references"))
    if not parents:
        answered = parse_ids(headers.value("in-reply-to"))
        parents = answered if len(answered) == 1 else ()
    chain = tuple(dict.fromkeys((*parents, *ids)))
    if len(chain) > MAX_REFERENCES:
        chain = (chain[0], *chain[1 - MAX_REFERENCES :])
    return tuple(i for i in chain if "@" in i and i.isprintable())
