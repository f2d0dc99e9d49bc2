"""What IMAP sends of a message, ready made: ENVELOPE, BODYSTRUCTURE, a preview, common fields.

They are made from the message's bytes some time after it was filed (`Viewer`), or when somebody
asks before, and are never changed.

Standards: RFC 9051 §7.5.2, RFC 8970 (PREVIEW), RFC 9051 §6.4.5.1 (HEADER.FIELDS)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Literal

import msgspec

from postroad.db import Transaction
from postroad.message import Headers, body_structure, envelope, preview, scan
from postroad.store._spans import of_numbers

KEPT_FIELDS = frozenset(
    """date from sender reply-to to cc bcc subject message-id in-reply-to references content-type
    content-transfer-encoding content-disposition content-description content-id mime-version
    list-id list-post list-unsubscribe importance priority x-priority precedence auto-submitted
    newsgroups organization user-agent x-mailer x-label keywords comments lines return-path
    delivered-to x-spam-flag x-spam-status disposition-notification-to resent-date resent-from
    resent-to resent-cc resent-message-id""".split()  # noqa: SIM905 - a list of names reads so
)
"""Header fields that clients ask for in lists of messages, in lower case."""

MAX_KEPT = 64 * 1024
"""Octets of those fields that are kept; a message with more is looked at itself."""

Column = Literal["envelope", "structure", "fields", "preview"]
COLUMNS: tuple[Column, ...] = ("envelope", "structure", "fields", "preview")


class Views(msgspec.Struct, frozen=True, gc=False):
    """`envelope` and `structure` as IMAP sends them; `preview` of at most 256 characters.

    `fields` are the lines of the header named in KEPT_FIELDS, whole and in their order, each with
    its line end; None when they are too many to be kept.
    """

    envelope: bytes
    structure: bytes
    fields: bytes | None
    preview: str


def make_views(data: bytes) -> Views:
    """Make the views of a whole message."""
    message = scan(data)
    return Views(
        envelope(message.headers), body_structure(message), _fields(message.headers),
        preview(message),
    )  # fmt: skip


def views(
    tx: Transaction, account_id: int, email_ids: Iterable[int], only: Collection[Column] = COLUMNS
) -> dict[int, Views]:
    """Return the views of these emails that are made already; `Viewer.fetch` returns all.

    What is not in `only` is not read, and is b"" or "".
    """
    chosen = ", ".join(name if name in only else _BLANK[name] for name in COLUMNS)
    sql = (
        f"SELECT email, {chosen} FROM email_view"  # noqa: S608 - names of columns
        " WHERE account = ? AND email BETWEEN ? AND ?"
    )
    found: dict[int, Views] = {}
    for low, high in of_numbers(email_ids):
        for row in tx.execute(sql, (account_id, low, high)):
            found[row[0]] = Views(*row[1:])
    return found


_BLANK = dict.fromkeys(COLUMNS, "CAST('' AS BLOB)") | {"preview": "''"}


def field_picker(names: Collection[str]) -> Callable[[bytes], bytes] | None:
    """Return what makes HEADER.FIELDS (names) of `Views.fields`, its empty line included.

    None when one of the names is not kept: then the message's own header must be read.
    """
    lower = {name.lower() for name in names}
    if not lower or not lower <= KEPT_FIELDS:
        return None
    choice = "|".join(sorted(map(re.escape, lower)))
    find = re.compile(
        rf"^(?:{choice})[ \t]*+:[^\n]*+\n(?:[ \t][^\n]*+\n)*+".encode(),
        re.IGNORECASE | re.MULTILINE,
    ).findall
    return lambda fields: b"".join(find(fields)) + b"\r\n"


def _fields(headers: Headers) -> bytes | None:
    raw = [field.raw for field in headers.fields if field.key in KEPT_FIELDS]
    kept = b"".join(line if line[-1:] == b"\n" else line + b"\r\n" for line in raw)
    return kept if len(kept) <= MAX_KEPT else None


UNREADABLE = make_views(b"")
"""The views of a message whose bytes are lost: those of an empty one."""
