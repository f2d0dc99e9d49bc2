"""What one session knows of its mailbox: its messages by number, their flags, and what it was told.

UIDs stand in one rising array, so a message's number is its place and a UID is found by bisection.
A message that another session expunged keeps its number until this session may be told. Flags are
loaded when they are first asked for; then each message has the number of its flag list in a table
of lists that are ready to send.

Invariants: `uids` rises; numbers change only in `tell_expunged`; four octets for each message, and
eight once its flags were asked for.

Standards: RFC 9051 §2.3.1 (numbers), §7.5.1 (when EXPUNGE may be sent), RFC 7162 §3.2.10 (VANISHED)
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from postroad.mra.imap.flags import SYSTEM_KEYWORDS, flag_list, names_of
from postroad.protocols.imap import responses
from postroad.protocols.imap.errors import CommandError
from postroad.protocols.imap.sequences import SequenceSet, ranges_of
from postroad.protocols.imap.status import bad

Range = tuple[int, int]

UNKNOWN = 0
"""The number of a flag list that was never loaded."""


class View:
    """The selected mailbox of a session. `modseq`: all changes up to it are known here."""

    __slots__ = (
        "_flags", "_numbers", "_table", "account_id", "announced", "gone", "keywords",
        "mailbox_id", "mine", "modseq", "name", "read_only", "saved", "uids", "uidvalidity",
    )  # fmt: skip

    def __init__(
        self, account_id: int, mailbox_id: int, name: str, *, modseq: int, read_only: bool
    ) -> None:
        self.account_id = account_id
        self.mailbox_id = mailbox_id
        self.name = name
        self.modseq = modseq
        self.read_only = read_only
        self.uidvalidity = 0
        self.uids = array("I")
        self.announced = 0  # how many messages EXISTS has told of
        self.gone: set[int] = set()  # UIDs expunged, of which the client does not know yet
        self.mine: set[int] = set()  # modseqs of this session's own changes, which it was told
        self.saved = array("I")  # UIDs of the last SEARCH with SAVE (RFC 5182)
        self.keywords: set[str] = set()  # keywords that FLAGS has told of
        self._flags: array[int] | None = None
        self._table: list[bytes] = [b""]
        self._numbers: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self.uids)

    # --- numbers and UIDs ---

    def place(self, uid: int) -> int:
        """The place (from 0) of a UID, -1 when it is not here."""
        at = bisect_left(self.uids, uid)
        return at if at < len(self.uids) and self.uids[at] == uid else -1

    def places(self, wanted: SequenceSet, *, by_uid: bool) -> list[Range]:
        """The places that a set means, as rising half-open ranges.

        Raises CommandError with BAD for a message number that is not there.
        """
        if wanted.saved:
            return self.places_of(self.saved)
        if by_uid:
            return self._between(wanted.resolve(self.uids[-1] if self.uids else 0))
        ranges = wanted.resolve(len(self.uids))
        if ranges and ranges[-1][1] > len(self.uids):
            raise CommandError(bad(f"There are {len(self.uids)} messages here"))
        return [(low - 1, high) for low, high in ranges]

    def places_of(self, uids: Iterable[int]) -> list[Range]:
        """The places of rising UIDs; those that are not here are left out."""
        found: list[Range] = []
        for uid in uids:
            at = self.place(uid)
            if at < 0:
                continue
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + 1)
            else:
                found.append((at, at + 1))
        return found

    def uid_ranges(self, places: Iterable[Range]) -> list[Range]:
        """The UIDs of some places, as closed ranges that hold no other message of this view."""
        uids = self.uids
        return [(uids[low], uids[high - 1]) for low, high in places if low < high]

    def uids_at(self, places: Sequence[Range]) -> array[int]:
        """The UIDs of some places."""
        if len(places) == 1:
            return self.uids[places[0][0] : places[0][1]]
        found = array("I")
        for low, high in places:
            found.extend(self.uids[low:high])
        return found

    def _between(self, ranges: Iterable[Range]) -> list[Range]:
        found: list[Range] = []
        for first, last in ranges:
            low, high = bisect_left(self.uids, first), bisect_right(self.uids, last)
            if low == high:
                continue
            if found and found[-1][1] == low:
                found[-1] = (found[-1][0], high)
            else:
                found.append((low, high))
        return found

    def within(self, low: int, high: int) -> Iterable[Range]:
        """Runs of neighbouring UIDs from `low` to `high`, rising."""
        start, stop = bisect_left(self.uids, low), bisect_right(self.uids, high)
        return ranges_of(self.uids[start:stop].tolist())

    # --- flags ---

    @property
    def flags_known(self) -> bool:
        """Whether the flags of every message are here."""
        return self._flags is not None

    def load_flags(self, rows: Iterable[tuple[int, str]]) -> None:
        """Take UIDs with their keywords, all of the mailbox, rising."""
        known = dict(rows)
        number = self._number
        cache: dict[str, int] = {}
        flags = array("I", bytes(4 * len(self.uids)))
        for at, uid in enumerate(self.uids):
            keywords = known.get(uid)
            if keywords is None:
                continue
            found = cache.get(keywords)
            if found is None:
                found = cache[keywords] = number(flag_list(keywords))
            flags[at] = found
        self._flags = flags

    def flags_at(self, low: int, high: int) -> list[bytes]:
        """The flag lists of the messages from `low` on. Only when they are known."""
        assert self._flags is not None
        return list(map(self._table.__getitem__, self._flags[low:high]))

    def known_flags(self, uid: int) -> bytes | None:
        """The flag list that this session has for a message; None when it has none."""
        if self._flags is None or (at := self.place(uid)) < 0 or not self._flags[at]:
            return None
        return self._table[self._flags[at]]

    def note_flags(self, uid: int, flags: bytes) -> None:
        """A message has these flags now."""
        if self._flags is not None and (at := self.place(uid)) >= 0:
            self._flags[at] = self._number(flags)

    def _number(self, flags: bytes) -> int:
        """The place of a flag list in the table, which holds each once."""
        number = self._numbers.get(flags)
        if number is None:
            number = self._numbers[flags] = len(self._table)
            self._table.append(flags)
        return number

    def tell_keywords(self, keyword_lists: Iterable[str]) -> bytes:
        """A new FLAGS when there are keywords that it has not named yet, else nothing."""
        met = {one for keywords in set(keyword_lists) for one in keywords.split()}
        new = met - self.keywords - SYSTEM_KEYWORDS
        if not new:
            return b""
        self.keywords |= new
        return responses.flags(names_of(self.keywords))

    # --- what comes and goes ---

    def arrive(self, uids: Iterable[int]) -> None:
        """New messages, rising; what is here already is passed over."""
        last = self.uids[-1] if self.uids else 0
        new = [uid for uid in uids if uid > last]
        self.uids.extend(new)
        if self._flags is not None:
            self._flags.extend([UNKNOWN] * len(new))

    def leave(self, uids: Iterable[int]) -> None:
        """Messages are no more; the client hears of it in `tell_expunged`."""
        self.gone.update(uid for uid in uids if self.place(uid) >= 0)

    def tell_expunged(self, *, vanished: bool) -> bytes:
        """What to send about those that are gone, after which nobody counts them.

        Untagged EXPUNGE, each with the number at its time, or one VANISHED.
        """
        if not self.gone:
            return b""
        gone, self.gone = sorted(self.gone), set()
        places = self.places_of(gone)
        said = responses.vanished(ranges_of(gone)) if vanished else _expunges(places)
        for low, high in reversed(places):
            del self.uids[low:high]
            if self._flags is not None:
                del self._flags[low:high]
        self.announced -= len(gone)
        if self.saved:
            left = set(gone)
            self.saved = array("I", (uid for uid in self.saved if uid not in left))
        return said


def _expunges(places: Iterable[Range]) -> bytes:
    """Each message of a range has, once those before it went, the number of the range's first."""
    said, before = [], 0
    for low, high in places:
        said.append(b"* %d EXPUNGE\r\n" % (low + 1 - before) * (high - low))
        before += high - low
    return b"".join(said)
