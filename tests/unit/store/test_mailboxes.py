"""The tree of mailboxes: first ones, names, roles, moves."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import store
from postroad.store import BadMailboxName, MailboxExists, MailboxKept, NoSuchMailbox

ANN, INBOX = 1, 1


def test_an_account_begins_with_its_six_mailboxes(desk: Any) -> None:
    boxes = store.mailboxes(desk.tx, ANN)
    assert [(box.name, box.role) for box in boxes] == [
        ("INBOX", "inbox"),
        ("Drafts", "drafts"),
        ("Sent", "sent"),
        ("Junk", "junk"),
        ("Trash", "trash"),
        ("Archive", "archive"),
    ]
    assert store.mailbox_by_role(desk.tx, ANN, "junk").name == "Junk"


def test_a_role_that_nobody_has_is_named(desk: Any) -> None:
    with pytest.raises(NoSuchMailbox, match="important"):
        store.mailbox_by_role(desk.tx, ANN, "important")


def test_a_mailbox_is_made_below_another_and_moves_with_its_children(desk: Any) -> None:
    make = desk.store.create_mailbox
    plans = make(desk.tx, ANN, "Plans")
    year = make(desk.tx, ANN, "2026", plans.id)
    month = make(desk.tx, ANN, "May", year.id)
    moved = desk.store.rename_mailbox(desk.tx, ANN, year.id, "Old", parent=6)
    assert (moved.id, moved.name, moved.parent) == (year.id, "Old", 6)
    assert store.mailbox(desk.tx, ANN, month.id) == month


def test_uidvalidity_is_never_the_same_again(desk: Any) -> None:
    first = desk.store.create_mailbox(desk.tx, ANN, "Plans")
    desk.store.delete_mailbox(desk.tx, ANN, first.id)
    second = desk.store.create_mailbox(desk.tx, ANN, "Plans")
    assert second.uidvalidity > first.uidvalidity > store.mailbox(desk.tx, ANN, 1).uidvalidity
    assert second.id > first.id and second.uidvalidity < 2**32


@pytest.mark.parametrize("name", ["INBOX", "inbox", "Sent", "Cafe\u0301"])
def test_two_beside_each_other_do_not_have_the_same_name(desk: Any, name: str) -> None:
    desk.store.create_mailbox(desk.tx, ANN, "Café")
    with pytest.raises(MailboxExists):
        desk.store.create_mailbox(desk.tx, ANN, name)


def test_the_same_name_elsewhere_is_another_mailbox(desk: Any) -> None:
    assert desk.store.create_mailbox(desk.tx, ANN, "Sent", parent=6).parent == 6


@pytest.mark.parametrize(
    "bad",
    ["", " ", "a/b", "a\0b", "a\rb", "a\nb", "\x7f", "x" * 256, "汉" * 86, "\ud800", "\u2028"],
)
def test_names_that_no_protocol_can_say_are_refused(desk: Any, bad: str) -> None:
    with pytest.raises(BadMailboxName):
        desk.store.create_mailbox(desk.tx, ANN, bad)


@pytest.mark.parametrize("odd", ["..", "~root", "%2e%2e", "&Jjo-", "C:\\x", "計画", "a'b\"c;--"])
def test_names_that_look_like_paths_or_commands_are_only_names(desk: Any, odd: str) -> None:
    made = desk.store.create_mailbox(desk.tx, ANN, odd)
    assert store.mailbox(desk.tx, ANN, made.id).name == odd


def test_a_mailbox_does_not_move_below_itself(desk: Any) -> None:
    outer = desk.store.create_mailbox(desk.tx, ANN, "Outer")
    inner = desk.store.create_mailbox(desk.tx, ANN, "Inner", outer.id)
    with pytest.raises(MailboxKept):
        desk.store.rename_mailbox(desk.tx, ANN, outer.id, "Outer", inner.id)


def test_the_tree_has_a_bounded_depth(desk: Any) -> None:
    parent = 0
    with pytest.raises(BadMailboxName, match="deep"):
        for level in range(20):
            parent = desk.store.create_mailbox(desk.tx, ANN, f"level {level}", parent).id
    assert len(store.mailboxes(desk.tx, ANN)) == 6 + 11


def test_inbox_and_what_is_not_empty_stay(desk: Any) -> None:
    desk.file(mailbox=6)
    plans = desk.store.create_mailbox(desk.tx, ANN, "Plans")
    desk.store.create_mailbox(desk.tx, ANN, "2026", plans.id)
    for kept in (INBOX, 6, plans.id):
        with pytest.raises(MailboxKept):
            desk.store.delete_mailbox(desk.tx, ANN, kept)
    with pytest.raises(MailboxKept):
        desk.store.rename_mailbox(desk.tx, ANN, INBOX, "Other")


def test_what_is_not_there_is_named(desk: Any) -> None:
    for call in (desk.store.delete_mailbox, lambda *a: desk.store.rename_mailbox(*a, "X")):
        with pytest.raises(NoSuchMailbox):
            call(desk.tx, ANN, 99)
    with pytest.raises(NoSuchMailbox):
        desk.store.create_mailbox(desk.tx, ANN, "X", parent=99)
