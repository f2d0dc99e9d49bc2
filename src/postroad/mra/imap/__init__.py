"""IMAP: mail that stays on the server, seen from several devices at once."""

from postroad.mra.imap.config import ImapConfig
from postroad.mra.imap.server import ImapServer
from postroad.mra.imap.service import Imap

__all__ = ["Imap", "ImapConfig", "ImapServer"]
