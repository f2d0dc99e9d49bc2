"""What can be asked of the queue that it cannot do."""

from __future__ import annotations


class NoSuchMessage(Exception):
    """No message of this number waits; perhaps it was delivered meanwhile."""

    def __init__(self, number: int) -> None:
        super().__init__(f"message {number} is not in the queue (any more)")
