"""Postroad plays every part an e-mail meets between two people, and writes down why."""

__version__ = "0.1.0"
