"""COPY and MOVE: messages into another mailbox, all of them or none, in one unit of work.

Standards: RFC 9051 §6.4.7, §6.4.8, RFC 6851 §3, RFC 4315 §3 (COPYUID)
"""

from __future__ import annotations

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.commands.store import READ_ONLY
from postroad.mra.imap.names import TRYCREATE, Tree
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.sequences import SequenceSet
from postroad.protocols.imap.status import Code, Status, copy_uid, no, ok
from postroad.store import Copied

_GONE = no("Some of these messages are gone", Code.EXPUNGEISSUED)


async def run(session: ImapSession, command: commands.Copy, out: Out) -> Status:
    """Obey COPY."""
    copied, _ = await _transfer(session, command.messages, command.mailbox, command.uid, move=False)
    if not copied.source:
        return ok("Nothing to copy")
    return ok("Copied", copy_uid(copied.uidvalidity, copied.source, copied.target))


async def move(session: ImapSession, command: commands.Move, out: Out) -> Status:
    """Obey MOVE: COPYUID first, then the messages are gone (RFC 6851 §3.3)."""
    if session.selected.read_only:
        raise Refused(READ_ONLY)
    copied, modseq = await _transfer(
        session, command.messages, command.mailbox, command.uid, move=True
    )
    if not copied.source:
        return ok("Nothing to move")
    code = copy_uid(copied.uidvalidity, copied.source, copied.target)
    await out.write(ok("Moved", code).encode())
    session.did(modseq, copied.source, arrived=True)
    await session.catch_up(out, expunges=True)
    return ok("Moved")


async def _transfer(
    session: ImapSession, messages: SequenceSet, name: str, by_uid: bool, *, move: bool
) -> tuple[Copied, int]:
    """Copy or move; returns what became of them and the account's modseq."""
    view, service, account = session.selected, session.service, session.account_id
    places = view.places(messages, by_uid=by_uid)
    ranges = view.uid_ranges(places)
    wanted = sum(high - low for low, high in places)
    now = service.clock()

    def unit(tx: Transaction) -> tuple[Copied, int]:
        target = Tree(store.mailboxes(tx, account)).get(name, TRYCREATE)
        act = service.store.move if move else service.store.copy
        copied = act(tx, account, view.mailbox_id, ranges, target.id, now=now)
        if not by_uid and len(copied.source) < wanted:  # RFC 9051 §6.4.7: all or none
            raise Refused(_GONE)
        return copied, store.modseq(tx, account)

    return await session.write(unit)
