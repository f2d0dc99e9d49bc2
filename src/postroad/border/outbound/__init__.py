"""The way out: the next host of each message, found and spoken to."""

from postroad.border.outbound.config import BorderOutboundConfig
from postroad.border.outbound.dialer import Dialer
from postroad.border.outbound.finder import Finder
from postroad.border.outbound.pool import Pool
from postroad.border.outbound.service import Outbound
from postroad.border.outbound.verifier import CallOut

__all__ = ["BorderOutboundConfig", "CallOut", "Dialer", "Finder", "Outbound", "Pool"]
