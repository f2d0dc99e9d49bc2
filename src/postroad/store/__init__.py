"""Mailboxes, emails and threads of each account, and the ordered list of what changed in them."""

from postroad.store._accounts import create_account, delete_account, quota, set_quota
from postroad.store._copies import Copied
from postroad.store._emails import content, listing, thread
from postroad.store._emails import get as email
from postroad.store._flags import Mode, Stored
from postroad.store._hub import Changes, Watcher
from postroad.store._mailboxes import mailbox, mailbox_by_role, mailboxes
from postroad.store._pulse import Follower, Pulse, modseqs, pulse
from postroad.store._rows import Flags, Row, deleted_uids, first_unseen, flags, rows, uids
from postroad.store._since import changed_since, prune_changes, reaches, vanished_since
from postroad.store._spans import EVERYTHING, MAX_UID, Spans
from postroad.store._store import Store
from postroad.store._subscriptions import subscribe, subscribed, unsubscribe
from postroad.store._turns import changes, modseq
from postroad.store._types import (
    DELETED,
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
from postroad.store._viewer import Viewed, Viewer
from postroad.store._viewer import keep as keep_views
from postroad.store._views import (
    KEPT_FIELDS,
    UNREADABLE,
    Column,
    Views,
    field_picker,
    make_views,
    views,
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
    "DELETED",
    "EVERYTHING",
    "KEPT_FIELDS",
    "MAX_UID",
    "SEEN",
    "UNREADABLE",
    "Added",
    "BadKeyword",
    "BadMailboxName",
    "Change",
    "Changes",
    "Column",
    "Copied",
    "Email",
    "Expunged",
    "Flags",
    "Follower",
    "Kind",
    "Listed",
    "Mailbox",
    "MailboxExists",
    "MailboxKept",
    "Mode",
    "NewEmail",
    "NoSuchAccount",
    "NoSuchEmail",
    "NoSuchMailbox",
    "OverQuota",
    "Pulse",
    "Quota",
    "Row",
    "Spans",
    "Store",
    "StoreError",
    "Stored",
    "Viewed",
    "Viewer",
    "Views",
    "Watcher",
    "changed_since",
    "changes",
    "content",
    "create_account",
    "delete_account",
    "deleted_uids",
    "email",
    "field_picker",
    "first_unseen",
    "flags",
    "keep_views",
    "listing",
    "mailbox",
    "mailbox_by_role",
    "mailboxes",
    "make_views",
    "modseq",
    "modseqs",
    "prune_changes",
    "pulse",
    "quota",
    "reaches",
    "rows",
    "set_quota",
    "subscribe",
    "subscribed",
    "thread",
    "uids",
    "unsubscribe",
    "vanished_since",
    "views",
]
