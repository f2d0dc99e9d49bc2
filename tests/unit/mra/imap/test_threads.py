"""THREAD's algorithms over messages that refer to each other, or only seem to."""

from __future__ import annotations

import time

from postroad.mra.imap.threads import Item, conversations, ordered_subject, references, refs
from postroad.protocols.imap.responses import thread


def item(number: int, *above: str, subject: str = "s", reply: bool = False) -> Item:
    return Item(number, float(number), f"m{number}", above, subject, reply)


def shown(roots: list) -> bytes:  # type: ignore[type-arg]
    return thread(conversations(roots)).removeprefix(b"* THREAD").strip()


def test_answers_hang_below_what_they_answer() -> None:
    items = [item(1), item(2, "m1"), item(3, "m1", "m2"), item(4, "m1")]
    assert shown(references(items)) == b"(1 (2 3)(4))"


def test_answers_to_a_message_that_is_not_here_stay_together() -> None:
    assert shown(references([item(1, "m0"), item(2, "m0")])) == b"((1)(2))"


def test_subjects_join_what_references_do_not() -> None:
    items = [item(1), item(2, reply=True), item(3, subject="t")]
    assert shown(references(items)) == b"(1 2)(3)"
    assert shown(refs(items)) == b"(1)(2)(3)"


def test_messages_that_refer_to_each_other_make_no_circle() -> None:
    items = [item(1, "m2", subject="a"), item(2, "m1", subject="b"), item(3, "m3", subject="c")]
    told = shown(references(items))
    assert sorted(told.replace(b"(", b" ").replace(b")", b" ").split()) == [b"1", b"2", b"3"]


def test_one_message_id_twice_is_two_messages() -> None:
    items = [item(1, subject="a"), item(2, subject="b")._replace(message_id="m1")]
    assert shown(references(items)) == b"(1)(2)"


def test_refs_puts_the_thread_with_the_latest_message_last() -> None:
    items = [item(1), item(2, subject="t"), item(3, "m1")]
    assert shown(refs(items)) == b"(2)(1 3)"


def test_ordered_subject_knows_one_level() -> None:
    items = [item(1), item(2, subject="t"), item(3), item(4)]
    assert shown(ordered_subject(items)) == b"(1 (3)(4))(2)"


def test_a_chain_of_ten_thousand_answers_is_linear() -> None:
    items = [item(n, f"m{n - 1}") for n in range(2, 10_000)]
    since = time.process_time()
    assert shown(references([item(1), *items])).startswith(b"(1 2 3 4")
    assert time.process_time() - since < 2
