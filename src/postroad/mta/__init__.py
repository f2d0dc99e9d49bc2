"""Transfer: takes responsibility, files or queues, tries again, gives up with a notification."""

from postroad.mta.acceptance import Acceptance
from postroad.mta.config import MtaConfig
from postroad.mta.dispatcher import Dispatcher
from postroad.mta.service import Mta
from postroad.mta.settlement import Settlement

__all__ = ["Acceptance", "Dispatcher", "Mta", "MtaConfig", "Settlement"]
