"""What changes an account goes through here: one modseq, one list, one call to watchers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from postroad.db import Transaction
from postroad.store import _emails, _keywords, _mailboxes
from postroad.store._hub import Changes
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

    def place(self, tx: Transaction, account_id: int, email_id: int, mailbox_id: int) -> int:
        """Put an email into one more mailbox and return its UID there. To move, expunge it then.

        Raises NoSuchEmail, NoSuchMailbox.
        """
        return _emails.place(tx, self._turns.take(tx, account_id), email_id, mailbox_id)

    def expunge(
        self, tx: Transaction, account_id: int, mailbox_id: int, uids: Iterable[int]
    ) -> list[Expunged]:
        """Take messages out of a mailbox; an email in no other is gone, and its blob released.

        UIDs that are not there are passed over. Raises NoSuchMailbox.
        """
        return _emails.expunge(tx, self._turns.take(tx, account_id), mailbox_id, uids)

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
        self, tx: Transaction, account_id: int, name: str, parent: int = 0
    ) -> Mailbox:
        """Make a mailbox below `parent`, 0 for the top.

        Raises BadMailboxName, MailboxExists, NoSuchMailbox for the parent.
        """
        return _mailboxes.create(tx, self._turns.take(tx, account_id), name, parent)

    def rename_mailbox(
        self, tx: Transaction, account_id: int, mailbox_id: int, name: str, parent: int = 0
    ) -> Mailbox:
        """Give a mailbox another name or place; its id, its messages and its children stay.

        Raises NoSuchMailbox, BadMailboxName, MailboxExists, MailboxKept.
        """
        turn = self._turns.take(tx, account_id)
        return _mailboxes.rename(tx, turn, mailbox_id, name, parent)

    def delete_mailbox(self, tx: Transaction, account_id: int, mailbox_id: int) -> None:
        """Remove an empty mailbox without children; not INBOX.

        Raises NoSuchMailbox, MailboxKept.
        """
        _mailboxes.delete(tx, self._turns.take(tx, account_id), mailbox_id)
