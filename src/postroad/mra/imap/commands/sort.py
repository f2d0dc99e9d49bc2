"""SORT and THREAD: what SEARCH finds, in order or as conversations.

Standards: RFC 5256 §3, §4, RFC 5267 §3.1 (RETURN), RFC 5957
"""

from __future__ import annotations

from collections.abc import Sequence

from postroad.handoff import HEADER_LIMIT
from postroad.message import Headers, scan_header
from postroad.mra.imap import reading, threads
from postroad.mra.imap.commands.search import answer, find
from postroad.mra.imap.ordering import KEYS, NO_HEADER, OF_ROW, Ordered, thread_item
from postroad.mra.imap.reading import Loaded
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.status import Status, ok
from postroad.store import Row

_ALGORITHMS = {
    "ORDEREDSUBJECT": threads.ordered_subject,
    "REFERENCES": threads.references,
    "REFS": threads.refs,
}


async def run(session: ImapSession, command: commands.Sort, out: Out) -> Status:
    """Answer SORT. The last criterion first: Python's sort keeps what was equal in order."""
    rows = await find(session, command.key, out)
    names = {one.name for one in command.criteria}
    if names <= OF_ROW:
        ordered: list[Ordered] = [(row, NO_HEADER) for row in rows]
    else:
        ordered = await with_headers(session, rows)
    for one in reversed(command.criteria):
        ordered.sort(key=KEYS[one.name], reverse=one.reverse)
    await answer(session, command, [row for row, _ in ordered], "SORT", out)
    return ok("SORT completed")


async def thread(session: ImapSession, command: commands.Thread, out: Out) -> Status:
    """Answer THREAD."""
    rows = await find(session, command.key, out)
    view = session.selected
    references = command.algorithm != "ORDEREDSUBJECT"
    items = [
        thread_item(
            one,
            one[0].uid if command.uid else view.place(one[0].uid) + 1,
            references=references,
        )
        for one in await with_headers(session, rows)
    ]
    roots = _ALGORITHMS[command.algorithm](items)
    await out.write(responses.thread(threads.conversations(roots)))
    return ok("THREAD completed")


async def with_headers(session: ImapSession, rows: Sequence[Row]) -> list[Ordered]:
    """Each row with the header fields that the store keeps."""
    account, viewer = session.account_id, session.service.viewer
    ordered: list[Ordered] = []
    for at in range(0, len(rows), reading.ROWS):
        some = rows[at : at + reading.ROWS]
        found = await viewer.fetch(account, [row.email_id for row in some], {"fields"})
        for row in some:
            views = found.get(row.email_id)
            if views is None:  # it is gone meanwhile
                ordered.append((row, NO_HEADER))
            elif views.fields is None:  # more of them than the store keeps
                ordered.append((row, await _own_header(session, row)))
            else:
                ordered.append((row, scan_header(views.fields)))
    return ordered


async def _own_header(session: ImapSession, row: Row) -> Headers:
    """The header of a message itself."""
    one, account, service = Loaded(row), session.account_id, session.service
    await session.read(lambda tx: reading.load_contents(tx, account, [one]))
    if one.data is None and one.content is not None:
        one.data = await service.blobs.read_range(service.db, one.content.blob, 0, HEADER_LIMIT)
    return scan_header(one.data or b"")
