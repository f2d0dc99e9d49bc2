"""Emails are filed, placed, read and removed, and everything is counted."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import store
from postroad.store import Expunged, NoSuchAccount, NoSuchEmail, NoSuchMailbox, OverQuota, Quota

ANN, BEN, INBOX, ARCHIVE = 1, 2, 1, 6


def test_uids_and_ids_count_up_in_each_mailbox_and_account(desk: Any) -> None:
    added = [desk.file(), desk.file(), desk.file(mailbox=ARCHIVE), desk.file(account=BEN)]
    assert [(a.email_id, a.uid) for a in added] == [(1, 1), (2, 2), (3, 1), (1, 1)]


def test_a_mailbox_counts_messages_unseen_and_octets(desk: Any) -> None:
    desk.file(size=100)
    desk.file(size=50, keywords=frozenset({"$Seen"}))
    box = desk.inbox()
    assert (box.messages, box.unseen, box.octets, box.uidnext) == (2, 1, 150, 3)


def test_a_listing_has_every_message_by_uid_with_the_size_a_reader_sees(desk: Any) -> None:
    first, second = desk.file(size=10), desk.file(size=20)
    listed = store.listing(desk.tx, ANN, INBOX)
    assert [(m.uid, m.email_id, m.size) for m in listed] == [
        (first.uid, first.email_id, 10),
        (second.uid, second.email_id, 20),
    ]


def test_an_expunged_email_gives_back_its_blob_and_its_share_of_the_quota(desk: Any) -> None:
    desk.file(size=100)
    kept = desk.file(size=30)
    gone = desk.store.expunge(desk.tx, ANN, INBOX, [1, 1, 77])
    assert gone == [Expunged(1, 1, "trace1", gone=True)]
    assert desk.blob_refs() == [0, 1]
    assert store.quota(desk.tx, ANN) == Quota(30, 1, None)
    assert [m.uid for m in store.listing(desk.tx, ANN, INBOX)] == [kept.uid]
    with pytest.raises(NoSuchEmail):
        store.content(desk.tx, ANN, 1)


def test_a_uid_is_never_used_again(desk: Any) -> None:
    desk.file()
    desk.store.expunge(desk.tx, ANN, INBOX, [1])
    assert desk.file().uid == 2


def test_an_email_in_two_mailboxes_stays_until_it_has_left_both(desk: Any) -> None:
    added = desk.file(size=100)
    uid = desk.store.place(desk.tx, ANN, added.email_id, ARCHIVE)
    assert store.email(desk.tx, ANN, added.email_id).placements == {INBOX: 1, ARCHIVE: uid}
    first = desk.store.expunge(desk.tx, ANN, INBOX, [1])
    assert not first[0].gone and store.quota(desk.tx, ANN).used_bytes == 100
    last = desk.store.expunge(desk.tx, ANN, ARCHIVE, [uid])
    assert last[0].gone and desk.blob_refs() == [0]


def test_placing_an_email_where_it_is_changes_nothing(desk: Any) -> None:
    added = desk.file()
    assert desk.store.place(desk.tx, ANN, added.email_id, INBOX) == added.uid
    assert desk.inbox().messages == 1


def test_accounts_share_a_blob_and_nothing_else(desk: Any) -> None:
    desk.file(account=ANN, data=b"to both")
    desk.file(account=BEN, data=b"to both")
    assert desk.blob_refs() == [2]
    desk.store.expunge(desk.tx, ANN, INBOX, [1])
    assert desk.blob_refs() == [1] and desk.inbox(BEN).messages == 1


def test_an_account_passes_its_quota_by_one_message_at_most(desk: Any) -> None:
    store.set_quota(desk.tx, ANN, 250)
    for _ in range(3):
        desk.file(size=100)
    with pytest.raises(OverQuota, match="300 of 250") as caught:
        desk.file(size=1)
    assert (caught.value.used, caught.value.limit) == (300, 250)
    desk.store.expunge(desk.tx, ANN, INBOX, [1])
    assert desk.file(size=100).uid == 4


def test_a_message_that_is_refused_changes_nothing_even_if_the_unit_goes_on(desk: Any) -> None:
    before = (store.quota(desk.tx, ANN), desk.inbox(), desk.changes())
    with pytest.raises(NoSuchMailbox):
        desk.file(mailbox=99)
    assert (store.quota(desk.tx, ANN), desk.inbox(), desk.changes()) == before


def test_what_is_not_there_is_named(desk: Any) -> None:
    with pytest.raises(NoSuchAccount):
        desk.file(account=99)
    with pytest.raises(NoSuchMailbox):
        desk.store.expunge(desk.tx, ANN, 99, [1])
    with pytest.raises(NoSuchEmail):
        desk.store.place(desk.tx, ANN, 99, INBOX)
    with pytest.raises(NoSuchAccount):
        store.set_quota(desk.tx, 99, 1)


def test_a_deleted_account_leaves_no_row_and_no_reference(desk: Any) -> None:
    desk.file(data=b"to both")
    desk.file(data=b"mine")
    desk.file(account=BEN, data=b"to both")
    store.delete_account(desk.tx, ANN)
    assert desk.blob_refs() == [1, 0]
    tables = ("store_account", "mailbox", "email", "placement", "thread_link", "change")
    for table in tables:
        assert desk.tx.execute(f"SELECT count(*) FROM {table} WHERE account = ?", (ANN,)) == [(0,)]
    assert len(store.listing(desk.tx, BEN, INBOX)) == 1


def test_an_account_is_made_once(desk: Any) -> None:
    with pytest.raises(store.StoreError):
        store.create_account(desk.tx, ANN, 1.0)
