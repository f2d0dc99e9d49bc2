"""Emails come, are shown, and go."""

from __future__ import annotations

from postroad.db import Transaction
from postroad.handoff import Content
from postroad.store import _placements, _threads
from postroad.store._keywords import check, pack, unpack
from postroad.store._placements import Placement
from postroad.store._turns import Turn, Turns
from postroad.store._types import DELETED, SEEN, Added, Email, Listed, NewEmail
from postroad.store.errors import NoSuchAccount, NoSuchEmail, NoSuchMailbox, OverQuota

LISTING_ROWS = 10_000
"""Rows of a listing fetched at a time: a large mailbox is never in memory twice."""

_LISTING = (
    "SELECT p.uid, e.id, e.size + length(e.prefix), e.trace FROM placement p"
    " JOIN email e ON e.account = p.account AND e.id = p.email"
    " WHERE p.account = ? AND p.mailbox = ? AND p.uid > ? ORDER BY p.uid LIMIT ?"
)


def add(tx: Transaction, turns: Turns, account: int, mailbox: int, email: NewEmail) -> Added:
    """File `email`; see `Store.add`."""
    keywords = check(email.keywords)
    deleted = DELETED in keywords
    octets = email.content.total
    turn, number = _draw(tx, turns, account, octets)
    try:
        uid = _enter(tx, turn, mailbox, octets, SEEN not in keywords, deleted)
    except NoSuchMailbox:
        _give_back(tx, account, octets, 1)
        raise
    links = _threads.links_of(email.message_id, email.references, email.subject)
    thread = _threads.join(tx, account, links, number)
    content = email.content
    tx.execute(
        "INSERT INTO email (account, id, thread, blob, size, prefix, received, sent, message_id,"
        " trace, links) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            account, number, thread, content.blob, content.size, content.prefix, email.received,
            email.sent, email.message_id, email.trace, _threads.pack(links),
        ),
    )  # fmt: skip
    saved = email.received if email.saved is None else email.saved
    placement = Placement(
        account, mailbox, uid, turn.modseq, pack(keywords), deleted, number, thread, number,
        octets, email.received, email.sent, saved,
    )  # fmt: skip
    _placements.insert(tx, placement)
    turn.log(tx, "created", mailbox, uid, number, thread)
    return Added(number, uid, turn.modseq, thread)


def place(tx: Transaction, turn: Turn, email_id: int, mailbox: int, now: float | None) -> int:
    """Put an email into one more mailbox; see `Store.place`."""
    email = get(tx, turn.account, email_id)
    if mailbox in email.placements:
        return email.placements[mailbox]
    octets, thread = email.content.total, email.thread_id
    uid = _enter(tx, turn, mailbox, octets, SEEN not in email.keywords, deleted=False)
    placement = Placement(
        turn.account, mailbox, uid, turn.modseq, pack(email.keywords), False, email_id, thread,
        _origin(tx, turn.account, email), octets, email.received, email.sent,
        email.received if now is None else now,
    )  # fmt: skip
    _placements.insert(tx, placement)
    turn.log(tx, "placed", mailbox, uid, email_id, thread)
    return uid


def listing(tx: Transaction, account_id: int, mailbox_id: int) -> list[Listed]:
    """Return every message of a mailbox by UID; some 200 octets of memory for each."""
    listed: list[Listed] = []
    last = 0
    while rows := tx.execute(_LISTING, (account_id, mailbox_id, last, LISTING_ROWS)):
        listed += [Listed(*row) for row in rows]
        last = rows[-1][0]
    return listed


def content(tx: Transaction, account_id: int, email_id: int) -> Content:
    """Return where an email's bytes are. Raises NoSuchEmail."""
    rows = tx.execute(
        "SELECT blob, size, prefix FROM email WHERE account = ? AND id = ?",
        (account_id, email_id),
    )
    if not rows:
        raise NoSuchEmail(f"account {account_id} has no email {email_id}")
    return Content(*rows[0])


def get(tx: Transaction, account_id: int, email_id: int) -> Email:
    """Return an email and where it is. Raises NoSuchEmail."""
    rows = tx.execute(
        "SELECT thread, blob, size, prefix, received, sent, message_id, trace FROM email"
        " WHERE account = ? AND id = ?",
        (account_id, email_id),
    )
    if not rows:
        raise NoSuchEmail(f"account {account_id} has no email {email_id}")
    thread, blob, size, prefix, received, sent, message_id, trace = rows[0]
    placements = _placements.of_email(tx, account_id, email_id)
    return Email(
        id=email_id,
        thread_id=thread,
        content=Content(blob, size, prefix),
        received=received,
        sent=sent,
        message_id=message_id,
        trace=trace,
        keywords=unpack(placements[0][3]) - {DELETED},
        placements={mailbox: uid for mailbox, uid, *_ in placements},
    )


def thread(tx: Transaction, account_id: int, thread_id: int) -> list[int]:
    """Return the ids of a thread's emails, oldest received first (RFC 8621 §3)."""
    rows = tx.execute(
        "SELECT id FROM email WHERE account = ? AND thread = ? ORDER BY received, id",
        (account_id, thread_id),
    )
    return [row[0] for row in rows]


def _draw(tx: Transaction, turns: Turns, account: int, octets: int) -> tuple[Turn, int]:
    """Account for one more email: return the turn and its number. Raises OverQuota, NoSuchAccount.

    One statement checks the quota and counts, so that no two units of work can both take the rest.
    """
    turn = turns.current(tx, account)
    rows = tx.execute(
        "UPDATE store_account SET modseq = modseq + ?, next_email = next_email + 1,"
        " used_bytes = used_bytes + ?, used_messages = used_messages + 1"
        " WHERE account = ? AND (quota IS NULL OR used_bytes < quota)"
        " RETURNING modseq, next_email - 1",
        (0 if turn else 1, octets, account),
    )
    if not rows:
        raise _refusal(tx, account)
    modseq, number = rows[0]
    return turn or turns.begin(tx, account, modseq), number


def _refusal(tx: Transaction, account: int) -> OverQuota | NoSuchAccount:
    rows = tx.execute("SELECT used_bytes, quota FROM store_account WHERE account = ?", (account,))
    return (
        OverQuota(*rows[0]) if rows else NoSuchAccount(f"account {account} has no mailboxes here")
    )


def _give_back(tx: Transaction, account: int, octets: int, emails: int) -> None:
    tx.execute(
        "UPDATE store_account SET used_bytes = used_bytes - ?, used_messages = used_messages - ?"
        " WHERE account = ?",
        (octets, emails, account),
    )


def _origin(tx: Transaction, account: int, email: Email) -> int:
    """Return the email that this one was copied from, or itself: any placement knows."""
    mailbox, uid = next(iter(email.placements.items()))
    rows = tx.execute(
        "SELECT origin FROM placement WHERE account = ? AND mailbox = ? AND uid = ?",
        (account, mailbox, uid),
    )
    return int(rows[0][0])


def _enter(
    tx: Transaction, turn: Turn, mailbox: int, octets: int, unseen: bool, deleted: bool
) -> int:
    """Count one more message in a mailbox and return its UID. Raises NoSuchMailbox."""
    rows = tx.execute(
        "UPDATE mailbox SET uidnext = uidnext + 1, modseq = ?, messages = messages + 1,"
        " unseen = unseen + ?, octets = octets + ?, deleted = deleted + ?"
        " WHERE account = ? AND id = ? RETURNING uidnext - 1",
        (turn.modseq, unseen, octets, deleted, turn.account, mailbox),
    )
    if not rows:
        raise NoSuchMailbox(f"account {turn.account} has no mailbox {mailbox}")
    uid: int = rows[0][0]
    return uid
