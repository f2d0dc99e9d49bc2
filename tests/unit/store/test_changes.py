"""One unit of work, one modseq, one ordered list, one call to whoever watches."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import store

ANN, BEN, INBOX, ARCHIVE = 1, 2, 1, 6


def test_all_changes_of_one_unit_of_work_have_one_modseq(desk: Any) -> None:
    first = desk.file()
    second = desk.file()
    desk.store.set_keywords(desk.tx, ANN, first.email_id, add={"$flagged"})
    desk.store.expunge(desk.tx, ANN, INBOX, [second.uid])
    found = store.changes(desk.tx, ANN, 0, 100)
    assert {change.modseq for change in found} == {first.modseq} == {desk.inbox().modseq}
    assert [change.step for change in found] == [1, 2, 3, 4]


def test_the_next_unit_of_work_has_the_next_modseq(desk: Any) -> None:
    first = desk.file()
    desk.end_unit()
    assert desk.file().modseq == first.modseq + 1


def test_accounts_count_for_themselves_in_a_shared_unit_of_work(desk: Any) -> None:
    assert desk.file(account=ANN).modseq == desk.file(account=BEN).modseq == 2
    desk.end_unit()
    assert desk.file(account=ANN).modseq == 3
    assert store.modseq(desk.tx, BEN) == 2


def test_the_list_tells_every_kind_of_change_in_order(desk: Any) -> None:
    added = desk.file()
    desk.store.set_keywords(desk.tx, ANN, added.email_id, add={"$seen"})
    box = desk.store.create_mailbox(desk.tx, ANN, "Plans")
    uid = desk.store.place(desk.tx, ANN, added.email_id, box.id)
    desk.store.expunge(desk.tx, ANN, INBOX, [1])
    desk.store.rename_mailbox(desk.tx, ANN, box.id, "Old plans")
    desk.store.expunge(desk.tx, ANN, box.id, [uid])
    desk.store.delete_mailbox(desk.tx, ANN, box.id)
    kinds = "created keywords mailbox_made placed removed mailbox_renamed destroyed mailbox_deleted"
    assert [c[0] for c in desk.changes()] == [k.replace("_", " ") for k in kinds.split()]


def test_the_list_is_read_from_where_one_stopped(desk: Any) -> None:
    for _ in range(3):
        desk.file()
        desk.file()
        desk.end_unit()
    whole = store.changes(desk.tx, ANN, 0, 100)
    part, at = [], (0, store._turns.LAST_STEP)
    while more := store.changes(desk.tx, ANN, at[0], 4, since_step=at[1]):
        part += more
        at = (more[-1].modseq, more[-1].step)
    assert part == whole and len(whole) == 6


def test_keywords_of_an_email_touch_each_of_its_placements(desk: Any) -> None:
    added = desk.file()
    desk.store.place(desk.tx, ANN, added.email_id, ARCHIVE)
    desk.end_unit()
    desk.store.set_keywords(desk.tx, ANN, added.email_id, add={"$Seen"})
    rows = desk.tx.execute("SELECT mailbox, modseq FROM placement ORDER BY mailbox")
    assert rows == [(INBOX, added.modseq + 1), (ARCHIVE, added.modseq + 1)]
    boxes = [store.mailbox(desk.tx, ANN, box) for box in (INBOX, ARCHIVE)]
    assert [(box.unseen, box.modseq) for box in boxes] == [(0, added.modseq + 1)] * 2


def test_keywords_that_change_nothing_are_no_change(desk: Any) -> None:
    added = desk.file(keywords=frozenset({"$seen"}))
    got = desk.store.set_keywords(desk.tx, ANN, added.email_id, add={"$SEEN"}, remove={"$draft"})
    assert got == {"$seen"} and [kind for kind, *_ in desk.changes()] == ["created"]


@pytest.mark.parametrize("bad", ["", "two words", 'a"b', "a\\b", "a(b", "ä", "x" * 256, "a\r\n"])
def test_what_is_no_keyword_in_imap_or_jmap_is_refused(desk: Any, bad: str) -> None:
    added = desk.file()
    with pytest.raises(store.BadKeyword):
        desk.store.set_keywords(desk.tx, ANN, added.email_id, add={bad})


def test_a_watcher_is_told_once_for_each_unit_of_work_after_its_commit(
    desk: Any, told: list[int]
) -> None:
    desk.file()
    desk.file(account=BEN)
    added = desk.file()
    assert told == []
    desk.end_unit()
    assert told == [added.modseq]


def test_a_watcher_of_a_unit_that_failed_is_not_told(desk: Any, told: list[int]) -> None:
    def fails(tx: Any) -> None:
        desk.store.create_mailbox(tx, ANN, "Plans")
        raise LookupError

    with pytest.raises(LookupError):
        desk.tx.run(fails)
    desk.end_unit()
    assert told == []


def test_one_who_stops_watching_is_told_no_more_and_others_are(desk: Any, told: list[int]) -> None:
    other: list[int] = []
    stop = desk.hub.subscribe(ANN, other.append)
    stop()
    stop()
    desk.file()
    desk.end_unit()
    assert other == [] and len(told) == 1


def test_a_watcher_that_raises_does_not_keep_it_from_the_others(desk: Any, told: list[int]) -> None:
    desk.hub.subscribe(ANN, [].remove)
    heard: list[int] = []
    desk.hub.subscribe(ANN, heard.append)
    with pytest.raises(ExceptionGroup):
        desk.hub.notify(ANN, 7)
    assert told == heard == [7]
