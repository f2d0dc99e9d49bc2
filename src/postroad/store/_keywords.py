"""Flags and labels of an email, as JMAP spells them: lower case, system flags with a `$`.

Standards: RFC 8621 §4.1.1 (keywords), RFC 9051 §2.3.2 (flags)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from postroad.db import Transaction
from postroad.store import _placements
from postroad.store._spans import of_numbers
from postroad.store._turns import Item, Turn
from postroad.store._types import DELETED, SEEN
from postroad.store.errors import BadKeyword, NoSuchEmail

MAX_KEYWORDS = 100
"""Keywords of one email; ours."""

_KEYWORD = re.compile(r"[!#$&'+,\-./0-9:;<=>?@\[^_`a-z|}~]{1,255}")
"""RFC 8621 §4.1.1: %x21–7E without ( ) { ] % * " and backslash, in lower case."""


def check(keywords: Iterable[str]) -> frozenset[str]:
    """Return the keywords in lower case. Raises BadKeyword."""
    lower = frozenset(keyword.lower() for keyword in keywords)
    for keyword in lower:
        if not _KEYWORD.fullmatch(keyword):
            raise BadKeyword(f"{keyword!r} is not a keyword")
    if len(lower) > MAX_KEYWORDS:
        raise BadKeyword(f"an email has at most {MAX_KEYWORDS} keywords")
    return lower


def check_own(keywords: Iterable[str]) -> frozenset[str]:
    """Return an email's own keywords in lower case. Raises BadKeyword, also for `$deleted`."""
    own = check(keywords)
    if DELETED in own:
        raise BadKeyword(f"{DELETED} is of one mailbox, not of the email")
    return own


def pack(keywords: frozenset[str]) -> str:
    """Return keywords as a placement keeps them; the same set is always the same text."""
    return " ".join(sorted(keywords))


def unpack(text: str) -> frozenset[str]:
    """Return the keywords of a placement, `$deleted` among them."""
    return frozenset(text.split())


def change(
    tx: Transaction, turn: Turn, email_id: int, add: frozenset[str], remove: frozenset[str]
) -> frozenset[str]:
    """Add and remove keywords of one email, return what it has then; see `Store.set_keywords`."""
    placements = _placements.of_email(tx, turn.account, email_id)
    if not placements:
        raise NoSuchEmail(f"account {turn.account} has no email {email_id}")
    before = unpack(placements[0][3]) - {DELETED}
    after = check_own((before - remove) | add)
    if after != before:
        unseen = (SEEN not in after) - (SEEN not in before)
        for mailbox, uid, thread, _ in placements:
            show(tx, turn, mailbox, after, [(uid, email_id, thread)], unseen)
    return after


def shown(own: frozenset[str], deleted: bool) -> str:
    """Return an email's keywords as a placement shows them."""
    return pack(own | {DELETED} if deleted else own)


def show(
    tx: Transaction,
    turn: Turn,
    mailbox: int,
    own: frozenset[str],
    items: Sequence[Item],
    unseen: int,
) -> None:
    """Show an email's new keywords in one mailbox; each message there keeps its own `$deleted`.

    `unseen` is what each does to the counter.
    """
    for low, high in of_numbers(uid for uid, _, _ in items):
        tx.execute(
            "UPDATE placement SET keywords = CASE deleted WHEN 1 THEN ? ELSE ? END, modseq = ?"
            " WHERE account = ? AND mailbox = ? AND uid BETWEEN ? AND ?",
            (shown(own, True), shown(own, False), turn.modseq, turn.account, mailbox, low, high),
        )
    tx.execute(
        "UPDATE mailbox SET unseen = unseen + ?, modseq = ? WHERE account = ? AND id = ?",
        (unseen * len(items), turn.modseq, turn.account, mailbox),
    )
    turn.log_all(tx, "keywords", mailbox, items)
