"""SEARCH: which messages fit, told as a client of its time expects it.

Standards: RFC 9051 §6.4.4, §7.3.4 (ESEARCH), RFC 3501 §7.2.5 (SEARCH), RFC 4731 §3.1,
RFC 5182 §2.1 (SAVE), RFC 7162 §3.1.5 (MODSEQ), RFC 9394 (PARTIAL)
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from postroad.mra.imap.finding import Search
from postroad.mra.imap.judge import asks_modseq
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.commands import ReturnOptions
from postroad.protocols.imap.errors import Refused
from postroad.protocols.imap.responses import Found
from postroad.protocols.imap.search_keys import Key
from postroad.protocols.imap.status import Status, ok
from postroad.store import Row

_FLAT: dict[str, Callable[..., bytes]] = {"SEARCH": responses.search, "SORT": responses.sort}


async def run(session: ImapSession, command: commands.Search, out: Out) -> Status:
    """Answer SEARCH."""
    view = session.selected
    returns = command.returns
    saves = returns is not None and "SAVE" in returns
    try:
        rows = await find(session, command.key, out)
    except Refused as refusal:
        if saves and refusal.status.kind == "NO":  # RFC 5182 §2.1
            view.saved = array("I")
        raise
    await answer(session, command, rows, "SEARCH", out)
    if saves and returns is not None:
        view.saved = array("I", (row.uid for row in _saved(rows, returns)))
    return ok("SEARCH completed")


async def find(session: ImapSession, key: Key, out: Out) -> list[Row]:
    """The rows that fit, rising; asking for MODSEQ turns CONDSTORE on."""
    if asks_modseq(key):
        session.enable("CONDSTORE")
    return await Search(session, out).find(key)


async def answer(
    session: ImapSession,
    command: commands.Search | commands.Sort,
    rows: Sequence[Row],
    name: str,
    out: Out,
) -> None:
    """Tell the results, in the order of `rows`, as SEARCH, SORT or ESEARCH."""
    view, returns = session.selected, command.returns
    if command.uid:
        numbers = [row.uid for row in rows]
    else:
        numbers = [view.place(row.uid) + 1 for row in rows]
    modseq = None
    if asks_modseq(command.key) and rows:
        modseq = max(row.modseq for row in rows)
    if returns is None and (name == "SORT" or not session.rev2):
        await out.write(_FLAT[name](numbers, modseq=modseq))
        return
    options = returns or ReturnOptions()
    if options.only_save:
        return
    found = _found(options, numbers, rows, modseq)
    await out.write(responses.esearch(session.tag, found, uid=command.uid))


def _found(
    options: ReturnOptions, numbers: Sequence[int], rows: Sequence[Row], modseq: int | None
) -> Found:
    """What an ESEARCH tells; MODSEQ is that of the messages that are named (RFC 7162 §3.1.10)."""
    lone = {"MIN", "MAX"}.intersection(options.names)
    if modseq is not None and lone and not options.wants_all and "COUNT" not in options:
        ends = [rows[0]] * ("MIN" in options) + [rows[-1]] * ("MAX" in options)
        modseq = max(row.modseq for row in ends)
    partial = options.partial
    return Found(
        minimum=numbers[0] if "MIN" in options and numbers else None,
        maximum=numbers[-1] if "MAX" in options and numbers else None,
        count=len(numbers) if "COUNT" in options else None,
        all=numbers if options.wants_all else None,
        partial_range=partial,
        partial=numbers[partial.of(len(numbers))] if partial is not None else (),
        modseq=modseq,
    )


def _saved(rows: Sequence[Row], options: ReturnOptions) -> Sequence[Row]:
    """What `$` is then: with MIN or MAX alone, those (RFC 5182 §2.4)."""
    if options.wants_all or "COUNT" in options or not {"MIN", "MAX"}.intersection(options.names):
        if options.partial is not None and "COUNT" not in options and not options.wants_all:
            return rows[options.partial.of(len(rows))]
        return rows
    ends = [rows[0]] * ("MIN" in options) + [rows[-1]] * ("MAX" in options) if rows else []
    return sorted({row.uid: row for row in ends}.values(), key=lambda row: row.uid)
