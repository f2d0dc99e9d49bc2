"""Tells those who watch an account, in this process, that its list of changes has grown.

A call is a hint: the list in the database is the truth, and whoever is told reads it from where it
stopped. Calls come after the commit, in the event loop, once for each unit of work and account.
"""

from __future__ import annotations

from collections.abc import Callable

Watcher = Callable[[int], None]
"""Called with the account's new modseq; must not block."""


class Changes:
    """The watchers of this process. Used in the event loop's thread alone."""

    def __init__(self) -> None:
        self._watchers: dict[int, dict[object, Watcher]] = {}
        self._told: dict[int, int] = {}  # of accounts that are watched

    def subscribe(self, account_id: int, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` after each change of the account; return what ends that."""
        key = object()
        self._watchers.setdefault(account_id, {})[key] = watcher

        def unsubscribe() -> None:
            watchers = self._watchers.get(account_id, {})
            watchers.pop(key, None)
            if not watchers:
                self._watchers.pop(account_id, None)
                self._told.pop(account_id, None)

        return unsubscribe

    def watched(self) -> list[int]:
        """Return the accounts that somebody watches."""
        return list(self._watchers)

    def is_news(self, account_id: int, modseq: int) -> bool:
        """Whether the account's watchers were not told of `modseq` or a later one yet."""
        return self._told.get(account_id, 0) < modseq

    def notify(self, account_id: int, modseq: int) -> None:
        """Tell the watchers of one account. One that raises does not keep it from the others."""
        if account_id not in self._watchers:
            return
        self._told[account_id] = max(modseq, self._told.get(account_id, 0))
        faults = []
        for watcher in list(self._watchers.get(account_id, {}).values()):
            try:
                watcher(modseq)
            except Exception as error:  # the top of a watcher
                faults.append(error)
        if faults:
            raise ExceptionGroup(f"watchers of account {account_id}", faults)
