"""SMTP, submission and LMTP: sans-IO cores for both sides, and drivers for any byte stream."""

from postroad.protocols.smtp._client import ClientConnection
from postroad.protocols.smtp._handler import BaseHandler, Handler
from postroad.protocols.smtp._server import ServerConnection
from postroad.protocols.smtp._stream import ByteStream
from postroad.protocols.smtp.client_driver import Client, Result
from postroad.protocols.smtp.commands import (
    AuthResponse,
    AuthStart,
    Chunk,
    DataStart,
    Hello,
    Help,
    MailFrom,
    Noop,
    Quit,
    RcptTo,
    Reset,
    StartTls,
    Verify,
)
from postroad.protocols.smtp.config import Mode, ServerConfig
from postroad.protocols.smtp.errors import (
    AddressError,
    CommandError,
    ConnectionLost,
    LocalProtocolError,
    NotOfferedError,
    RemoteProtocolError,
    RemoteRefusal,
    SmtpError,
)
from postroad.protocols.smtp.events import (
    NEED_DATA,
    PAUSED,
    Aborted,
    AuthCancelled,
    BodyChunk,
    BodyEnd,
    CancelAuth,
    Disconnected,
    EndOfData,
    Greeting,
    ProtocolError,
    Replied,
    Signal,
)
from postroad.protocols.smtp.extensions import Extensions
from postroad.protocols.smtp.paths import canonical, forward_path, reverse_path
from postroad.protocols.smtp.replies import Reply
from postroad.protocols.smtp.server_driver import serve

__all__ = [
    "NEED_DATA",
    "PAUSED",
    "Aborted",
    "AddressError",
    "AuthCancelled",
    "AuthResponse",
    "AuthStart",
    "BaseHandler",
    "BodyChunk",
    "BodyEnd",
    "ByteStream",
    "CancelAuth",
    "Chunk",
    "Client",
    "ClientConnection",
    "CommandError",
    "ConnectionLost",
    "DataStart",
    "Disconnected",
    "EndOfData",
    "Extensions",
    "Greeting",
    "Handler",
    "Hello",
    "Help",
    "LocalProtocolError",
    "MailFrom",
    "Mode",
    "Noop",
    "NotOfferedError",
    "ProtocolError",
    "Quit",
    "RcptTo",
    "RemoteProtocolError",
    "RemoteRefusal",
    "Replied",
    "Reply",
    "Reset",
    "Result",
    "ServerConfig",
    "ServerConnection",
    "Signal",
    "SmtpError",
    "StartTls",
    "Verify",
    "canonical",
    "forward_path",
    "reverse_path",
    "serve",
]
