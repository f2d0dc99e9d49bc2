"""What changes an account goes through here: one modseq, one list, one call to watchers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from postroad.db import Transaction
from postroad.store import _copies, _emails, _expunge, _flags, _keywords, _mailboxes
from postroad.store._copies import Copied
from postroad.store._flags import Mode, Order, Stored
from postroad.store._hub import Changes
from postroad.store._keywords import check
from postroad.store._rows import deleted_uids, uids
from postroad.store._spans import EVERYTHING, Spans
from postroad.store._turns import Turns
from postroad.store._types import Added, Expunged, Mailbox, NewEmail


class Store:
    """The writing side of the store; reading needs no object.

    All changes of one account in one unit of work get one modseq, and `changes` hears of them once,
    after the commit. Make one for each process.
    """

    def __init__(self, changes: Changes | None = None) -> None:
        self._turns = Turns(changes or Changes())

    def add(self, tx: Transaction, account_id: int, mailbox_id: int, email: NewEmail) -> Added:
        """File `email` in a mailbox. The caller puts one reference to its blob.

        Raises OverQuota when the account had used its quota before this email (so it may pass it by
        one), NoSuchAccount, NoSuchMailbox, BadKeyword; nothing is changed then.
        """
        return _emails.add(tx, self._turns, account_id, mailbox_id, email)

    def place(
        self,
        tx: Transaction,
        account_id: int,
        email_id: int,
        mailbox_id: int,
        *,
        now: float | None = None,
    ) -> int:
        """Put an email into one more mailbox and return its UID there; where it is, that UID.

        `now` is when it is saved there, None for when it was received. Raises NoSuchEmail,
        NoSuchMailbox.
        """
        return _emails.place(tx, self._turns.take(tx, account_id), email_id, mailbox_id, now)

    def copy(
        self,
        tx: Transaction,
        account_id: int,
        source: int,
        ranges: Spans,
        target: int,
        *,
        now: float,
    ) -> Copied:
        """Place the messages with these UIDs in `target` too, marks included, in their order.

        Where the email is already, it becomes one of its own with the same bytes and counts for the
        quota. UIDs that are not there are passed over. Raises NoSuchMailbox, OverQuota.
        """
        turn = self._turns.take(tx, account_id)
        return _copies.copy(tx, turn, source, ranges, target, now)

    def move(
        self,
        tx: Transaction,
        account_id: int,
        source: int,
        ranges: Spans,
        target: int,
        *,
        now: float,
    ) -> Copied:
        """The same, and they leave `source`; which may be `target`. Raises NoSuchMailbox."""
        turn = self._turns.take(tx, account_id)
        return _copies.move(tx, turn, source, ranges, target, now)

    def store_flags(  # noqa: PLR0913 - what STORE names
        self,
        tx: Transaction,
        account_id: int,
        mailbox_id: int,
        ranges: Spans,
        mode: Mode,
        keywords: Collection[str],
        unchanged_since: int | None = None,
    ) -> Stored:
        """Add, remove or replace keywords of the messages with these UIDs, `$deleted` among them.

        Those whose modseq is above `unchanged_since` are left alone and named. When nothing
        changes, the account's modseq stays. Raises NoSuchMailbox, BadKeyword.
        """
        order = Order(mode, check(keywords), unchanged_since)
        return _flags.store_flags(tx, self._turns, account_id, mailbox_id, ranges, order)

    def expunge_deleted(
        self, tx: Transaction, account_id: int, mailbox_id: int, ranges: Spans | None = None
    ) -> list[Expunged]:
        """Take out the messages that are marked `$deleted`, of these UIDs or of all.

        Raises NoSuchMailbox.
        """
        box = _mailboxes.mailbox(tx, account_id, mailbox_id)
        if not box.deleted:
            return []
        uids = deleted_uids(tx, account_id, mailbox_id, EVERYTHING if ranges is None else ranges)
        return self.expunge(tx, account_id, mailbox_id, uids) if uids else []

    def expunge(
        self, tx: Transaction, account_id: int, mailbox_id: int, uids: Iterable[int]
    ) -> list[Expunged]:
        """Take messages out of a mailbox; an email in no other is gone, and its blob released.

        UIDs that are not there are passed over. Raises NoSuchMailbox.
        """
        return _expunge.expunge(tx, self._turns.take(tx, account_id), mailbox_id, uids)

    def set_keywords(
        self,
        tx: Transaction,
        account_id: int,
        email_id: int,
        *,
        add: Collection[str] = (),
        remove: Collection[str] = (),
    ) -> frozenset[str]:
        """Change an email's keywords, wherever it is, and return what it has then.

        Raises NoSuchEmail, BadKeyword.
        """
        turn = self._turns.take(tx, account_id)
        added, removed = _keywords.check(add), _keywords.check(remove)
        return _keywords.change(tx, turn, email_id, added, removed)

    def create_mailbox(
        self, tx: Transaction, account_id: int, name: str, parent: int = 0, role: str = ""
    ) -> Mailbox:
        """Make a mailbox below `parent`, 0 for the top; `role` is one that no other has, or "".

        Raises BadMailboxName, MailboxExists, NoSuchMailbox for the parent.
        """
        return _mailboxes.create(tx, self._turns.take(tx, account_id), name, parent, role)

    def rename_mailbox(
        self, tx: Transaction, account_id: int, mailbox_id: int, name: str, parent: int = 0
    ) -> Mailbox:
        """Give a mailbox another name or place; its id, its messages and its children stay.

        Raises NoSuchMailbox, BadMailboxName, MailboxExists, MailboxKept.
        """
        turn = self._turns.take(tx, account_id)
        return _mailboxes.rename(tx, turn, mailbox_id, name, parent)

    def delete_mailbox(
        self, tx: Transaction, account_id: int, mailbox_id: int, *, with_messages: bool = False
    ) -> None:
        """Remove a mailbox without children; not INBOX. Its messages are expunged, or it is kept.

        Raises NoSuchMailbox, MailboxKept; nothing is changed then.
        """
        _mailboxes.check_deletable(tx, account_id, mailbox_id, with_messages)
        turn = self._turns.take(tx, account_id)
        if with_messages:
            _expunge.expunge(tx, turn, mailbox_id, uids(tx, account_id, mailbox_id))
        _mailboxes.delete(tx, turn, mailbox_id)
