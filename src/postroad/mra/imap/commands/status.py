"""STATUS: the figures of a mailbox, most of them kept by the store as it changes.

Standards: RFC 9051 §6.3.11, RFC 3501 §6.3.10 (RECENT: always 0), RFC 8438 (SIZE), RFC 8474 §4.3,
RFC 7162 §3.1.7, RFC 7889 §4, RFC 9208 §4.1.4 (DELETED-STORAGE)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.names import NONEXISTENT
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.sequences import ranges_of
from postroad.protocols.imap.status import Status, ok
from postroad.store import Mailbox

Figure = int | str | None

_KEPT: Mapping[str, Callable[[Mailbox], Figure]] = {
    "MESSAGES": lambda box: box.messages,
    "RECENT": lambda box: 0,
    "UIDNEXT": lambda box: box.uidnext,
    "UIDVALIDITY": lambda box: box.uidvalidity,
    "UNSEEN": lambda box: box.unseen,
    "DELETED": lambda box: box.deleted,
    "SIZE": lambda box: box.octets,
    "HIGHESTMODSEQ": lambda box: box.modseq,
    "MAILBOXID": lambda box: f"M{box.id}",
}


async def run(session: ImapSession, command: commands.GetStatus, out: Out) -> Status:
    """Answer STATUS."""
    tree = await session.tree()
    box = tree.get(command.mailbox, NONEXISTENT)
    items = await figures(session, box, command.items)
    await out.write(responses.status(tree.path(box.id), items, utf8=session.utf8))
    return ok("STATUS completed")


async def figures(
    session: ImapSession, box: Mailbox, wanted: Iterable[str]
) -> Mapping[str, Figure]:
    """The figures that were asked for, in that order."""
    names = tuple(wanted)
    extra: dict[str, Figure] = {"APPENDLIMIT": session.service.config.append_limit}
    if "DELETED-STORAGE" in names:
        extra["DELETED-STORAGE"] = await _deleted_octets(session, box)
    if "HIGHESTMODSEQ" in names:  # RFC 7162 §3.1: asking for it turns CONDSTORE on
        session.enable("CONDSTORE")
    return {name: extra[name] if name in extra else _KEPT[name](box) for name in names}


async def _deleted_octets(session: ImapSession, box: Mailbox) -> int:
    """What EXPUNGE would give back (RFC 9208 §4.1.4)."""
    account = session.account_id

    def unit(tx: Transaction) -> int:
        marked = store.deleted_uids(tx, account, box.id, store.EVERYTHING)
        return sum(row.size for row in store.rows(tx, account, box.id, ranges_of(marked)))

    return await session.read(unit) if box.deleted else 0


def mailbox_id(box: Mailbox) -> str:
    """The mailbox's MAILBOXID: its name may change, this never."""
    return str(_KEPT["MAILBOXID"](box))
