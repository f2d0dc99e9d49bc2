"""POP3 without I/O: the server's core, and a driver that runs it over any byte stream."""

from postroad.protocols.pop3 import limits
from postroad.protocols.pop3._handler import Handler
from postroad.protocols.pop3._server import ServerConnection
from postroad.protocols.pop3._stream import ByteStream
from postroad.protocols.pop3._texts import LANGUAGES, Text
from postroad.protocols.pop3.config import ServerConfig
from postroad.protocols.pop3.errors import (
    CommandError,
    LocalProtocolError,
    LoginRefused,
    Pop3Error,
)
from postroad.protocols.pop3.events import (
    NEED_DATA,
    NEED_FLUSH,
    PAUSED,
    AuthCancelled,
    AuthResponded,
    AuthStarted,
    Disconnected,
    Event,
    Mistake,
    PasswordGiven,
    Retrieve,
    Signal,
    TlsWanted,
    Update,
)
from postroad.protocols.pop3.maildrop import Entry, Maildrop
from postroad.protocols.pop3.replies import Code, Reply, err, ok
from postroad.protocols.pop3.server_driver import serve

__all__ = [
    "LANGUAGES",
    "NEED_DATA",
    "NEED_FLUSH",
    "PAUSED",
    "AuthCancelled",
    "AuthResponded",
    "AuthStarted",
    "ByteStream",
    "Code",
    "CommandError",
    "Disconnected",
    "Entry",
    "Event",
    "Handler",
    "LocalProtocolError",
    "LoginRefused",
    "Maildrop",
    "Mistake",
    "PasswordGiven",
    "Pop3Error",
    "Reply",
    "Retrieve",
    "ServerConfig",
    "ServerConnection",
    "Signal",
    "Text",
    "TlsWanted",
    "Update",
    "err",
    "limits",
    "ok",
    "serve",
]
