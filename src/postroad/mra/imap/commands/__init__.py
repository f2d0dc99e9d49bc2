"""What each command does: one file for each, or for those that share one idea."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from postroad.mra.imap.commands import (
    append,
    close,
    copy,
    create,
    expunge,
    fetch,
    listing,
    quota,
    search,
    select,
    simple,
    sort,
    status,
    store,
    subscribe,
)
from postroad.protocols.imap import commands as c
from postroad.protocols.imap.status import Status

Run = Callable[[Any, Any, Any], Awaitable[Status]]

TABLE: Mapping[type, Run] = {
    c.Append: append.run,
    c.Check: simple.nothing,
    c.Close: close.run,
    c.Copy: copy.run,
    c.Create: create.run,
    c.Delete: create.delete,
    c.Enable: simple.enable,
    c.Expunge: expunge.run,
    c.Fetch: fetch.run,
    c.GetQuota: quota.run,
    c.GetQuotaRoot: quota.root,
    c.GetStatus: status.run,
    c.List: listing.run,
    c.Lsub: listing.lsub,
    c.Move: copy.move,
    c.Namespace: simple.namespace,
    c.Noop: simple.nothing,
    c.Rename: create.rename,
    c.Replace: append.replace,
    c.Search: search.run,
    c.Select: select.run,
    c.SetQuota: quota.refuse,
    c.Sort: sort.run,
    c.Store: store.run,
    c.Subscribe: subscribe.run,
    c.Thread: sort.thread,
    c.Unauthenticate: simple.unauthenticate,
    c.Unselect: close.unselect,
    c.Unsubscribe: subscribe.unsubscribe,
}
"""By the protocol's command; all are called with session, command and output."""

ASKS = frozenset({c.Noop, c.Check})
"""Commands that look for news even when nobody said that there are any."""


_NUMBERED = c.Fetch | c.Store | c.Search | c.Sort | c.Thread


def holds_expunges(command: object) -> bool:
    """Whether no EXPUNGE may be sent now: numbers are in use (RFC 9051 §7.5.1)."""
    return isinstance(command, _NUMBERED) and not command.uid


__all__ = ["ASKS", "TABLE", "holds_expunges"]
