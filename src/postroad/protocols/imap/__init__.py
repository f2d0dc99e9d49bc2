"""IMAP without I/O: the server's core, and a driver that runs it over any byte stream.

The commands are in `commands`, responses in `responses` and `fetch_items`, statuses and response
codes in `status`, sets of numbers in `sequences`, the tree of a search in `search_keys`.
"""

from postroad.protocols.imap import (
    commands,
    fetch_items,
    limits,
    responses,
    search_keys,
    sequences,
    status,
    strings,
)
from postroad.protocols.imap._handler import Handler
from postroad.protocols.imap._output import Output
from postroad.protocols.imap._server import ServerConnection
from postroad.protocols.imap._stream import ByteStream
from postroad.protocols.imap.config import ServerConfig
from postroad.protocols.imap.errors import (
    BadSyntax,
    CommandError,
    ImapError,
    InflationError,
    LocalProtocolError,
    Refused,
)
from postroad.protocols.imap.events import (
    NEED_DATA,
    NEED_FLUSH,
    PAUSED,
    AuthCancelled,
    AuthResponded,
    AuthStarted,
    CompressWanted,
    Disconnected,
    Event,
    Identified,
    IdleEnded,
    IdleStarted,
    LiteralChunk,
    LiteralEnd,
    LiteralsDropped,
    LiteralStart,
    LoginGiven,
    Mistake,
    Request,
    Signal,
    TlsWanted,
)
from postroad.protocols.imap.sequences import STAR, SequenceSet
from postroad.protocols.imap.server_driver import serve
from postroad.protocols.imap.status import Code, Status, bad, bye, no, ok

__all__ = [
    "NEED_DATA",
    "NEED_FLUSH",
    "PAUSED",
    "STAR",
    "AuthCancelled",
    "AuthResponded",
    "AuthStarted",
    "BadSyntax",
    "ByteStream",
    "Code",
    "CommandError",
    "CompressWanted",
    "Disconnected",
    "Event",
    "Handler",
    "Identified",
    "IdleEnded",
    "IdleStarted",
    "ImapError",
    "InflationError",
    "LiteralChunk",
    "LiteralEnd",
    "LiteralStart",
    "LiteralsDropped",
    "LocalProtocolError",
    "LoginGiven",
    "Mistake",
    "Output",
    "Refused",
    "Request",
    "SequenceSet",
    "ServerConfig",
    "ServerConnection",
    "Signal",
    "Status",
    "TlsWanted",
    "bad",
    "bye",
    "commands",
    "fetch_items",
    "limits",
    "no",
    "ok",
    "responses",
    "search_keys",
    "sequences",
    "serve",
    "status",
    "strings",
]
