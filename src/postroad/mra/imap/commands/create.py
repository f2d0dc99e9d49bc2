"""CREATE, DELETE, RENAME: mailboxes begin, end and move, each in one unit of work.

Standards: RFC 9051 §6.3.4, §6.3.5, §6.3.6, RFC 6154 §3 (CREATE-SPECIAL-USE), RFC 8474 §4.1
"""

from __future__ import annotations

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.commands.status import mailbox_id
from postroad.mra.imap.names import ROLES, Tree, levels
from postroad.mra.imap.patterns import SEPARATOR
from postroad.mra.imap.service import Imap
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.status import (
    Code,
    Status,
    no,
    ok,
)
from postroad.protocols.imap.status import mailbox_id as mailbox_id_code
from postroad.store import Mailbox

_EXISTS = no("There is a mailbox of that name", Code.ALREADYEXISTS)
_HAS_CHILDREN = no("There are mailboxes below it", Code.HASCHILDREN)
_INBOX_STAYS = no("INBOX stays", Code.CANNOT)
_NO_USE = no("That special use is not known, or taken", Code.USEATTR)


async def run(session: ImapSession, command: commands.Create, out: Out) -> Status:
    """Obey CREATE; the levels above are made too, and a trailing separator means nothing."""
    account, service = session.account_id, session.service
    parts = levels(command.mailbox.removesuffix(SEPARATOR))
    uses = command.special_uses or ()
    role = ROLES.get(uses[0], "") if uses else ""
    if len(uses) > 1 or (uses and not role):
        raise Refused(_NO_USE)

    def unit(tx: Transaction) -> Mailbox:
        tree = Tree(store.mailboxes(tx, account))
        if tree.find(SEPARATOR.join(parts)) is not None:
            raise Refused(_EXISTS)
        parent = make_above(tx, service, account, tree, parts)
        if role and any(box.role == role for box in tree):
            raise Refused(_NO_USE)
        return service.store.create_mailbox(tx, account, parts[-1], parent, role)

    made = await session.write(unit)
    return ok("Created", mailbox_id_code(mailbox_id(made)))


def make_above(tx: Transaction, service: Imap, account: int, tree: Tree, parts: list[str]) -> int:
    """Make what is missing above a path; returns its parent, 0 for the top."""
    parent, path = 0, ""
    for name in parts[:-1]:
        path = f"{path}{SEPARATOR}{name}" if path else name
        box = tree.find(path)
        if box is None:
            box = service.store.create_mailbox(tx, account, name, parent)
        parent = box.id
    return parent


async def delete(session: ImapSession, command: commands.Delete, out: Out) -> Status:
    """Obey DELETE: the messages go too; with mailboxes below it, it stays."""
    account, service = session.account_id, session.service

    def unit(tx: Transaction) -> int:
        tree = Tree(store.mailboxes(tx, account))
        box = tree.get(command.mailbox)
        if box.role == "inbox":
            raise Refused(_INBOX_STAYS)
        if tree.has_children(box):
            raise Refused(_HAS_CHILDREN)
        service.store.delete_mailbox(tx, account, box.id, with_messages=True)
        return box.id

    await session.write(unit)
    return ok("Deleted")


async def rename(session: ImapSession, command: commands.Rename, out: Out) -> Status:
    """Obey RENAME; of INBOX the messages move to the new mailbox (RFC 9051 §6.3.6)."""
    account, service = session.account_id, session.service
    parts = levels(command.new.removesuffix(SEPARATOR))
    now = service.clock()

    def unit(tx: Transaction) -> None:
        tree = Tree(store.mailboxes(tx, account))
        box = tree.get(command.old)
        new = SEPARATOR.join(parts)
        if tree.find(new) is not None:
            raise Refused(_EXISTS)
        if new.startswith(tree.path(box.id) + SEPARATOR) and box.role != "inbox":
            raise Refused(no("A mailbox cannot move below itself", Code.CANNOT))
        parent = make_above(tx, service, account, tree, parts)
        if box.role != "inbox":
            service.store.rename_mailbox(tx, account, box.id, parts[-1], parent)
            return
        made = service.store.create_mailbox(tx, account, parts[-1], parent)
        service.store.move(tx, account, box.id, store.EVERYTHING, made.id, now=now)

    await session.write(unit)
    return ok("Renamed")
