"""Outgoing envelopes, when each is tried next, and why it waits."""

from postroad.queue import receipts
from postroad.queue._claims import Claimed, Lanes, claim, next_due, release_leases
from postroad.queue._intake import enqueue
from postroad.queue._people import Waiting, get, list_waiting, remove, resume, retry_now, suspend
from postroad.queue._settle import Remaining, Settled, settle
from postroad.queue.errors import NoSuchMessage

__all__ = [
    "Claimed",
    "Lanes",
    "NoSuchMessage",
    "Remaining",
    "Settled",
    "Waiting",
    "claim",
    "enqueue",
    "get",
    "list_waiting",
    "next_due",
    "receipts",
    "release_leases",
    "remove",
    "resume",
    "retry_now",
    "settle",
    "suspend",
]
