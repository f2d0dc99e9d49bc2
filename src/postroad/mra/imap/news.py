"""What happened in the open mailbox since this session last looked, and how the client is told.

The list of changes is read from where the view stands. What this session did itself, and was told,
is passed over. Where the list does not reach back so far, the mailbox is read anew.

Invariants: EXISTS comes before anything about the new messages; EXPUNGE only where it is allowed.

Standards: RFC 9051 §7.5.1, RFC 7162 §3.1.2 (MODSEQ in untagged FETCH), §3.2.10 (VANISHED)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.flags import flag_list
from postroad.mra.imap.view import View
from postroad.protocols.imap import responses
from postroad.protocols.imap.sequences import ranges_of

PAGE = 2_000
"""Changes read at once."""

_COMES = frozenset({"created", "placed"})
_GOES = frozenset({"removed", "destroyed"})


@dataclass(slots=True)
class News:
    """Changes of one mailbox up to `modseq`; `flags` are (uid, modseq, keywords), rising."""

    modseq: int
    arrived: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    flags: list[store.Flags] = field(default_factory=list)


def read(tx: Transaction, account: int, mailbox: int, since: int, mine: frozenset[int]) -> News:
    """Gather the news; changes of the modseqs in `mine` count only for what arrived."""
    news = News(store.modseq(tx, account))
    if news.modseq == since:
        return news
    found = _Found(mailbox, mine)
    place: tuple[int, ...] = ()
    while since < news.modseq:
        page = store.changes(tx, account, since, PAGE, *place)
        found.take(page)
        if len(page) < PAGE:
            break
        since, place = page[-1].modseq, (page[-1].step,)
    news.arrived, news.gone = sorted(found.arrived), list(found.gone)
    wanted = (found.changed | found.arrived) - found.gone
    news.flags = store.flags(tx, account, mailbox, ranges_of(sorted(wanted)))
    return news


class _Found:
    """UIDs that changed in a mailbox, by what became of them."""

    def __init__(self, mailbox: int, mine: frozenset[int]) -> None:
        self._mailbox = mailbox
        self._mine = mine
        self.arrived: set[int] = set()
        self.gone: set[int] = set()
        self.changed: set[int] = set()

    def take(self, page: Iterable[store.Change]) -> None:
        """Sort the next changes in."""
        for one in page:
            if one.mailbox != self._mailbox:
                continue
            if one.kind in _COMES:
                self.arrived.add(one.uid)
            elif one.kind in _GOES and one.uid in self.arrived:
                self.arrived.discard(one.uid)  # it came and went before anybody heard of it
            elif one.modseq in self._mine:
                continue
            elif one.kind in _GOES:
                self.gone.add(one.uid)
            elif one.kind == "keywords":
                self.changed.add(one.uid)


def apply(view: View, news: News) -> list[store.Flags]:
    """Bring the view up to date; returns the flags that the client must be told of."""
    view.leave(news.gone)
    view.arrive(news.arrived)
    view.modseq = max(view.modseq, news.modseq)
    view.mine = {modseq for modseq in view.mine if modseq > news.modseq}
    arrived = frozenset(news.arrived)
    tell = []
    for one in news.flags:
        view.note_flags(one[0], flag_list(one[2]))
        if one[0] not in arrived:
            tell.append(one)
    return tell


def report(
    view: View,
    tell: list[store.Flags],
    *,
    expunges: bool,
    modseqs: bool,
    uid_only: bool,
    vanished: bool,
) -> bytes:
    """What to send after `apply`."""
    said = [view.tell_expunged(vanished=vanished)] if expunges else []
    if view.announced != len(view):
        view.announced = len(view)
        said.append(responses.exists(len(view)))
    said.append(view.tell_keywords(keywords for _, _, keywords in tell))
    for uid, modseq, keywords in tell:
        at = view.place(uid)
        if at < 0:
            continue
        items = [b"UID %d" % uid] if modseqs and not uid_only else []
        items.append(b"FLAGS (%b)" % flag_list(keywords))
        items += [b"MODSEQ (%d)" % modseq] if modseqs else []
        said.append(
            responses.uid_fetch(uid, *items) if uid_only else responses.fetch(at + 1, *items)
        )
    return b"".join(said)
