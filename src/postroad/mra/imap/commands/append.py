"""APPEND and REPLACE: messages into a mailbox, all in one unit of work.

Standards: RFC 9051 §6.3.12, RFC 3502, RFC 8508 §3, RFC 4315 §3 (APPENDUID), RFC 4469
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from postroad import blobs, store
from postroad.db import Transaction
from postroad.mra.imap.commands.store import READ_ONLY
from postroad.mra.imap.incoming import Incoming, Stored, email_of
from postroad.mra.imap.names import TRYCREATE, Tree
from postroad.mra.imap.session import ImapSession, Out
from postroad.mra.imap.urls import octets_at
from postroad.protocols.imap import commands
from postroad.protocols.imap.commands import NewMessage, Text
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.events import LiteralStart
from postroad.protocols.imap.status import Code, Status, append_uid, no, ok

_OVER = no("The quota is used up", Code.OVERQUOTA)
_NO_TARGET = no("There is no such message to replace", Code.NONEXISTENT)


async def begin(session: ImapSession, event: LiteralStart) -> None:
    """A text is about to come: is there a mailbox and room for it? Raises Refused, CommandError."""
    if session.incoming is None:
        service = session.service
        session.incoming = Incoming(
            service.blobs, lambda url: octets_at(session, url), service.config.append_limit
        )
    if event.target:
        _target(session, event.target, by_uid=event.uid)
    account = session.account_id
    text = event.message.parts[-1]
    size = text.size if isinstance(text, Text) else 0

    def look(tx: Transaction) -> bool:
        Tree(store.mailboxes(tx, account)).get(event.mailbox, TRYCREATE)
        return store.quota(tx, account).has_room(size)

    if not await session.read(look):
        raise Refused(_OVER)
    await session.incoming.start(event.index, event.message)


async def run(session: ImapSession, command: commands.Append, out: Out) -> Status:
    """Obey APPEND."""
    return await _file(session, command.mailbox, command.messages, lambda tx, account: None)


async def replace(session: ImapSession, command: commands.Replace, out: Out) -> Status:
    """Obey REPLACE: APPENDUID, then the old message is gone (RFC 8508 §3.3)."""
    view, keeper = session.selected, session.service.store
    uid = _target(session, command.target, by_uid=command.uid)
    filed: list[int] = []

    def remove(tx: Transaction, account: int) -> None:
        if not keeper.expunge(tx, account, view.mailbox_id, [uid]):
            raise Refused(_NO_TARGET)
        filed.append(store.modseq(tx, account))

    status = await _file(session, command.mailbox, (command.message,), remove)
    await out.write(ok("Replaced", status.code).encode())
    session.did(filed[-1], [uid], arrived=True)
    return ok("REPLACE completed")


def _target(session: ImapSession, number: int, *, by_uid: bool) -> int:
    """The UID of the message to replace. Raises Refused."""
    view = session.selected
    if view.read_only:
        raise Refused(READ_ONLY)
    if by_uid:
        if view.place(number) < 0:
            raise Refused(_NO_TARGET)
        return number
    if number > len(view):
        raise Refused(_NO_TARGET)
    return view.uids[number - 1]


async def _file(
    session: ImapSession,
    name: str,
    messages: Sequence[NewMessage],
    also: Callable[[Transaction, int], None],
) -> Status:
    """File what has come in, and do `also`, in one unit of work."""
    service, account = session.service, session.account_id
    incoming = session.incoming or Incoming(
        service.blobs, lambda url: octets_at(session, url), service.config.append_limit
    )
    try:
        stored = await incoming.finish(messages)
        now = service.clock()
        emails = [
            email_of(one, message, now) for one, message in zip(stored, messages, strict=True)
        ]

        def unit(tx: Transaction) -> tuple[int, list[int]]:
            box = Tree(store.mailboxes(tx, account)).get(name, TRYCREATE)
            uids = []
            for one, email in zip(stored, emails, strict=True):
                blobs.put(tx, one.blob)
                uids.append(service.store.add(tx, account, box.id, email).uid)
            also(tx, account)
            return box.uidvalidity, uids

        validity, uids = await service.db.write(unit, weight=_weight(stored))
    except BaseException:
        session.incoming = None
        await incoming.drop()
        raise
    session.incoming = None
    return ok("APPEND completed", append_uid(validity, uids))


def _weight(stored: Sequence[Stored]) -> int:
    return sum(one.blob.weight for one in stored)
