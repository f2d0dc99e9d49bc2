"""Submission: our own people sending, on 587 and 465."""

from postroad.msa.config import MsaConfig
from postroad.msa.server import SubmissionServer
from postroad.msa.service import Msa

__all__ = ["Msa", "MsaConfig", "SubmissionServer"]
