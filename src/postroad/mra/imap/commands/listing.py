r"""LIST and LSUB: which mailboxes there are, what they are for, and their figures on request.

Every level of a name is a mailbox, so none is `\Noselect`; a name that was subscribed and is gone
is `\NonExistent`.

Standards: RFC 9051 §6.3.9, RFC 3501 §6.3.9 (LSUB), RFC 5258 §3, RFC 5819, RFC 6154
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from postroad import store
from postroad.db import Transaction
from postroad.mra.imap.commands.status import figures
from postroad.mra.imap.names import Tree, special_use
from postroad.mra.imap.patterns import SEPARATOR, matcher
from postroad.mra.imap.session import ImapSession, Out
from postroad.protocols.imap import commands, responses
from postroad.protocols.imap.responses import Listed
from postroad.protocols.imap.status import Status, ok


async def run(session: ImapSession, command: commands.List, out: Out) -> Status:
    """Answer LIST."""
    if command.patterns == ("",) and not command.extended:
        root = Listed("", ("\\Noselect",))  # RFC 9051 §6.3.9: only the delimiter is asked for
        await out.write(responses.listed(root, utf8=session.utf8))
        return ok("LIST completed")
    account = session.account_id

    def look(tx: Transaction) -> tuple[Tree, set[str]]:
        return Tree(store.mailboxes(tx, account)), store.subscribed(tx, account)

    tree, subscribed = await session.read(look)
    fits = matcher([command.reference + pattern for pattern in command.patterns])
    said = []
    for listed in _Listing(tree, subscribed, command).names(fits):
        said.append(responses.listed(listed, utf8=session.utf8))
        box = tree.find(listed.name)
        if box is not None and command.status and "\\NonExistent" not in listed.attributes:
            items = await figures(session, box, command.status)
            said.append(responses.status(listed.name, items, utf8=session.utf8))
    await out.write(b"".join(said))
    return ok("LIST completed")


async def lsub(session: ImapSession, command: commands.Lsub, out: Out) -> Status:
    r"""Answer LSUB: subscribed names; with `%` also what lies above one, as `\Noselect`."""
    names = await session.read(lambda tx: store.subscribed(tx, session.account_id))
    pattern = command.reference + command.pattern
    fits = matcher([pattern])
    found: dict[str, tuple[str, ...]] = {name: () for name in names if fits(name)}
    if pattern.endswith("%"):
        for name in names:
            for above in _above(name):
                if fits(above) and above not in found and above not in names:
                    found[above] = ("\\Noselect",)
    said = [
        responses.listed(Listed(name, attributes), utf8=session.utf8, lsub=True)
        for name, attributes in sorted(found.items())
    ]
    await out.write(b"".join(said))
    return ok("LSUB completed")


class _Listing:
    """One LIST: what is chosen and what is told of it."""

    def __init__(self, tree: Tree, subscribed: set[str], command: commands.List) -> None:
        self._tree = tree
        self._subscribed = subscribed
        self._select = frozenset(command.select)
        self._returns = frozenset(command.returns) | (self._select & {"SUBSCRIBED", "SPECIAL-USE"})
        self._extended = command.extended

    def names(self, fits: Callable[[str], bool]) -> Iterable[Listed]:
        """The names to tell, in order."""
        candidates = self._tree.paths()
        if "SUBSCRIBED" in self._select:
            candidates += sorted(self._subscribed.difference(candidates))
        below = self._with_chosen_below() if "RECURSIVEMATCH" in self._select else frozenset()
        for path in candidates:
            if not fits(path):
                continue
            chosen = self._chosen(path)
            if chosen or path in below:
                yield self._listed(path, ("SUBSCRIBED",) if path in below else ())

    def _chosen(self, path: str) -> bool:
        if "SUBSCRIBED" in self._select and path not in self._subscribed:
            return False
        box = self._tree.find(path)
        return not (
            "SPECIAL-USE" in self._select and not (box and box.role != "inbox" and box.role)
        )

    def _with_chosen_below(self) -> frozenset[str]:
        """Mailboxes above one that is chosen (RFC 5258 §3.5)."""
        return frozenset(
            above for path in self._subscribed if self._chosen(path) for above in _above(path)
        )

    def _listed(self, path: str, child_info: tuple[str, ...]) -> Listed:
        box = self._tree.find(path)
        attributes = []
        if box is None:
            attributes.append("\\NonExistent")
        elif self._tree.has_children(box):
            attributes.append("\\HasChildren")
        else:
            attributes.append("\\HasNoChildren")
        if "SUBSCRIBED" in self._returns and path in self._subscribed:
            attributes.append("\\Subscribed")
        if box is not None and (use := special_use(box)):
            attributes.append(use)
        return Listed(path, tuple(attributes), child_info=child_info)


def _above(path: str) -> Iterable[str]:
    """The names of the levels above a path."""
    at = path.find(SEPARATOR)
    while at >= 0:
        yield path[:at]
        at = path.find(SEPARATOR, at + 1)
