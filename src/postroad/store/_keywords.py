"""Flags and labels of an email, as JMAP spells them: lower case, system flags with a `$`.

Standards: RFC 8621 §4.1.1 (keywords), RFC 9051 §2.3.2 (flags)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from postroad.db import Transaction
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
    """Return keywords as the email's row keeps them; the same set is always the same text."""
    return " ".join(sorted(keywords))


def unpack(text: str) -> frozenset[str]:
    """Return the keywords of an email's row."""
    return frozenset(text.split())


def change(
    tx: Transaction, turn: Turn, email_id: int, add: frozenset[str], remove: frozenset[str]
) -> frozenset[str]:
    """Add and remove keywords of one email, return what it has then; see `Store.set_keywords`."""
    rows = tx.execute(
        "SELECT keywords, thread FROM email WHERE account = ? AND id = ?",
        (turn.account, email_id),
    )
    if not rows:
        raise NoSuchEmail(f"account {turn.account} has no email {email_id}")
    before = unpack(rows[0][0])
    after = check_own((before - remove) | add)
    if after != before:
        tx.execute(
            "UPDATE email SET keywords = ? WHERE account = ? AND id = ?",
            (pack(after), turn.account, email_id),
        )
        _touch(tx, turn, email_id, rows[0][1], after, (SEEN not in after) - (SEEN not in before))
    return after


def _touch(
    tx: Transaction, turn: Turn, email_id: int, thread: int, own: frozenset[str], unseen: int
) -> None:
    """Show an email's keywords in every mailbox that has it."""
    placements = tx.execute(
        "SELECT mailbox, uid FROM placement WHERE account = ? AND email = ? ORDER BY mailbox",
        (turn.account, email_id),
    )
    for mailbox, uid in placements:
        show(tx, turn, mailbox, own, [(uid, email_id, thread)], unseen)


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
