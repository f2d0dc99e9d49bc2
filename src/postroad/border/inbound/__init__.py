"""Port 25: mail from strangers for our domains."""

from postroad.border.inbound.config import BorderInboundConfig
from postroad.border.inbound.recipients import Judgement, RecipientPolicy
from postroad.border.inbound.server import InboundServer
from postroad.border.inbound.service import Inbound

__all__ = ["BorderInboundConfig", "Inbound", "InboundServer", "Judgement", "RecipientPolicy"]
