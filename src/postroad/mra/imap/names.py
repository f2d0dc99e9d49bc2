"""The tree of mailboxes as IMAP shows it: paths with `/`, from mailboxes that know their parents.

Standards: RFC 9051 §5.1 (INBOX in any case, hierarchy), RFC 6154 §2 (special uses),
RFC 5198 §3 (NFC)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from postroad.mra.imap.patterns import SEPARATOR
from postroad.protocols.imap.errors import CommandError
from postroad.protocols.imap.status import Code, Status, no
from postroad.store import Mailbox

MAX_PATH = 2_048
"""Characters of a path; ours: what ten levels of any script's names need."""

_USES = {
    role: "\\" + role.capitalize()
    for role in ("all", "archive", "drafts", "flagged", "important", "junk", "sent", "trash")
}
ROLES = {use: role for role, use in _USES.items()}
"""The store's role of a special use."""

NONEXISTENT = no("There is no such mailbox", Code.NONEXISTENT)
TRYCREATE = no("There is no such mailbox", Code.TRYCREATE)
BAD_NAME = no("A mailbox cannot have that name", Code.CANNOT)


def special_use(mailbox: Mailbox) -> str:
    r"""`\Sent` and its like, or ""."""
    return _USES.get(mailbox.role, "")


def folded(path: str) -> str:
    """A path as it is compared: in NFC, INBOX in capitals wherever it is the first level."""
    path = unicodedata.normalize("NFC", path)
    head, slash, rest = path.partition(SEPARATOR)
    return "INBOX" + slash + rest if head.upper() == "INBOX" else path


def levels(path: str) -> list[str]:
    """The names on the way to a path. Raises CommandError with NO for one that cannot be."""
    parts = folded(path).split(SEPARATOR)
    if len(path) > MAX_PATH or not all(parts):
        raise CommandError(BAD_NAME)
    return parts


class Tree:
    """The mailboxes of an account at one moment."""

    def __init__(self, mailboxes: Iterable[Mailbox]) -> None:
        self._by_id = {mailbox.id: mailbox for mailbox in mailboxes}
        self._paths: dict[int, str] = {}
        self._by_path = {self.path(number): box for number, box in self._by_id.items()}
        self._parents = {mailbox.parent for mailbox in self._by_id.values()}

    def __iter__(self) -> Iterator[Mailbox]:
        return iter(self._by_id.values())

    def path(self, number: int) -> str:
        """The path of a mailbox of the account."""
        known = self._paths.get(number)
        if known is None:
            mailbox = self._by_id[number]
            above = self.path(mailbox.parent) + SEPARATOR if mailbox.parent else ""
            known = self._paths[number] = above + mailbox.name
        return known

    def find(self, path: str) -> Mailbox | None:
        """The mailbox at a path."""
        return self._by_path.get(folded(path))

    def get(self, path: str, missing: Status = NONEXISTENT) -> Mailbox:
        """The mailbox at a path. Raises CommandError with `missing`."""
        found = self.find(path)
        if found is None:
            raise CommandError(missing)
        return found

    def has_children(self, mailbox: Mailbox) -> bool:
        """Whether there are mailboxes below it."""
        return mailbox.id in self._parents

    def paths(self) -> list[str]:
        """All paths: INBOX first, then by name."""
        return sorted(self._by_path, key=lambda path: (path != "INBOX", path))
