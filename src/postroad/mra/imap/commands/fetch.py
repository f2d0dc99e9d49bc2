r"""FETCH: data of messages, in batches that the client's reading paces.

Flags alone come from what the view has ready. Everything else is read a few hundred messages at a
time, texts a megabyte at a time; a text too large for the database is streamed. Reading a text
sets `\Seen`, in one unit of work for each batch, with an entry in the journey of each message.

Standards: RFC 9051 §6.4.5, RFC 7162 §3.1.4 (CHANGEDSINCE), §3.2.6 (VANISHED), RFC 9394 (PARTIAL),
RFC 9586 (UIDFETCH), RFC 5530 (EXPUNGEISSUED)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap import reading
from postroad.mra.imap.first_read import note_first_read
from postroad.mra.imap.flags import flag_list
from postroad.mra.imap.items import Plan
from postroad.mra.imap.reading import Loaded
from postroad.mra.imap.session import ImapSession, Out
from postroad.mra.imap.texts import write_large
from postroad.mra.imap.view import Range, View
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.commands import FetchItem, Item
from postroad.protocols.imap.sequences import merge, ranges_of
from postroad.protocols.imap.status import Code, Status, no, ok
from postroad.store import SEEN, Row

LINES = 2_000
"""Lines of flags sent at once."""

_FLAG_ITEMS = frozenset({Item.UID, Item.FLAGS})
_GONE = no("Some of these messages are gone", Code.EXPUNGEISSUED)
_DONE = ok("FETCH completed")


async def run(session: ImapSession, command: commands.Fetch, out: Out) -> Status:
    """Answer FETCH."""
    view = session.selected
    if command.changed_since is not None or Item.MODSEQ in command.items:
        session.enable("CONDSTORE")
    places = view.places(command.messages, by_uid=command.uid)
    if command.partial is not None:
        places = _partial(places, command)
    if command.vanished:
        await _tell_vanished(session, command, out)
    items = _items(command)
    if command.changed_since is None and not session.uid_only and _FLAG_ITEMS.issuperset(items):
        await _write_flags(session, places, items, out)
        return _DONE
    missing = await _write_rows(session, command, places, items, out)
    return _GONE if missing and not command.uid else _DONE


def _items(command: commands.Fetch) -> tuple[FetchItem, ...]:
    """The items to send: UID where it was asked by UID, MODSEQ with CHANGEDSINCE."""
    items = list(command.items)
    if command.uid and Item.UID not in items:
        items.insert(0, Item.UID)
    if command.changed_since is not None and Item.MODSEQ not in items:
        items.append(Item.MODSEQ)
    return tuple(items)


def _partial(places: Sequence[Range], command: commands.Fetch) -> list[Range]:
    """Of the messages there are, those of PARTIAL."""
    assert command.partial is not None
    numbers = [at for low, high in places for at in range(low, high)]
    chosen = numbers[command.partial.of(len(numbers))]
    return [(low, high + 1) for low, high in ranges_of(chosen)]


# --- flags alone ---


async def load_flags(session: ImapSession) -> bytes:
    """Have every message's flags in the view; returns a FLAGS when it has to be told."""
    view = session.selected
    if view.flags_known:
        return b""
    account, mailbox = view.account_id, view.mailbox_id
    ranges = view.uid_ranges([(0, len(view))])
    found = await session.read(lambda tx: store.flags(tx, account, mailbox, ranges))
    view.load_flags((uid, keywords) for uid, _, keywords in found)
    return view.tell_keywords(keywords for _, _, keywords in found)


async def _write_flags(
    session: ImapSession, places: Sequence[Range], items: Sequence[FetchItem], out: Out
) -> None:
    """UID, FLAGS or both, from the view."""
    if Item.FLAGS in items:
        await out.write(await load_flags(session))
    view = session.selected
    for low, high in places:
        for start in range(low, high, LINES):
            stop = min(start + LINES, high)
            await out.write(_flag_lines(view, start, stop, items))


def _flag_lines(view: View, start: int, stop: int, items: Sequence[FetchItem]) -> bytes:
    """Ready lines; all the work for each message is one `%`."""
    numbers = range(start + 1, stop + 1)
    if Item.FLAGS not in items:
        line = b"* %d FETCH (UID %d)\r\n"
        return b"".join(map(line.__mod__, zip(numbers, view.uids[start:stop], strict=True)))
    flags = view.flags_at(start, stop)
    if Item.UID not in items:
        line = b"* %d FETCH (FLAGS (%b))\r\n"
        return b"".join(map(line.__mod__, zip(numbers, flags, strict=True)))
    if items[0] is Item.UID:
        line = b"* %d FETCH (UID %d FLAGS (%b))\r\n"
        lines = zip(numbers, view.uids[start:stop], flags, strict=True)
        return b"".join(map(line.__mod__, lines))
    line = b"* %d FETCH (FLAGS (%b) UID %d)\r\n"
    swapped = zip(numbers, flags, view.uids[start:stop], strict=True)
    return b"".join(map(line.__mod__, swapped))


# --- everything else ---


async def _write_rows(
    session: ImapSession,
    command: commands.Fetch,
    places: Sequence[Range],
    items: Sequence[FetchItem],
    out: Out,
) -> int:
    """Read and send; returns how many messages were not there any more."""
    view, since = session.selected, command.changed_since
    plan = Plan.of(items, utf8=session.utf8, shelf=session.shelf)
    account, mailbox = view.account_id, view.mailbox_id
    missing = 0
    for some in reading.slices(places, reading.ROWS):
        ranges = view.uid_ranges(some)
        rows = await session.read(
            partial(store.rows, account_id=account, mailbox_id=mailbox, ranges=ranges)
        )
        missing += sum(high - low for low, high in some) - len(rows)
        if since is not None:
            rows = [row for row in rows if row.modseq > since]
        for group in reading.batches(rows, contents=plan.contents):
            await _write_group(session, plan, group, out)
    return missing


async def _write_group(session: ImapSession, plan: Plan, rows: Sequence[Row], out: Out) -> None:
    """Load what the plan needs of these messages, mark them as seen, send them."""
    view = session.selected
    newly: frozenset[int] = frozenset()
    if plan.sets_seen and not view.read_only:
        rows, newly = await _see(session, rows)
    loaded = await _load(session, plan, rows)
    said = []
    if plan.tells_flags or newly:
        said.append(view.tell_keywords(row.keywords for row in rows))
    for one in loaded:
        at = view.place(one.row.uid)
        if at < 0:
            continue
        number = one.row.uid if session.uid_only else at + 1
        extra = _flags_of(session, one.row) if one.row.uid in newly else b""
        head = b"* %d %b (" % (number, b"UIDFETCH" if session.uid_only else b"FETCH")
        if one.content is not None and one.data is None:
            await out.write(b"".join(said) + head)
            said = [await write_large(session, plan, one, out) + extra + b")\r\n"]
            continue
        said.append(head + b" ".join([make(one) for make in plan.makers]) + extra + b")\r\n")
        if plan.tells_flags:
            view.note_flags(one.row.uid, flag_list(one.row.keywords))
    await out.write(b"".join(said))


async def _load(session: ImapSession, plan: Plan, rows: Sequence[Row]) -> list[Loaded]:
    """The rows with their views and octets, as far as the plan needs them."""
    loaded = [*map(Loaded, rows)]
    account, without = session.account_id, loaded if plan.contents else []
    if plan.columns:
        emails = [row.email_id for row in rows]
        found = await session.service.viewer.fetch(account, emails, plan.columns)
        loaded = [one for one in loaded if one.row.email_id in found]
        for one in loaded:
            one.views = found[one.row.email_id]
        if not plan.contents and "fields" in plan.columns:
            without = [one for one in loaded if one.views and one.views.fields is None]
    if without:
        await session.read(lambda tx: reading.load_contents(tx, account, without))
        gone = {one.row.uid for one in without if one.content is None}
        loaded = [one for one in loaded if one.row.uid not in gone]
    return loaded


def _flags_of(session: ImapSession, row: Row) -> bytes:
    """What is told of a message that became seen by this very command."""
    modseq = b" MODSEQ (%d)" % row.modseq if session.condstore else b""
    return b" FLAGS (%b)%b" % (flag_list(row.keywords), modseq)


async def _see(session: ImapSession, rows: Sequence[Row]) -> tuple[Sequence[Row], frozenset[int]]:
    r"""Set `\Seen` on those that lack it; returns the rows as they are now, and which changed."""
    unseen = [row for row in rows if SEEN not in row.keywords.split()]
    if not unseen:
        return rows, frozenset()
    view, service = session.selected, session.service
    account, now = session.account, service.clock()
    assert account is not None
    ranges = ranges_of([row.uid for row in unseen])

    def unit(tx: Transaction) -> store.Stored:
        stored = service.store.store_flags(tx, account.id, view.mailbox_id, ranges, "add", [SEEN])
        note_first_read(tx, account, [row.email_id for row in unseen], now)
        return stored

    stored = await session.write(unit)
    now_so = {uid: (modseq, keywords) for uid, modseq, keywords in stored.changed}
    if stored.changed:
        session.did(stored.changed[0][1])
    for uid, (_, keywords) in now_so.items():
        view.note_flags(uid, flag_list(keywords))
    changed = [
        msgspec.structs.replace(row, modseq=now_so[row.uid][0], keywords=now_so[row.uid][1])
        if row.uid in now_so
        else row
        for row in rows
    ]
    return changed, frozenset(now_so)


async def _tell_vanished(session: ImapSession, command: commands.Fetch, out: Out) -> None:
    """VANISHED (EARLIER) for what left since the client's modseq, of the UIDs asked for."""
    view, since = session.selected, command.changed_since
    assert since is not None
    account, mailbox = view.account_id, view.mailbox_id
    left = await session.read(lambda tx: store.vanished_since(tx, account, mailbox, since))
    wanted = command.messages.resolve(view.uids[-1] if view.uids else 0)
    gone = missing_of(view, wanted) if left is None else within(left, wanted)
    if gone:
        await out.write(responses.vanished(gone, earlier=True))


def within(uids: Sequence[int], wanted: Sequence[Range]) -> tuple[Range, ...]:
    """Those of rising UIDs that lie in rising ranges, as ranges."""
    found, at = [], 0
    for uid in uids:
        while at < len(wanted) and wanted[at][1] < uid:
            at += 1
        if at < len(wanted) and wanted[at][0] <= uid:
            found.append(uid)
    return ranges_of(found)


def missing_of(view: View, wanted: Sequence[Range]) -> tuple[Range, ...]:
    """All numbers of the ranges that are no message here: when nobody knows who left when."""
    found: list[Range] = []
    for low, high in wanted:
        at = low
        for first, last in view.within(low, high):
            if at < first:
                found.append((at, first - 1))
            at = last + 1
        if at <= high:
            found.append((at, high))
    return merge(found)
