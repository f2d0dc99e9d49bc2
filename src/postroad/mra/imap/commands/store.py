"""STORE: set, add or take away flags, in one unit of work.

Standards: RFC 9051 §6.4.6, RFC 7162 §3.1.3 (UNCHANGEDSINCE)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.first_read import note_first_read
from postroad.mra.imap.flags import flag_list, keywords_of
from postroad.mra.imap.session import ImapSession, Out
from postroad.mra.imap.view import Range
from postroad.protocols.imap import commands
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.sequences import ranges_of
from postroad.protocols.imap.status import Code, Status, modified, no, ok
from postroad.store import SEEN, Flags, Stored

READ_TOGETHER = 10
"""Messages set to seen by one STORE that count as read; marking a whole mailbox is no reading."""

READ_ONLY = no("The mailbox is open to look only", Code.READ_ONLY)

_MODES: Mapping[str, Literal["add", "remove", "replace"]] = {
    "+": "add",
    "-": "remove",
    "": "replace",
}
_GONE = no("Some of these messages are gone", Code.EXPUNGEISSUED)


async def run(session: ImapSession, command: commands.Store, out: Out) -> Status:
    """Obey STORE."""
    view = session.selected
    if view.read_only:
        raise Refused(READ_ONLY)
    if command.unchanged_since is not None:
        session.enable("CONDSTORE")
    places = view.places(command.messages, by_uid=command.uid)
    ranges = view.uid_ranges(places)
    if not ranges:
        return ok("STORE completed")
    stored = await _write(session, command, ranges)
    await _tell(session, command, places, stored, out)
    if stored.failed:
        return ok("Some were changed by others", modified(_as_asked(session, command, stored)))
    if not command.uid and any(view.place(uid) >= 0 for uid in view.gone):
        gone = view.gone.intersection(view.uids_at(places))
        return _GONE if gone else ok("STORE completed")
    return ok("STORE completed")


async def _write(session: ImapSession, command: commands.Store, ranges: list[Range]) -> Stored:
    view, service, account = session.selected, session.service, session.account
    assert account is not None
    keywords, now = keywords_of(command.flags), service.clock()
    mode = _MODES[command.action]
    reads = SEEN in keywords and mode != "remove"

    def unit(tx: Transaction) -> Stored:
        unread = _unread(tx, account.id, view.mailbox_id, ranges) if reads else []
        stored = service.store.store_flags(
            tx, account.id, view.mailbox_id, ranges, mode, keywords, command.unchanged_since
        )
        changed = {uid for uid, _, _ in stored.changed}
        note_first_read(tx, account, [email for uid, email in unread if uid in changed], now)
        return stored

    stored = await session.write(unit)
    if stored.changed:
        session.did(stored.changed[0][1])
    for uid, _, text in stored.changed:
        view.note_flags(uid, flag_list(text))
    return stored


def _unread(
    tx: Transaction, account: int, mailbox: int, ranges: list[Range]
) -> list[tuple[int, int]]:
    """UID and email of those that become read now; of none when they are many."""
    rows = store.rows(tx, account, mailbox, ranges, READ_TOGETHER + 1)
    if len(rows) > READ_TOGETHER:
        return []
    return [(row.uid, row.email_id) for row in rows if SEEN not in row.keywords.split()]


async def _tell(
    session: ImapSession, command: commands.Store, places: list[Range], stored: Stored, out: Out
) -> None:
    """The flags as they are now, unless SILENT; with CONDSTORE at least the new MODSEQ."""
    view = session.selected
    said = [view.tell_keywords(keywords for _, _, keywords in stored.changed)]
    tell: list[Flags] = []
    if not command.silent:
        tell = await _as_they_are(session, places, stored)
    elif session.condstore:
        tell = stored.changed
    uid_item = command.uid or session.uid_only
    for uid, modseq, keywords in tell:
        items = [b"UID %d" % uid] if uid_item and not session.uid_only else []
        items += [] if command.silent else [b"FLAGS (%b)" % flag_list(keywords)]
        items += [b"MODSEQ (%d)" % modseq] if session.condstore else []
        number = uid if session.uid_only else view.place(uid) + 1
        name = b"UIDFETCH" if session.uid_only else b"FETCH"
        said.append(b"* %d %b (%b)\r\n" % (number, name, b" ".join(items)))
    await out.write(b"".join(said))


async def _as_they_are(session: ImapSession, places: list[Range], stored: Stored) -> list[Flags]:
    """The flags of all that were asked for (RFC 9051 §6.4.6), whether they changed or not."""
    view = session.selected
    asked = sum(high - low for low, high in places)
    if asked == len(stored.changed):
        return stored.changed
    account, mailbox = view.account_id, view.mailbox_id
    ranges = view.uid_ranges(places)
    found = await session.read(lambda tx: store.flags(tx, account, mailbox, ranges))
    failed = frozenset(stored.failed)
    return [one for one in found if one[0] not in failed]


def _as_asked(session: ImapSession, command: commands.Store, stored: Stored) -> tuple[Range, ...]:
    """Those that were left alone, as numbers or UIDs like the client's."""
    if command.uid:
        return ranges_of(stored.failed)
    view = session.selected
    return ranges_of([view.place(uid) + 1 for uid in stored.failed])
