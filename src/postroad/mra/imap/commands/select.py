"""SELECT and EXAMINE: open a mailbox; with QRESYNC, tell what changed since the client was here.

Standards: RFC 9051 §6.3.2, §6.3.3, §7.1 (codes), RFC 3501 §7.1 (UNSEEN), RFC 7162 §3.1.8, §3.2.5,
RFC 8474 §4.2 (MAILBOXID)
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.commands.fetch import missing_of, within
from postroad.mra.imap.commands.status import mailbox_id
from postroad.mra.imap.flags import flag_list, names_of
from postroad.mra.imap.names import NONEXISTENT, Tree
from postroad.mra.imap.session import ImapSession, Out
from postroad.mra.imap.view import Range, View
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.commands import Resync
from postroad.protocols.imap.sequences import merge
from postroad.protocols.imap.status import (
    Code,
    Status,
    highest_modseq,
    ok,
    permanent_flags,
    uid_next,
    uid_validity,
    unseen,
)
from postroad.protocols.imap.status import (
    mailbox_id as mailbox_id_code,
)
from postroad.store import Flags, Mailbox

COMMON_KEYWORDS = ("$forwarded", "$junk", "$notjunk", "$mdnsent", "$phishing")
"""Named in FLAGS from the start; others are told of when they are met."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A mailbox in one snapshot."""

    box: Mailbox
    path: str
    modseq: int
    uids: array[int]
    first_unseen: int | None
    changed: list[Flags]
    vanished: list[int] | None


async def run(session: ImapSession, command: commands.Select, out: Out) -> Status:
    """Obey SELECT or EXAMINE."""
    if session.close():
        await out.write(ok("The previous mailbox is closed", Code.CLOSED).encode())
    if command.condstore or command.resync:
        session.enable("CONDSTORE")
    found = await _look(session, command)
    view = View(
        session.account_id,
        found.box.id,
        found.path,
        modseq=found.modseq,
        read_only=command.read_only,
    )
    view.uidvalidity = found.box.uidvalidity
    view.arrive(found.uids)
    view.announced = len(view)
    view.keywords = set(COMMON_KEYWORDS)
    await out.write(_greeting(session, view, found))
    if command.resync is not None and command.resync.uid_validity == found.box.uidvalidity:
        await out.write(_resynced(session, view, found, command.resync))
    session.open(view)
    await session.catch_up(out, expunges=False, ask=True)  # what came before we listened
    if command.read_only:
        return ok("Opened to look", Code.READ_ONLY)
    return ok("Opened", Code.READ_WRITE)


async def _look(session: ImapSession, command: commands.Select) -> _Found:
    account, resync, rev2 = session.account_id, command.resync, session.rev2

    def unit(tx: Transaction) -> _Found:
        tree = Tree(store.mailboxes(tx, account))
        box = tree.get(command.mailbox, NONEXISTENT)
        changed: list[Flags] = []
        vanished: list[int] | None = []
        if resync is not None and resync.uid_validity == box.uidvalidity:
            changed = store.changed_since(tx, account, box.id, resync.modseq)
            vanished = store.vanished_since(tx, account, box.id, resync.modseq)
        return _Found(
            box=box,
            path=tree.path(box.id),
            modseq=store.modseq(tx, account),
            uids=store.uids(tx, account, box.id),
            first_unseen=None if rev2 else store.first_unseen(tx, account, box.id),
            changed=changed,
            vanished=vanished,
        )

    return await session.read(unit)


def _greeting(session: ImapSession, view: View, found: _Found) -> bytes:
    """What every SELECT says, rev1's RECENT and UNSEEN or rev2's LIST among it."""
    box = found.box
    flags = names_of(view.keywords)
    said = [responses.exists(len(view))]
    if session.rev2:
        listed = responses.Listed(found.path)
        said.append(responses.listed(listed, utf8=session.utf8))
    else:
        said.append(responses.recent(0))
    if found.first_unseen is not None and not session.uid_only:
        number = view.place(found.first_unseen) + 1
        said.append(ok("is the first unseen message", unseen(number)).encode())
    said.append(responses.flags(flags))
    kept = permanent_flags(() if view.read_only else [*flags, "\\*"])
    said += [
        ok("are kept", kept).encode(),
        ok("UIDs are valid", uid_validity(box.uidvalidity)).encode(),
        ok("is the next UID", uid_next(box.uidnext)).encode(),
        ok("is the highest", highest_modseq(max(box.modseq, 1))).encode(),
        ok("is its id", mailbox_id_code(mailbox_id(box))).encode(),
    ]
    return b"".join(said)


def _resynced(session: ImapSession, view: View, found: _Found, resync: Resync) -> bytes:
    """VANISHED (EARLIER) and the changed flags, of the UIDs that the client knows."""
    if resync.known_uids is not None:
        wanted: tuple[Range, ...] = resync.known_uids.resolve(0)
    else:
        wanted = ((1, max(found.box.uidnext - 1, 1)),)
    if found.vanished is None:
        gone = missing_of(view, _unmatched(view, resync, wanted))
    else:
        gone = within(sorted(set(found.vanished)), wanted)
    said = [responses.vanished(gone, earlier=True)] if gone else []
    said.append(view.tell_keywords(keywords for _, _, keywords in found.changed))
    for uid, modseq, keywords in found.changed:
        if resync.known_uids is not None and not _in(uid, wanted):
            continue
        items = (b"FLAGS (%b)" % flag_list(keywords), b"MODSEQ (%d)" % modseq)
        if session.uid_only:
            said.append(responses.uid_fetch(uid, *items))
        else:
            said.append(responses.fetch(view.place(uid) + 1, b"UID %d" % uid, *items))
    return b"".join(said)


def _unmatched(view: View, resync: Resync, wanted: tuple[Range, ...]) -> tuple[Range, ...]:
    """UIDs behind the last pair of number and UID that still fit together (RFC 7162 §3.2.5.2)."""
    if resync.match is None:
        return wanted
    numbers, uids = (
        [one for low, high in part.resolve(0) for one in range(low, min(high, low + _PAIRS) + 1)]
        for part in resync.match
    )
    fits = 0
    for number, uid in zip(numbers, uids, strict=False):
        if view.place(uid) + 1 != number:
            break
        fits = uid
    return merge((max(low, fits + 1), high) for low, high in wanted)


_PAIRS = 10_000
"""Numbers of one range of a match that are looked at; clients send a dozen in all."""


def _in(number: int, ranges: tuple[Range, ...]) -> bool:
    return any(low <= number <= high for low, high in ranges)
