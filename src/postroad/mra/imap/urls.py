"""IMAP URLs, as CATENATE names a message or a part of one that is here already.

`/INBOX;UIDVALIDITY=1/;UID=20/;SECTION=1.2`, or `;UID=20` in the open mailbox. A URL of another
host is refused: nothing is fetched from anywhere.

Standards: RFC 4469 §3, §5 (BADURL), RFC 5092 §3, §7
"""

from __future__ import annotations

import re
from typing import NoReturn
from urllib.parse import unquote

from postroad import message, store
from postroad.db import Transaction
from postroad.handoff import Content
from postroad.message import Section, SectionError
from postroad.mra.imap.names import Tree
from postroad.mra.imap.session import ImapSession
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.status import bad_url, no

_URL = re.compile(
    r"(?:imap://(?:[^/@]{0,255}@)?([^/:]{1,255})(?::143|:993)?)?"
    r"(?:/([^;/][^;]{0,2047})(?:;UIDVALIDITY=(\d{1,10}))?)?"
    r"/?;UID=(\d{1,10})(?:/?;SECTION=([^;]{1,255}?))?(?:/?;PARTIAL=(\d{1,10})(?:\.(\d{1,10}))?)?",
    re.IGNORECASE,
)


async def octets_at(session: ImapSession, url: str) -> bytes:
    """The octets that `url` names. Raises Refused."""
    found = _URL.fullmatch(url)
    if found is None or (found[1] and found[1].lower() != session.service.hostname.lower()):
        _refuse(url)
    path = unquote(found[2]).removesuffix("/") if found[2] else None
    if path is None and session.view is None:
        _refuse(url)
    account = session.account_id

    def look(tx: Transaction) -> Content | None:
        if path is None:
            box = store.mailbox(tx, account, session.selected.mailbox_id)
        elif (there := Tree(store.mailboxes(tx, account)).find(path)) is not None:
            box = there
        else:
            return None
        if found[3] and int(found[3]) != box.uidvalidity:
            return None
        uid = int(found[4])
        rows = store.rows(tx, account, box.id, [(uid, uid)])
        return store.content(tx, account, rows[0].email_id) if rows else None

    content = await session.read(look)
    if content is None:
        _refuse(url)
    service = session.service
    data = content.prefix + await service.blobs.read(service.db, content.blob)
    return _cut(_section(data, unquote(found[5] or ""), url), found[6], found[7])


def _section(data: bytes, text: str, url: str) -> bytes:
    if not text:
        return data
    try:
        octets = message.section_bytes(message.scan(data), Section.parse(text))
    except SectionError:
        _refuse(url)
    if octets is None:
        _refuse(url)
    return octets


def _cut(octets: bytes, first: str | None, count: str | None) -> bytes:
    start = int(first or 0)
    return octets[start : start + int(count)] if count else octets[start:]


def _refuse(url: str) -> NoReturn:
    raise Refused(no("There is nothing at that URL", bad_url(url)))
