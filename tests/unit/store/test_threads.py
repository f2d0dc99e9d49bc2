"""Conversations are found by message-ids and base subjects, in any order and any folder."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from postroad import store

ANN, SENT = 1, 3
ROOT, REPLY, LAST = "<root@a.test>", "<reply@b.test>", "<last@a.test>"


def letter(message_id: str, *references: str, subject: str = "The plan") -> dict[str, Any]:
    return {"message_id": message_id, "references": references, "subject": subject}


CONVERSATION = (
    letter(ROOT),
    letter(REPLY, ROOT, subject="Re: The plan"),
    letter(LAST, ROOT, REPLY, subject="RE: the  plan"),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_conversation_is_one_thread_in_whatever_order_it_arrives(
    desk: Any, order: tuple[int, ...]
) -> None:
    threads = {desk.file(**CONVERSATION[n]).thread_id for n in order}
    assert len(threads) == 1


def test_a_thread_has_the_id_of_its_first_email_and_lists_all_by_time(desk: Any) -> None:
    desk.file()
    ids = [desk.file(**one).email_id for one in CONVERSATION]
    assert desk.file(**CONVERSATION[1]).thread_id == ids[0]
    assert store.thread(desk.tx, ANN, ids[0]) == [*ids, ids[-1] + 1]


def test_our_own_answer_in_sent_is_of_the_thread(desk: Any) -> None:
    first = desk.file(**CONVERSATION[0])
    assert desk.file(mailbox=SENT, **CONVERSATION[1]).thread_id == first.thread_id


def test_an_answer_with_another_subject_begins_a_thread_of_its_own(desk: Any) -> None:
    first = desk.file(**CONVERSATION[0])
    other = desk.file(**letter(REPLY, ROOT, subject="Something else"))
    assert other.thread_id != first.thread_id


def test_the_same_subject_alone_makes_no_thread(desk: Any) -> None:
    assert desk.file(**letter("<a@x>")).thread_id != desk.file(**letter("<b@x>")).thread_id


def test_emails_without_any_message_id_are_alone(desk: Any) -> None:
    assert desk.file(**letter("")).thread_id != desk.file(**letter("")).thread_id


def test_two_answers_to_a_letter_that_never_came_are_one_thread(desk: Any) -> None:
    first = desk.file(**letter("<a@x>", "<never@x>"))
    assert desk.file(**letter("<b@x>", "<never@x>")).thread_id == first.thread_id


def test_threads_that_a_late_letter_joins_keep_their_ids(desk: Any) -> None:
    one, two = desk.file(**letter("<a@x>")), desk.file(**letter("<b@x>"))
    late = desk.file(**letter("<c@x>", "<b@x>", "<a@x>"))
    assert late.thread_id == min(one.thread_id, two.thread_id)
    assert store.email(desk.tx, ANN, two.email_id).thread_id == two.thread_id


def test_accounts_do_not_share_threads(desk: Any) -> None:
    desk.file()
    first = desk.file(account=1, **CONVERSATION[0])
    assert desk.file(account=2, **CONVERSATION[1]).thread_id != first.thread_id


def test_links_go_with_the_last_email_that_has_them(desk: Any) -> None:
    uids = [desk.file(**one).uid for one in CONVERSATION]
    desk.store.expunge(desk.tx, ANN, 1, uids[:2])
    assert desk.file(**CONVERSATION[1]).thread_id == 1
    desk.store.expunge(desk.tx, ANN, 1, [*uids, 4])
    assert desk.tx.execute("SELECT count(*) FROM thread_link") == [(0,)]


def test_ten_thousand_references_cost_no_more_than_a_few(desk: Any) -> None:
    many = tuple(f"<{n}@x>" for n in range(10_000))
    desk.file(**letter("<own@x>", *many))
    assert desk.tx.execute("SELECT count(*) FROM thread_link")[0][0] <= 32
    assert desk.file(**letter("<b@x>", many[0])).thread_id == 1
    assert desk.file(**letter("<c@x>", many[-1])).thread_id == 1
