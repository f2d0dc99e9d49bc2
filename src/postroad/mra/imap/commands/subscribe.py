"""SUBSCRIBE and UNSUBSCRIBE: the names that a person wants to see, whether there is one or not.

Standards: RFC 9051 §6.3.7, §6.3.8
"""

from __future__ import annotations

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.names import Tree, folded, levels
from postroad.mra.imap.patterns import SEPARATOR
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands
from postroad.protocols.imap.status import Status, ok


async def run(session: ImapSession, command: commands.Subscribe, out: Out) -> Status:
    """Obey SUBSCRIBE; the mailbox must be there (RFC 9051 allows to check)."""
    account = session.account_id
    path = SEPARATOR.join(levels(command.mailbox.removesuffix(SEPARATOR)))

    def unit(tx: Transaction) -> None:
        Tree(store.mailboxes(tx, account)).get(path)
        store.subscribe(tx, account, path)

    await session.write(unit)
    return ok("Subscribed")


async def unsubscribe(session: ImapSession, command: commands.Unsubscribe, out: Out) -> Status:
    """Obey UNSUBSCRIBE; of a name that is not subscribed, nothing changes."""
    path = folded(command.mailbox.removesuffix(SEPARATOR))
    account = session.account_id
    await session.write(lambda tx: store.unsubscribe(tx, account, path))
    return ok("Unsubscribed")
