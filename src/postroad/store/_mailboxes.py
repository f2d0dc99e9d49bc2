"""The tree of an account's mailboxes.

Standards: RFC 9051 §5.1 (names), RFC 8621 §2 (mailboxes), RFC 5198 §3 (Net-Unicode: NFC)
"""

from __future__ import annotations

import unicodedata

from postroad.db import Transaction
from postroad.store._accounts import insert_mailbox
from postroad.store._turns import Turn
from postroad.store._types import INBOX, Mailbox
from postroad.store.errors import BadMailboxName, MailboxExists, MailboxKept, NoSuchMailbox

MAX_NAME = 255
"""Octets of a mailbox's own name (RFC 8621 §1.3.1 wants at least 100)."""

MAX_DEPTH = 10
"""Mailboxes above a mailbox; ours (JMAP's maxMailboxDepth)."""

SEPARATOR = "/"
"""Between a mailbox and its children where a protocol shows paths; so no name has it."""

_SELECT = (
    "SELECT id, parent, name, role, uidvalidity, uidnext, modseq, messages, unseen, octets,"
    " deleted"
    " FROM mailbox WHERE account = ?"
)


def mailboxes(tx: Transaction, account_id: int) -> list[Mailbox]:
    """Return all mailboxes of the account in the order in which they were made."""
    return [Mailbox(*row) for row in tx.execute(f"{_SELECT} ORDER BY id", (account_id,))]


def mailbox(tx: Transaction, account_id: int, mailbox_id: int) -> Mailbox:
    """Return one mailbox. Raises NoSuchMailbox."""
    rows = tx.execute(f"{_SELECT} AND id = ?", (account_id, mailbox_id))
    if not rows:
        raise NoSuchMailbox(f"account {account_id} has no mailbox {mailbox_id}")
    return Mailbox(*rows[0])


def mailbox_by_role(tx: Transaction, account_id: int, role: str) -> Mailbox:
    """Return the mailbox with a special use: inbox drafts sent junk trash archive.

    Raises NoSuchMailbox.
    """
    rows = tx.execute(f"{_SELECT} AND role = ?", (account_id, role))
    if not rows:
        raise NoSuchMailbox(f"account {account_id} has no mailbox for {role}")
    return Mailbox(*rows[0])


def create(tx: Transaction, turn: Turn, name: str, parent: int = 0, role: str = "") -> Mailbox:
    """Make a mailbox, perhaps for a special use.

    Raises BadMailboxName, MailboxExists, NoSuchMailbox for the parent.
    """
    own = _free_name(tx, turn.account, name, parent)
    _check_depth(tx, turn.account, parent)
    number, uidvalidity = tx.execute(
        "UPDATE store_account SET next_mailbox = next_mailbox + 1,"
        " next_uidvalidity = next_uidvalidity + 1 WHERE account = ?"
        " RETURNING next_mailbox - 1, next_uidvalidity - 1",
        (turn.account,),
    )[0]
    made = Mailbox(number, parent, own, role, uidvalidity, modseq=turn.modseq)
    insert_mailbox(tx, turn.account, made)
    turn.log(tx, "mailbox made", number)
    return made


def rename(tx: Transaction, turn: Turn, mailbox_id: int, name: str, parent: int = 0) -> Mailbox:
    """Give a mailbox another name or parent; its children, messages and ids stay.

    Raises NoSuchMailbox, BadMailboxName, MailboxExists, MailboxKept (INBOX; or into itself).
    """
    old = mailbox(tx, turn.account, mailbox_id)
    if old.role == "inbox":
        raise MailboxKept("INBOX keeps its name")
    own = _free_name(tx, turn.account, name, parent, besides=mailbox_id)
    if mailbox_id in _check_depth(tx, turn.account, parent):
        raise MailboxKept(f"{old.name} cannot move below itself")
    tx.execute(
        "UPDATE mailbox SET name = ?, parent = ? WHERE account = ? AND id = ?",
        (own, parent, turn.account, mailbox_id),
    )
    turn.log(tx, "mailbox renamed", mailbox_id)
    return mailbox(tx, turn.account, mailbox_id)


def check_deletable(tx: Transaction, account_id: int, mailbox_id: int, with_messages: bool) -> None:
    """Raises NoSuchMailbox; MailboxKept for INBOX, children, and messages unless they go too."""
    old = mailbox(tx, account_id, mailbox_id)
    if old.role == "inbox":
        raise MailboxKept("INBOX cannot be deleted")
    if (old.messages and not with_messages) or _has_children(tx, account_id, mailbox_id):
        raise MailboxKept(f"{old.name} has messages or other mailboxes in it")


def delete(tx: Transaction, turn: Turn, mailbox_id: int) -> None:
    """Remove an empty mailbox that `check_deletable` let pass."""
    tx.execute("DELETE FROM mailbox WHERE account = ? AND id = ?", (turn.account, mailbox_id))
    turn.log(tx, "mailbox deleted", mailbox_id)


def _free_name(
    tx: Transaction, account: int, name: str, parent: int, besides: int | None = None
) -> str:
    """Check a name and that nobody beside it has it."""
    own = unicodedata.normalize("NFC", name)
    if not parent and own.upper() == INBOX:
        own = INBOX
    if not own.strip() or len(own.encode("utf-8", "replace")) > MAX_NAME:
        raise BadMailboxName(f"a mailbox's name has 1 to {MAX_NAME} octets")
    if SEPARATOR in own or any(unicodedata.category(letter) in _UNFIT for letter in own):
        raise BadMailboxName(f"a mailbox's name has no {SEPARATOR} and no control characters")
    rows = tx.execute(
        "SELECT id FROM mailbox WHERE account = ? AND parent = ? AND name = ?",
        (account, parent, own),
    )
    if rows and rows[0][0] != besides:
        raise MailboxExists(f"there is a mailbox {own} already")
    return own


_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, half characters, line ends


def _check_depth(tx: Transaction, account: int, parent: int) -> list[int]:
    """Return the mailboxes from `parent` up to the top. Raises NoSuchMailbox, BadMailboxName."""
    above: list[int] = []
    while parent:
        above.append(parent)
        if len(above) > MAX_DEPTH:
            raise BadMailboxName(f"a mailbox is at most {MAX_DEPTH} levels deep")
        parent = mailbox(tx, account, parent).parent
    return above


def _has_children(tx: Transaction, account: int, mailbox_id: int) -> bool:
    query = "SELECT 1 FROM mailbox WHERE account = ? AND parent = ? LIMIT 1"
    return bool(tx.execute(query, (account, mailbox_id)))
