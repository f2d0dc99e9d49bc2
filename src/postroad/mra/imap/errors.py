"""What IMAP answers when the store refuses or a disk is full.

Standards: RFC 9051 §7.1, RFC 5530 §3
"""

from __future__ import annotations

from postroad import store
from postroad.blobs import BlobCorrupt, BlobMissing
from postroad.db import DatabaseError, StorageFull
from postroad.directory import NoSuchAccount
from postroad.protocols.imap.status import Code, Status, no

_ANSWERS: tuple[tuple[type[Exception], Status], ...] = (
    (store.OverQuota, no("The quota is used up", Code.OVERQUOTA)),
    (store.NoSuchMailbox, no("There is no such mailbox", Code.NONEXISTENT)),
    (store.MailboxExists, no("There is a mailbox of that name", Code.ALREADYEXISTS)),
    (store.MailboxKept, no("That mailbox stays as it is", Code.CANNOT)),
    (store.BadMailboxName, no("A mailbox cannot have that name", Code.CANNOT)),
    (store.BadKeyword, no("A message cannot have these flags", Code.LIMIT)),
    (store.NoSuchEmail, no("A message is gone", Code.EXPUNGEISSUED)),
    (store.NoSuchAccount, no("The account is gone", Code.UNAVAILABLE)),
    (NoSuchAccount, no("The account is gone", Code.UNAVAILABLE)),
    (StorageFull, no("There is no room for it", Code.UNAVAILABLE)),
    (BlobMissing, no("A message's octets are lost", Code.CORRUPTION)),
    (BlobCorrupt, no("A message's octets are damaged", Code.CORRUPTION)),
    (DatabaseError, no("The store does not answer", Code.UNAVAILABLE)),
)


def answer_to(error: Exception) -> Status | None:
    """The answer to a command that failed so; None for a fault of ours."""
    for kind, status in _ANSWERS:
        if isinstance(error, kind):
            return status
    return None
