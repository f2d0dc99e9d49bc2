"""The store does what a few dictionaries do, whatever is done to it and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from postroad import blobs, store
from postroad.handoff import Content
from postroad.store import DELETED, SEEN, Changes, NewEmail, OverQuota, Store
from postroad.testing.database import MemoryTransaction

QUOTA = 1_000
BOXES = (1, 3, 6)
ACCOUNTS = (1, 2)
boxes, accounts = st.sampled_from(BOXES), st.sampled_from(ACCOUNTS)
keywords = st.frozensets(st.sampled_from([SEEN, "$flagged", "work"]))
picks = st.integers(0, 30)
ranges = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 12)), max_size=3)
flags = st.frozensets(st.sampled_from([SEEN, "$flagged", DELETED]), max_size=2)


@dataclass
class Letter:
    """An email as a dictionary would keep it."""

    data: bytes
    size: int
    keywords: frozenset[str]
    places: dict[int, int] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)


class StoreAgainstDictionaries(RuleBasedStateMachine):
    """Each rule does the same to both; the invariants compare everything one can see."""

    @initialize()
    def begin(self) -> None:
        self.tx = MemoryTransaction()
        self.store = Store(Changes())
        self.fresh = False
        self.seen_flags: dict[tuple[int, int], tuple[dict[int, str], int]] = {}
        self.letters: dict[int, dict[int, Letter]] = {account: {} for account in ACCOUNTS}
        self.uidnext = {(account, box): 1 for account in ACCOUNTS for box in BOXES}
        self.modseqs = dict.fromkeys(ACCOUNTS, 1)
        for account in ACCOUNTS:
            store.create_account(self.tx, account, 1.8e9, QUOTA)

    def used(self, account: int) -> int:
        return sum(letter.size for letter in self.letters[account].values())

    def next_uid(self, account: int, box: int) -> int:
        self.uidnext[account, box] += 1
        return self.uidnext[account, box] - 1

    def pick(self, account: int, number: int) -> int | None:
        ids = sorted(self.letters[account])
        return ids[number % len(ids)] if ids else None

    @rule(account=accounts, box=boxes, data=st.binary(max_size=2), words=keywords, extra=picks)
    def add(self, account: int, box: int, data: bytes, words: frozenset[str], extra: int) -> None:
        size = len(data) + 10 * extra
        blob = blobs.inline(data)
        email = NewEmail(Content(blob.id, size), 1.0, None, "", (), "", "t", words)
        try:
            added = self.store.add(self.tx, account, box, email)
        except OverQuota:
            assert self.used(account) >= QUOTA
            return
        assert self.used(account) < QUOTA
        blobs.put(self.tx, blob)
        uid = self.next_uid(account, box)
        assert added.uid == uid and added.email_id not in self.letters[account]
        self.letters[account][added.email_id] = Letter(data, size, words, {box: uid})

    @rule(account=accounts, box=boxes, number=picks)
    def place(self, account: int, box: int, number: int) -> None:
        email_id = self.pick(account, number)
        if email_id is None:
            return
        letter = self.letters[account][email_id]
        uid = self.store.place(self.tx, account, email_id, box)
        if box not in letter.places:
            letter.places[box] = self.next_uid(account, box)
        assert uid == letter.places[box]

    @rule(account=accounts, box=boxes, uids=st.lists(st.integers(1, 12), max_size=4))
    def expunge(self, account: int, box: int, uids: list[int]) -> None:
        there = {letter.places.get(box) for letter in self.letters[account].values()}
        gone = self.store.expunge(self.tx, account, box, uids)
        assert {one.uid for one in gone} == there & set(uids)
        for one in gone:
            letter = self.letters[account][one.email_id]
            del letter.places[box]
            letter.deleted.discard(box)
            assert one.gone == (not letter.places)
            if one.gone:
                del self.letters[account][one.email_id]

    @rule(account=accounts, number=picks, add=keywords, remove=keywords)
    def set_keywords(
        self, account: int, number: int, add: frozenset[str], remove: frozenset[str]
    ) -> None:
        email_id = self.pick(account, number)
        if email_id is None:
            return
        letter = self.letters[account][email_id]
        letter.keywords = (letter.keywords - remove) | add
        got = self.store.set_keywords(self.tx, account, email_id, add=add, remove=remove)
        assert got == letter.keywords

    def inside(self, account: int, box: int, spans: list[tuple[int, int]]) -> dict[int, Letter]:
        """The messages of a mailbox with UIDs in these spans, by UID."""
        return {
            uid: letter
            for letter in self.letters[account].values()
            if (uid := letter.places.get(box)) and any(low <= uid <= high for low, high in spans)
        }

    @rule(
        account=accounts, box=boxes, spans=ranges, words=flags,
        mode=st.sampled_from(["add", "remove", "replace"]),
    )  # fmt: skip
    def store_flags(
        self, account: int, box: int, spans: list[tuple[int, int]], words: frozenset[str],
        mode: store.Mode,
    ) -> None:  # fmt: skip
        changed = set()
        for uid, letter in self.inside(account, box, spans).items():
            old = letter.keywords | ({DELETED} if box in letter.deleted else set())
            new = {"add": old | words, "remove": old - words, "replace": words}[mode]
            letter.keywords = new - {DELETED}
            (letter.deleted.add if DELETED in new else letter.deleted.discard)(box)
            changed |= {uid} if new != old else set()
        done = self.store.store_flags(self.tx, account, box, spans, mode, words)
        assert {uid for uid, _, _ in done.changed} == changed and done.failed == []

    @rule(account=accounts, box=boxes, into=boxes, spans=ranges, moved=st.booleans())
    def copy_or_move(
        self, account: int, box: int, into: int, spans: list[tuple[int, int]], moved: bool
    ) -> None:
        found = sorted(self.inside(account, box, spans).items())
        action = self.store.move if moved else self.store.copy
        try:
            done = action(self.tx, account, box, spans, into, now=2.0)
        except OverQuota:
            assert self.used(account) >= QUOTA and not moved
            return
        assert done.source == [uid for uid, _ in found]
        shown = [(letter, box in letter.deleted) for _, letter in found]
        for letter, _ in shown if moved else ():
            del letter.places[box]
            letter.deleted.discard(box)
        for uid, (letter, deleted) in zip(done.target, shown, strict=True):
            assert uid == self.next_uid(account, into)
            self.enter(account, into, uid, letter, deleted)

    def enter(self, account: int, box: int, uid: int, letter: Letter, deleted: bool) -> None:
        """The letter is in one more mailbox; a second time in one it is another letter."""
        if box in letter.places:
            (row,) = store.rows(self.tx, account, box, [(uid, uid)])
            letter = Letter(letter.data, letter.size, letter.keywords)
            assert row.email_id not in self.letters[account] and row.origin != row.email_id
            self.letters[account][row.email_id] = letter
        letter.places[box] = uid
        if deleted:
            letter.deleted.add(box)

    @rule(account=accounts, box=boxes)
    def expunge_deleted(self, account: int, box: int) -> None:
        marked = [
            letter.places[box] for letter in self.letters[account].values() if box in letter.deleted
        ]
        uids = store.deleted_uids(self.tx, account, box, store.EVERYTHING)
        assert uids == sorted(marked)
        self.expunge(account, box, uids)
        assert self.store.expunge_deleted(self.tx, account, box) == []

    @invariant()
    def what_a_mailbox_shows_is_what_its_emails_are(self) -> None:
        for account in ACCOUNTS:
            for box in BOXES:
                inside = self.inside(account, box, [(1, 10_000)])
                assert list(store.uids(self.tx, account, box)) == sorted(inside)
                shown = {
                    uid: " ".join(sorted(x.keywords | ({DELETED} if box in x.deleted else set())))
                    for uid, x in inside.items()
                }
                rows = store.rows(self.tx, account, box, store.EVERYTHING)
                assert {row.uid: row.keywords for row in rows} == shown
                assert all(row.size == inside[row.uid].size for row in rows)
                unseen = [uid for uid in sorted(inside) if SEEN not in inside[uid].keywords]
                first = store.first_unseen(self.tx, account, box)
                assert first == (unseen[0] if unseen else None)

    @invariant()
    def what_changed_since_is_what_flags_differ(self) -> None:
        for account in ACCOUNTS:
            for box in BOXES:
                before, at = self.seen_flags.get((account, box), ({}, 0))
                now = store.flags(self.tx, account, box, store.EVERYTHING)
                news = store.changed_since(self.tx, account, box, at)
                gone = store.vanished_since(self.tx, account, box, at)
                after = {uid: before[uid] for uid in before.keys() - set(gone or ())}
                after |= {uid: words for uid, _, words in news}
                assert after == {uid: words for uid, _, words in now}
                if self.fresh:
                    self.seen_flags[account, box] = (after, store.modseq(self.tx, account))
        self.fresh = False

    @rule()
    def next_unit(self) -> None:
        self.tx = self.tx.fresh()
        self.fresh = True

    @invariant()
    def mailboxes_count_what_is_in_them(self) -> None:
        for account in ACCOUNTS:
            for box in BOXES:
                inside = [x for x in self.letters[account].values() if box in x.places]
                kept = store.mailbox(self.tx, account, box)
                assert kept.messages == len(inside)
                assert kept.octets == sum(letter.size for letter in inside)
                assert kept.unseen == sum(SEEN not in letter.keywords for letter in inside)
                assert kept.deleted == sum(box in letter.deleted for letter in inside)
                assert kept.uidnext == self.uidnext[account, box]

    @invariant()
    def listings_and_emails_are_the_same(self) -> None:
        for account, letters in self.letters.items():
            assert store.quota(self.tx, account).used_bytes == self.used(account)
            for email_id, letter in letters.items():
                kept = store.email(self.tx, account, email_id)
                assert (kept.keywords, kept.placements) == (letter.keywords, letter.places)
            for box in BOXES:
                listed = {(m.uid, m.email_id) for m in store.listing(self.tx, account, box)}
                assert listed == {
                    (x.places[box], number) for number, x in letters.items() if box in x.places
                }

    @invariant()
    def blobs_have_one_reference_for_each_email(self) -> None:
        wanted: dict[bytes, int] = {}
        for letters in self.letters.values():
            for letter in letters.values():
                digest = blobs.inline(letter.data).id
                wanted[digest] = wanted.get(digest, 0) + 1
        kept = dict(self.tx.execute("SELECT id, refs FROM blob WHERE refs > 0"))
        assert kept == wanted

    @invariant()
    def modseqs_only_grow_and_the_list_ends_with_them(self) -> None:
        for account in ACCOUNTS:
            now = store.modseq(self.tx, account)
            assert now >= self.modseqs[account]
            self.modseqs[account] = now
            listed = [(c.modseq, c.step) for c in store.changes(self.tx, account, 0, 10_000)]
            assert listed == sorted(set(listed)) and all(m <= now for m, _ in listed)


TestStore = StoreAgainstDictionaries.TestCase
TestStore.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
