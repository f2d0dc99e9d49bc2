r"""CLOSE and UNSELECT: leave the mailbox; CLOSE takes out what is marked, without a word.

Standards: RFC 9051 §6.4.1, §6.4.2, RFC 7162 §3.2.8 (HIGHESTMODSEQ)
"""

from __future__ import annotations

from postroad.mra.imap.commands.expunge import remove_marked
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands
from postroad.protocols.imap.status import Status, highest_modseq, ok


async def run(session: ImapSession, command: commands.Close, out: Out) -> Status:
    """Obey CLOSE."""
    view = session.selected
    gone = [] if view.read_only else await remove_marked(session, None)
    session.close()
    if gone and session.says_vanished:
        return ok("Closed", highest_modseq(view.modseq))
    return ok("Closed")


async def unselect(session: ImapSession, command: commands.Unselect, out: Out) -> Status:
    """Obey UNSELECT."""
    session.close()
    return ok("Closed")
