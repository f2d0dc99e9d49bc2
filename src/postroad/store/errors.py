"""What the store refuses; each text says why."""

from __future__ import annotations


class StoreError(Exception):
    """The store refused, and nothing changed."""


class NoSuchAccount(StoreError):
    """The account has no mailboxes here."""


class NoSuchMailbox(StoreError):
    """The account has no such mailbox."""


class NoSuchEmail(StoreError):
    """The account has no such email."""


class MailboxExists(StoreError):
    """A mailbox of this name is there already."""


class MailboxKept(StoreError):
    """The mailbox cannot go or move: INBOX stays, and so does one with children."""


class BadMailboxName(StoreError):
    """Not a name that a mailbox can have."""


class BadKeyword(StoreError):
    """Not a keyword that IMAP and JMAP can both say."""


class OverQuota(StoreError):
    """The account has used what it may use; `limit` and `used` are octets (452 4.2.2)."""

    def __init__(self, used: int, limit: int) -> None:
        super().__init__(f"the mailbox is full: {used} of {limit} octets are used")
        self.used = used
        self.limit = limit
