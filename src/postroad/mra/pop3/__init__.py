"""POP3: the maildrop is the INBOX, listed at login, locked until the end, updated at QUIT."""

from postroad.mra.pop3.config import Pop3Config
from postroad.mra.pop3.server import Pop3Server
from postroad.mra.pop3.service import Pop3

__all__ = ["Pop3", "Pop3Config", "Pop3Server"]
