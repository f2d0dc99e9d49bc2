"""Takes an envelope into the queue."""

from __future__ import annotations

from collections.abc import Mapping

from postroad.db import Transaction
from postroad.handoff import Content, Envelope

_MESSAGE = (
    "INSERT INTO queue_message (trace, reverse_path, body, smtputf8, ret, envid, blob, size,"
    " prefix, created, expires, suspended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING id"
)
_RECIPIENT = (
    "INSERT INTO queue_recipient (message, position, address, notify, orcpt, route, due, leased,"
    " next_attempt, attempts, last_reply) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, '')"
)


def enqueue(  # noqa: PLR0913 - the columns of one row, by name
    tx: Transaction,
    *,
    trace: str,
    envelope: Envelope,
    content: Content,
    routes: Mapping[str, str],
    now: float,
    expires: float,
) -> int:
    """Queue `content` for every recipient of `envelope`, due at once; return the queue's number.

    `routes` names the route of each recipient's address. The caller puts one reference to the blob
    for the queue; it is given back when the last recipient is settled. `now` and `expires` are
    seconds since the epoch. Raises KeyError for a recipient without a route.
    """
    row = tx.execute(
        _MESSAGE,
        (
            trace,
            envelope.reverse_path,
            envelope.body,
            envelope.smtputf8,
            envelope.ret,
            envelope.envid,
            content.blob,
            content.size,
            content.prefix,
            now,
            expires,
        ),
    )[0]
    number: int = row[0]
    for position, recipient in enumerate(envelope.recipients):
        notify = " ".join(sorted(recipient.notify))
        route = routes[recipient.address]
        tx.execute(
            _RECIPIENT,
            (number, position, recipient.address, notify, recipient.orcpt, route, now, now),
        )
    return number
