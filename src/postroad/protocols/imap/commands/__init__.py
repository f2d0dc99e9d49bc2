"""The commands: one frozen class each, read by the server's core and written by `encode`."""

from postroad.protocols.imap.commands._table import (
    APPENDING,
    COMMANDS,
    UID_COMMANDS,
    Command,
    encode,
    parse,
)
from postroad.protocols.imap.commands.append import (
    Append,
    AppendReader,
    NewMessage,
    Replace,
    Text,
    Url,
)
from postroad.protocols.imap.commands.authenticate import Authenticate
from postroad.protocols.imap.commands.compress import Compress
from postroad.protocols.imap.commands.copy import Copy, Move
from postroad.protocols.imap.commands.create import SPECIAL_USES, Create
from postroad.protocols.imap.commands.enable import Enable
from postroad.protocols.imap.commands.expunge import Expunge
from postroad.protocols.imap.commands.fetch import (
    MACROS,
    Binary,
    BinarySize,
    BodySection,
    Fetch,
    FetchItem,
    Item,
    Preview,
)
from postroad.protocols.imap.commands.identify import Id
from postroad.protocols.imap.commands.list import List, Lsub
from postroad.protocols.imap.commands.login import Login
from postroad.protocols.imap.commands.mailboxes import (
    Delete,
    GetQuotaRoot,
    Subscribe,
    Unsubscribe,
)
from postroad.protocols.imap.commands.quota import GetQuota, SetQuota
from postroad.protocols.imap.commands.rename import Rename
from postroad.protocols.imap.commands.search import PartialRange, ReturnOptions, Search
from postroad.protocols.imap.commands.select import Resync, Select
from postroad.protocols.imap.commands.simple import (
    Capability,
    Check,
    Close,
    Idle,
    Logout,
    Namespace,
    Noop,
    StartTls,
    Unauthenticate,
    Unselect,
)
from postroad.protocols.imap.commands.sort import Sort, SortKey
from postroad.protocols.imap.commands.status import STATUS_ITEMS, GetStatus
from postroad.protocols.imap.commands.store import Store
from postroad.protocols.imap.commands.thread import Thread

__all__ = [
    "APPENDING",
    "COMMANDS",
    "MACROS",
    "SPECIAL_USES",
    "STATUS_ITEMS",
    "UID_COMMANDS",
    "Append",
    "AppendReader",
    "Authenticate",
    "Binary",
    "BinarySize",
    "BodySection",
    "Capability",
    "Check",
    "Close",
    "Command",
    "Compress",
    "Copy",
    "Create",
    "Delete",
    "Enable",
    "Expunge",
    "Fetch",
    "FetchItem",
    "GetQuota",
    "GetQuotaRoot",
    "GetStatus",
    "Id",
    "Idle",
    "Item",
    "List",
    "Login",
    "Logout",
    "Lsub",
    "Move",
    "Namespace",
    "NewMessage",
    "Noop",
    "PartialRange",
    "Preview",
    "Rename",
    "Replace",
    "Resync",
    "ReturnOptions",
    "Search",
    "Select",
    "SetQuota",
    "Sort",
    "SortKey",
    "StartTls",
    "Store",
    "Subscribe",
    "Text",
    "Thread",
    "Unauthenticate",
    "Unselect",
    "Unsubscribe",
    "Url",
    "encode",
    "parse",
]
