"""The commands: one class each, read by the server core and written by the client core."""

from postroad.protocols.smtp.commands.auth import AuthResponse, AuthStart
from postroad.protocols.smtp.commands.bdat import Chunk
from postroad.protocols.smtp.commands.hello import Hello
from postroad.protocols.smtp.commands.mail import MailFrom
from postroad.protocols.smtp.commands.rcpt import RcptTo
from postroad.protocols.smtp.commands.simple import (
    DataStart,
    Help,
    Noop,
    Quit,
    Reset,
    StartTls,
    Verify,
)

__all__ = [
    "AuthResponse",
    "AuthStart",
    "Chunk",
    "DataStart",
    "Hello",
    "Help",
    "MailFrom",
    "Noop",
    "Quit",
    "RcptTo",
    "Reset",
    "StartTls",
    "Verify",
]
