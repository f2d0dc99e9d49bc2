"""NOOP, CHECK, NAMESPACE, ENABLE and UNAUTHENTICATE: little or nothing to do.

Standards: RFC 9051 §6.1.2, §6.3.1, §6.3.10, RFC 3501 §6.4.1 (CHECK), RFC 2342, RFC 8437 §3
"""

from __future__ import annotations

from postroad.mra.imap.patterns import SEPARATOR
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.status import Status, ok


async def nothing(
    session: ImapSession, command: commands.Noop | commands.Check, out: Out
) -> Status:
    """NOOP and CHECK: whatever is new is told behind every command."""
    return ok("Nothing else is new")


async def namespace(session: ImapSession, command: commands.Namespace, out: Out) -> Status:
    """NAMESPACE: a person's own mailboxes, and no others'."""
    await out.write(responses.namespace([("", SEPARATOR)], utf8=session.utf8))
    return ok("NAMESPACE completed")


async def enable(session: ImapSession, command: commands.Enable, out: Out) -> Status:
    """ENABLE: the protocol's core tells the client."""
    session.enable(*command.names)
    return ok("Enabled")


async def unauthenticate(
    session: ImapSession, command: commands.Unauthenticate, out: Out
) -> Status:
    """UNAUTHENTICATE: everything of this person is forgotten."""
    await session.leave()
    return ok("Nobody is logged in")
