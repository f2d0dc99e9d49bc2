"""A mailbox as IMAP reads and changes it: rows, flags, copies, moves, what changed since."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import store
from postroad.store import (
    DELETED,
    EVERYTHING,
    BadKeyword,
    Copied,
    MailboxKept,
    NoSuchMailbox,
    OverQuota,
    _since,
)
from postroad.store._spans import merged, of_numbers

ANN, INBOX, SENT, ARCHIVE = 1, 1, 3, 6
ALL = [(1, 99)]


def shown(desk: Any, mailbox: int = INBOX) -> dict[int, str]:
    return {uid: words for uid, _, words in store.flags(desk.tx, ANN, mailbox, EVERYTHING)}


@pytest.fixture
def three(desk: Any) -> Any:
    """A desk with three messages in INBOX, in a unit of work of its own."""
    for size in (10, 20, 30):
        desk.file(size=size, sent=5.0)
    desk.end_unit()
    return desk


@pytest.mark.parametrize(
    ("ranges", "spans"),
    [
        ([], []),
        ([(5, 9), (1, 2)], [(1, 2), (5, 9)]),
        ([(1, 4), (3, 9), (10, 12), (20, 20)], [(1, 12), (20, 20)]),
        ([(1, 9), (2, 3)], [(1, 9)]),
        ([(4, 2)], []),
    ],
)
def test_ranges_in_any_order_become_ascending_spans(ranges: Any, spans: Any) -> None:
    assert merged(ranges) == spans


def test_numbers_become_the_fewest_spans_that_hold_exactly_them() -> None:
    assert of_numbers([3, 1, 2, 9, 9, 7]) == [(1, 3), (7, 7), (9, 9)] and of_numbers([]) == []
    assert of_numbers([0, 1]) == [(0, 1)]


def test_uids_are_all_there_with_and_without_gaps(three: Any) -> None:
    assert list(store.uids(three.tx, ANN, INBOX)) == [1, 2, 3]
    three.store.expunge(three.tx, ANN, INBOX, [2])
    assert list(store.uids(three.tx, ANN, INBOX)) == [1, 3]
    three.store.expunge(three.tx, ANN, INBOX, [1, 3])
    assert list(store.uids(three.tx, ANN, INBOX)) == []
    with pytest.raises(NoSuchMailbox):
        store.uids(three.tx, ANN, 99)


def test_rows_tell_what_a_mailbox_shows_of_a_message(three: Any) -> None:
    first, second = store.rows(three.tx, ANN, INBOX, [(3, 3), (1, 1)])
    assert (first.uid, first.email_id, first.origin, first.size) == (1, 1, 1, 10)
    assert (first.received, first.sent, first.saved) == (1_800_000_001.0, 5.0, 1_800_000_001.0)
    assert (second.uid, second.thread_id, second.keywords, second.modseq) == (3, 3, "", 2)
    assert [row.uid for row in store.rows(three.tx, ANN, INBOX, [(1, 1), (2, 9)], 2)] == [1, 2]


def test_an_appended_message_has_its_flags_and_says_when_it_was_saved(desk: Any) -> None:
    desk.file(keywords=frozenset({"$Flagged", DELETED}), saved=7.0)
    (row,) = store.rows(desk.tx, ANN, INBOX, ALL)
    assert (row.keywords, row.saved) == ("$deleted $flagged", 7.0)
    assert desk.inbox().deleted == 1
    assert store.email(desk.tx, ANN, 1).keywords == {"$flagged"}


def test_flags_are_added_removed_and_replaced(three: Any) -> None:
    change = three.store.store_flags
    change(three.tx, ANN, INBOX, [(1, 2)], "add", {"$seen", "Work"})
    change(three.tx, ANN, INBOX, [(2, 3)], "replace", {"$flagged"})
    change(three.tx, ANN, INBOX, [(1, 3)], "remove", {"work"})
    assert shown(three) == {1: "$seen", 2: "$flagged", 3: "$flagged"}
    assert store.email(three.tx, ANN, 2).keywords == {"$flagged"}
    assert three.inbox().unseen == 2


def test_a_store_names_what_it_changed_and_nothing_else(three: Any) -> None:
    three.store.store_flags(three.tx, ANN, INBOX, [(2, 2)], "add", {"$seen"})
    three.end_unit()
    done = three.store.store_flags(three.tx, ANN, INBOX, ALL, "add", {"$seen"})
    assert done.changed == [(1, 4, "$seen"), (3, 4, "$seen")] and done.failed == []
    assert store.flags(three.tx, ANN, INBOX, ALL) == [
        (1, 4, "$seen"), (2, 3, "$seen"), (3, 4, "$seen"),
    ]  # fmt: skip
    assert three.changes(3) == [("keywords", INBOX, 1), ("keywords", INBOX, 3)]


def test_a_store_that_changes_nothing_leaves_the_modseq_and_tells_nobody(
    three: Any, told: list[int]
) -> None:
    done = three.store.store_flags(three.tx, ANN, INBOX, ALL, "remove", {"$seen"})
    three.end_unit()
    assert done.changed == [] and told == [] and store.modseq(three.tx, ANN) == 2


def test_what_changed_after_a_modseq_is_left_alone_and_named(three: Any) -> None:
    three.store.store_flags(three.tx, ANN, INBOX, [(2, 2)], "add", {"work"})
    three.end_unit()
    done = three.store.store_flags(
        three.tx, ANN, INBOX, [(1, 3)], "add", {"$seen"}, unchanged_since=2
    )
    assert ([uid for uid, _, _ in done.changed], done.failed) == ([1, 3], [2])
    assert shown(three)[2] == "work"


def test_keywords_that_nobody_can_say_are_refused_before_anything_changes(three: Any) -> None:
    with pytest.raises(BadKeyword):
        three.store.store_flags(three.tx, ANN, INBOX, ALL, "add", {"$seen", "a b"})
    many = {f"k{number}" for number in range(99)}
    three.store.store_flags(three.tx, ANN, INBOX, [(3, 3)], "add", many)
    with pytest.raises(BadKeyword):
        three.store.store_flags(three.tx, ANN, INBOX, ALL, "add", {"one", "two"})
    assert shown(three)[1] == ""


def test_a_message_in_two_mailboxes_is_deleted_in_one_and_seen_in_both(three: Any) -> None:
    three.store.copy(three.tx, ANN, INBOX, [(1, 2)], ARCHIVE, now=1.0)
    three.store.store_flags(three.tx, ANN, ARCHIVE, [(2, 2)], "add", {"$deleted"})
    three.store.store_flags(three.tx, ANN, INBOX, ALL, "replace", {"$seen", "$deleted"})
    assert shown(three) == dict.fromkeys((1, 2, 3), "$deleted $seen")
    assert shown(three, ARCHIVE) == {1: "$seen", 2: "$deleted $seen"}
    three.store.set_keywords(three.tx, ANN, 2, add={"$flagged"}, remove={"$seen"})
    assert shown(three, ARCHIVE) == {1: "$seen", 2: "$deleted $flagged"}
    box = store.mailbox(three.tx, ANN, ARCHIVE)
    assert (box.unseen, box.deleted, three.inbox().unseen, three.inbox().deleted) == (1, 1, 1, 3)


def test_jmap_cannot_say_deleted(three: Any) -> None:
    with pytest.raises(BadKeyword):
        three.store.set_keywords(three.tx, ANN, 1, add={"$Deleted"})


def test_what_is_marked_goes_and_nothing_else(three: Any) -> None:
    three.store.store_flags(three.tx, ANN, INBOX, [(1, 1), (3, 3)], "add", {"$deleted"})
    assert store.deleted_uids(three.tx, ANN, INBOX, ALL) == [1, 3]
    gone = three.store.expunge_deleted(three.tx, ANN, INBOX, [(2, 9)])
    assert [(one.uid, one.trace) for one in gone] == [(3, "trace3")]
    assert [one.uid for one in three.store.expunge_deleted(three.tx, ANN, INBOX)] == [1]
    assert three.store.expunge_deleted(three.tx, ANN, INBOX) == []
    assert three.inbox().deleted == 0 and shown(three) == {2: ""}


def test_the_first_unseen_is_found(three: Any) -> None:
    three.store.store_flags(three.tx, ANN, INBOX, [(1, 1)], "add", {"$seen"})
    three.store.store_flags(three.tx, ANN, INBOX, [(2, 2)], "add", {"$seen-by-me"})
    assert store.first_unseen(three.tx, ANN, INBOX) == 2
    three.store.store_flags(three.tx, ANN, INBOX, ALL, "add", {"$seen"})
    assert store.first_unseen(three.tx, ANN, INBOX) is None


def test_a_copy_is_the_same_email_in_another_mailbox(three: Any) -> None:
    three.store.store_flags(three.tx, ANN, INBOX, [(3, 3)], "add", {"$seen"})
    done = three.store.copy(three.tx, ANN, INBOX, [(3, 9), (1, 1)], ARCHIVE, now=77.0)
    box = store.mailbox(three.tx, ANN, ARCHIVE)
    assert done == Copied(box.uidvalidity, [1, 3], [1, 2])
    rows = store.rows(three.tx, ANN, ARCHIVE, ALL)
    assert [(row.email_id, row.saved, row.keywords) for row in rows] == [
        (1, 77.0, ""), (3, 77.0, "$seen"),
    ]  # fmt: skip
    assert (box.messages, box.unseen, box.octets, box.uidnext) == (2, 1, 40, 3)
    assert three.blob_refs() == [1, 1, 1]


def test_a_copy_within_its_mailbox_is_an_email_with_the_same_bytes(three: Any) -> None:
    done = three.store.copy(three.tx, ANN, INBOX, [(2, 3)], INBOX, now=1.0)
    assert (done.source, done.target) == ([2, 3], [4, 5])
    fourth, fifth = store.rows(three.tx, ANN, INBOX, [(4, 5)])
    assert (fourth.email_id, fourth.origin, fifth.origin) == (4, 2, 3)
    assert three.blob_refs() == [1, 2, 2]
    assert store.quota(three.tx, ANN).used_bytes == 110
    three.store.store_flags(three.tx, ANN, INBOX, [(4, 4)], "add", {"$seen"})
    assert shown(three) == {1: "", 2: "", 3: "", 4: "$seen", 5: ""}
    assert three.store.place(three.tx, ANN, 4, ARCHIVE) == 1
    assert store.rows(three.tx, ANN, ARCHIVE, ALL)[0].origin == 2


def test_a_copied_thread_is_left_only_by_its_last_email(three: Any) -> None:
    three.store.copy(three.tx, ANN, INBOX, [(1, 1)], INBOX, now=1.0)
    for uid in (1, 4):
        assert three.tx.execute("SELECT count(*) FROM thread_link WHERE thread = 1") == [(1,)]
        three.store.expunge(three.tx, ANN, INBOX, [uid])
    assert three.tx.execute("SELECT count(*) FROM thread_link WHERE thread = 1") == [(0,)]


def test_a_second_copy_beyond_the_quota_is_refused_whole(three: Any) -> None:
    store.set_quota(three.tx, ANN, 50)
    before = three.inbox()
    with pytest.raises(OverQuota):
        three.store.copy(three.tx, ANN, INBOX, ALL, INBOX, now=1.0)
    assert three.inbox() == before and three.blob_refs() == [1, 1, 1]
    assert three.store.copy(three.tx, ANN, INBOX, ALL, ARCHIVE, now=1.0).target == [1, 2, 3]


def test_a_moved_message_keeps_its_email_and_everything_about_it(three: Any) -> None:
    three.store.store_flags(three.tx, ANN, INBOX, [(2, 2)], "add", {"$deleted", "work"})
    three.end_unit()
    done = three.store.move(three.tx, ANN, INBOX, [(2, 3)], ARCHIVE, now=9.0)
    assert (done.source, done.target) == ([2, 3], [1, 2])
    assert shown(three) == {1: ""} and shown(three, ARCHIVE) == {1: "$deleted work", 2: ""}
    assert store.email(three.tx, ANN, 2).placements == {ARCHIVE: 1}
    assert (three.inbox().messages, three.inbox().deleted) == (1, 0)
    assert store.quota(three.tx, ANN).used_messages == 3 and three.blob_refs() == [1, 1, 1]
    kinds = [kind for kind, _, _ in three.changes(3)]
    assert kinds == ["placed", "placed", "removed", "removed"]


def test_a_message_moved_to_its_own_mailbox_gets_a_new_uid(three: Any) -> None:
    done = three.store.move(three.tx, ANN, INBOX, [(1, 1)], INBOX, now=1.0)
    assert done.target == [4] and sorted(shown(three)) == [2, 3, 4]
    assert store.email(three.tx, ANN, 1).placements == {INBOX: 4}


def test_a_message_moved_to_where_its_email_is_becomes_a_second_one(three: Any) -> None:
    three.store.copy(three.tx, ANN, INBOX, [(1, 1)], ARCHIVE, now=1.0)
    store.set_quota(three.tx, ANN, 1)
    done = three.store.move(three.tx, ANN, INBOX, [(1, 1)], ARCHIVE, now=1.0)
    assert done.target == [2] and sorted(shown(three)) == [2, 3]
    assert [row.origin for row in store.rows(three.tx, ANN, ARCHIVE, ALL)] == [1, 1]


def test_copies_of_nothing_and_to_nowhere(three: Any) -> None:
    assert three.store.copy(three.tx, ANN, INBOX, [(50, 60)], SENT, now=1.0).target == []
    for source, target in ((INBOX, 99), (99, INBOX)):
        for action in (three.store.copy, three.store.move):
            with pytest.raises(NoSuchMailbox):
                action(three.tx, ANN, source, ALL, target, now=1.0)
    assert three.inbox().messages == 3


@pytest.mark.parametrize("list_read", [_since.LIST_READ, 0])
def test_what_changed_and_what_vanished_since_a_modseq(
    three: Any, monkeypatch: pytest.MonkeyPatch, list_read: int
) -> None:
    monkeypatch.setattr(_since, "LIST_READ", list_read)
    three.store.store_flags(three.tx, ANN, INBOX, [(1, 2)], "add", {"$seen"})
    three.end_unit()
    three.store.expunge(three.tx, ANN, INBOX, [2])
    three.store.place(three.tx, ANN, 3, ARCHIVE)
    three.file()
    assert store.changed_since(three.tx, ANN, INBOX, 2) == [(1, 3, "$seen"), (4, 4, "")]
    assert store.changed_since(three.tx, ANN, INBOX, 2, up_to=3) == [(1, 3, "$seen")]
    assert store.vanished_since(three.tx, ANN, INBOX, 3) == [2]
    assert store.vanished_since(three.tx, ANN, INBOX, 4) == []


def test_what_the_list_forgot_is_not_invented(three: Any) -> None:
    three.store.expunge(three.tx, ANN, INBOX, [1])
    three.end_unit()
    three.file()
    assert store.prune_changes(three.tx, ANN, before=2) == 3
    assert store.prune_changes(three.tx, ANN, before=2) == 0
    assert store.vanished_since(three.tx, ANN, INBOX, 1) is None
    assert store.vanished_since(three.tx, ANN, INBOX, 2) == [1]
    assert [uid for uid, _, _ in store.changed_since(three.tx, ANN, INBOX, 1)] == [2, 3, 4]


def test_pruning_takes_whole_modseqs(three: Any) -> None:
    assert store.prune_changes(three.tx, ANN, before=99, limit=1) == 3


def test_names_are_subscribed_whether_or_not_there_is_such_a_mailbox(desk: Any) -> None:
    first = {"INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive"}
    assert store.subscribed(desk.tx, ANN) == first
    store.subscribe(desk.tx, ANN, "Plans/2026")
    store.subscribe(desk.tx, ANN, "Plans/2026")
    assert store.unsubscribe(desk.tx, ANN, "inbox") and not store.unsubscribe(desk.tx, ANN, "x")
    assert store.subscribed(desk.tx, ANN) == first - {"INBOX"} | {"Plans/2026"}
    with pytest.raises(store.BadMailboxName):
        store.subscribe(desk.tx, ANN, "x" * 3_000)


def test_a_mailbox_goes_with_its_messages_when_asked(three: Any) -> None:
    plans = three.store.create_mailbox(three.tx, ANN, "Plans")
    three.file(mailbox=plans.id)
    three.store.copy(three.tx, ANN, INBOX, [(1, 1)], plans.id, now=1.0)
    with pytest.raises(MailboxKept):
        three.store.delete_mailbox(three.tx, ANN, plans.id)
    three.store.delete_mailbox(three.tx, ANN, plans.id, with_messages=True)
    assert three.blob_refs() == [1, 1, 1, 0] and three.inbox().messages == 3
    with pytest.raises(MailboxKept):
        three.store.delete_mailbox(three.tx, ANN, INBOX, with_messages=True)
    assert three.inbox().messages == 3
