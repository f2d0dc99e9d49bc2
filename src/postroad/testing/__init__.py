"""Fakes for tests, ours and other people's: a clock that jumps, a pair of streams in memory."""

from postroad.testing.clock import Clock, Deadlock
from postroad.testing.pipe import FakeTls, PipeStream, pipe_pair

__all__ = ["Clock", "Deadlock", "FakeTls", "PipeStream", "pipe_pair"]
