"""The maildrop as one session sees it: numbered messages, some of them marked for removal.

Messages do not change while it is open; marking is undone by RSET and by any end but QUIT.

Standards: RFC 1939 §4 (message-numbers), §5 (STAT, LIST, DELE, RSET), §7 (UIDL)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from postroad.protocols.pop3 import limits
from postroad.protocols.pop3._texts import Text
from postroad.protocols.pop3.errors import CommandError
from postroad.protocols.pop3.replies import err

_UID = re.compile(rf"[\x21-\x7e]{{1,{limits.UID}}}")


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One message: its size in octets with CRLF line ends, and its unique-id."""

    size: int
    uid: str

    def __post_init__(self) -> None:
        if not _UID.fullmatch(self.uid):
            raise ValueError(f"not a unique-id (RFC 1939 §7): {self.uid!r}")


class Maildrop:
    """The messages of one session. Numbers begin at 1, indexes at 0."""

    __slots__ = ("_entries", "_marked", "_octets")

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self._entries = tuple(entries)
        self._marked: set[int] = set()
        self._octets = sum(entry.size for entry in self._entries)

    @property
    def marked(self) -> tuple[int, ...]:
        """Indexes of the messages to remove."""
        return tuple(sorted(self._marked))

    def totals(self) -> tuple[int, int]:
        """How many messages are not marked, and their octets."""
        gone = sum(self._entries[index].size for index in self._marked)
        return len(self._entries) - len(self._marked), self._octets - gone

    def find(self, number: int) -> tuple[int, Entry]:
        """Index and entry of a message that is there and not marked. Raises CommandError."""
        index = number - 1
        if not 0 <= index < len(self._entries) or index in self._marked:
            raise CommandError(err(Text.NO_SUCH_MESSAGE))
        return index, self._entries[index]

    def mark(self, number: int) -> None:
        """To be removed at QUIT. Raises CommandError."""
        index, _ = self.find(number)
        self._marked.add(index)

    def unmark_all(self) -> None:
        """Nothing is to be removed."""
        self._marked.clear()

    def sizes(self) -> Iterator[bytes]:
        """The scan listings."""
        for index, entry in enumerate(self._entries):
            if index not in self._marked:
                yield b"%d %d\r\n" % (index + 1, entry.size)

    def uids(self) -> Iterator[bytes]:
        """The unique-id listings."""
        for index, entry in enumerate(self._entries):
            if index not in self._marked:
                yield b"%d %b\r\n" % (index + 1, entry.uid.encode())
