"""The keys by which SORT orders messages, from rows and the header fields that the store keeps.

Standards: RFC 5256 §2.2, §3 (SORT), RFC 5957 §3 (DISPLAYFROM, DISPLAYTO), RFC 5051
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postroad.message import (
    Headers,
    base_subject,
    mailboxes,
    parse_addresses,
    parse_id,
    scan_header,
    split_subject,
    thread_ids,
)
from postroad.mra.imap.subject import fold
from postroad.mra.imap.threads import Item
from postroad.store import Row

Ordered = tuple[Row, Headers]
"""A message's row and its kept header."""

NO_HEADER = scan_header(b"")


def _by_address(name: str) -> Callable[[Ordered], str]:
    """The local part of the first address (RFC 5256 §3: addr-mailbox)."""

    def key(one: Ordered) -> str:
        found = mailboxes(parse_addresses(one[1].value(name)))
        return fold(found[0].local) if found else ""

    return key


def _by_display(name: str) -> Callable[[Ordered], str]:
    """The name of the first address, else the address (RFC 5957 §3)."""

    def key(one: Ordered) -> str:
        found = mailboxes(parse_addresses(one[1].value(name)))
        return fold(found[0].name or found[0].address) if found else ""

    return key


KEYS: Mapping[str, Callable[[Ordered], Any]] = {
    "ARRIVAL": lambda one: one[0].received,
    "DATE": lambda one: sent_of(one[0]),
    "SIZE": lambda one: one[0].size,
    "SUBJECT": lambda one: fold(base_subject(one[1].text("subject"))),
    "FROM": _by_address("from"),
    "TO": _by_address("to"),
    "CC": _by_address("cc"),
    "DISPLAYFROM": _by_display("from"),
    "DISPLAYTO": _by_display("to"),
}

OF_ROW = frozenset({"ARRIVAL", "DATE", "SIZE"})
"""Keys that need no header."""


def sent_of(row: Row) -> float:
    """When it was sent; without a Date, when it came (RFC 5256 §2.2)."""
    return row.received if row.sent is None else row.sent


def thread_item(one: Ordered, number: int, *, references: bool) -> Item:
    """The message as THREAD wants it; without `references` its subject and date alone."""
    row, headers = one
    subject = split_subject(headers.text("subject"))
    if not references:
        return Item(number, sent_of(row), subject=fold(subject.text))
    return Item(
        number,
        sent_of(row),
        message_id=parse_id(headers.value("message-id")),
        references=thread_ids(headers.value("references"), headers.value("in-reply-to")),
        subject=fold(subject.text),
        is_reply=subject.reply,
    )
