"""Mailboxes, emails and threads of each account, and the ordered list of what changed in them."""

from postroad.store._accounts import create_account, delete_account, quota, set_quota
from postroad.store._emails import content, listing, thread
from postroad.store._emails import get as email
from postroad.store._hub import Changes, Watcher
from postroad.store._mailboxes import mailbox, mailbox_by_role, mailboxes
from postroad.store._store import Store
from postroad.store._turns import changes, modseq
from postroad.store._types import (
    SEEN,
    Added,
    Change,
    Email,
    Expunged,
    Kind,
    Listed,
    Mailbox,
    NewEmail,
    Quota,
)
from postroad.store.errors import (
    BadKeyword,
    BadMailboxName,
    MailboxExists,
    MailboxKept,
    NoSuchAccount,
    NoSuchEmail,
    NoSuchMailbox,
    OverQuota,
    StoreError,
)

__all__ = [
    "SEEN",
    "Added",
    "BadKeyword",
    "BadMailboxName",
    "Change",
    "Changes",
    "Email",
    "Expunged",
    "Kind",
    "Listed",
    "Mailbox",
    "MailboxExists",
    "MailboxKept",
    "NewEmail",
    "NoSuchAccount",
    "NoSuchEmail",
    "NoSuchMailbox",
    "OverQuota",
    "Quota",
    "Store",
    "StoreError",
    "Watcher",
    "changes",
    "content",
    "create_account",
    "delete_account",
    "email",
    "listing",
    "mailbox",
    "mailbox_by_role",
    "mailboxes",
    "modseq",
    "quota",
    "set_quota",
    "thread",
]
