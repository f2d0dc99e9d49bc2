"""Final delivery: finds the mailboxes a recipient stands for and files the message there."""

from postroad.mda.config import MdaConfig
from postroad.mda.server import LmtpServer
from postroad.mda.service import Mda
from postroad.mda.session import Delivery

__all__ = ["Delivery", "LmtpServer", "Mda", "MdaConfig"]
