"""GETQUOTA, GETQUOTAROOT and SETQUOTA: how full the account is. There is one root for all of it.

Standards: RFC 9208 §3, §4.1, §4.2, §5.1 (STORAGE in KiB), §5.2 (MESSAGE)
"""

from __future__ import annotations

from postroad import store
from postroad.mra.imap.names import NONEXISTENT, Tree
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.status import Code, Status, no, ok

ROOT = ""
"""The name of the only root."""

KIB = 1024
"""RFC 9208 §5.1: STORAGE is counted in units of 1024 octets."""

_NO_ROOT = no("There is no such quota root", Code.NONEXISTENT)
_NOT_YOURS = no("Only the administrator sets quotas", Code.NOPERM)


async def run(session: ImapSession, command: commands.GetQuota, out: Out) -> Status:
    """Answer GETQUOTA."""
    if command.root != ROOT:
        raise Refused(_NO_ROOT)
    await out.write(await _figures(session))
    return ok("GETQUOTA completed")


async def root(session: ImapSession, command: commands.GetQuotaRoot, out: Out) -> Status:
    """Answer GETQUOTAROOT."""
    tree: Tree = await session.tree()
    path = tree.path(tree.get(command.mailbox, NONEXISTENT).id)
    await out.write(responses.quota_root(path, [ROOT], utf8=session.utf8))
    await out.write(await _figures(session))
    return ok("GETQUOTAROOT completed")


async def refuse(session: ImapSession, command: commands.SetQuota, out: Out) -> Status:
    """Answer SETQUOTA, which is not offered (no QUOTASET)."""
    raise Refused(_NOT_YOURS)


async def _figures(session: ImapSession) -> bytes:
    """Without a limit there is nothing to tell (RFC 9208 §4.2.1: only what is limited)."""
    account = session.account_id
    found = await session.read(lambda tx: store.quota(tx, account))
    if found.limit is None:
        return responses.quota(ROOT, [])
    used = -(-found.used_bytes // KIB)
    return responses.quota(ROOT, [("STORAGE", used, found.limit // KIB)])
