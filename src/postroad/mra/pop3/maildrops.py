"""Which maildrops are open in this process, and when their owners last came.

Standards: RFC 1939 §4 (exclusive access), RFC 2449 §8.1 (IN-USE, LOGIN-DELAY)
"""

from __future__ import annotations


class Maildrops:
    """Locks by account. One for a process."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._last: dict[int, float] = {}

    def acquire(self, account: int) -> bool:
        """Lock a maildrop; False when it is locked."""
        if account in self._open:
            return False
        self._open.add(account)
        return True

    def release(self, account: int) -> None:
        """Unlock a maildrop that was acquired."""
        self._open.discard(account)

    def too_soon(self, account: int, now: float, delay: float) -> bool:
        """Whether the owner logged in less than `delay` seconds ago; if not, it is noted."""
        if not delay:
            return False
        last = self._last.get(account)
        if last is not None and now - last < delay:
            return True
        self._forget(now - delay)
        self._last[account] = now
        return False

    def _forget(self, before: float) -> None:
        """Drop what no longer matters, so that the table holds one delay's logins at most."""
        stale = [account for account, at in self._last.items() if at <= before]
        for account in stale:
            del self._last[account]
