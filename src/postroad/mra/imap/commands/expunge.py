r"""EXPUNGE and UID EXPUNGE: what is marked `\Deleted` goes, in one unit of work, with its journey.

Standards: RFC 9051 §6.4.3, §6.4.9, RFC 4315 §2.1, RFC 7162 §3.2.7 (HIGHESTMODSEQ)
"""

from __future__ import annotations

from collections.abc import Sequence

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.commands.store import READ_ONLY
from postroad.mra.imap.first_read import note
from postroad.mra.imap.session import ImapSession, Out
from postroad.mra.imap.view import Range
from postroad.protocols.imap import commands
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.status import Status, highest_modseq, ok
from postroad.store import Expunged


async def run(session: ImapSession, command: commands.Expunge, out: Out) -> Status:
    """Obey EXPUNGE; the client is told when the session catches up, right behind this."""
    view = session.selected
    if view.read_only:
        raise Refused(READ_ONLY)
    ranges = None
    if command.uids is not None:
        ranges = view.uid_ranges(view.places(command.uids, by_uid=True))
    gone = await remove_marked(session, ranges)
    await session.catch_up(out, expunges=True)
    if gone and session.says_vanished:
        return ok("EXPUNGE completed", highest_modseq(view.modseq))
    return ok("EXPUNGE completed")


async def remove_marked(session: ImapSession, ranges: Sequence[Range] | None) -> list[Expunged]:
    """Take out what is marked, of these UIDs or of all that this session knows of."""
    view, service, account = session.selected, session.service, session.account
    assert account is not None
    known = view.uid_ranges([(0, len(view))]) if ranges is None else list(ranges)
    if not known:
        return []
    now = service.clock()

    def unit(tx: Transaction) -> tuple[list[Expunged], int]:
        gone = service.store.expunge_deleted(tx, account.id, view.mailbox_id, known)
        for one in gone:
            note(tx, account, one.trace, "removed", now)
        return gone, store.modseq(tx, account.id)

    gone, modseq = await session.write(unit)
    if gone:
        session.did(modseq, [one.uid for one in gone])
    return gone
