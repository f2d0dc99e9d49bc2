"""Base subjects and message identifiers."""

from __future__ import annotations

import pytest

from postroad.message import (
    base_subject,
    forward,
    parse_id,
    parse_ids,
    reply,
    scan,
    split_subject,
    thread_ids,
)

SUBJECTS = {
    "Re: hello": ("hello", True),
    "RE : hello": ("hello", True),
    "Re: Re[2]: [list] Fwd: hello (fwd)": ("hello", True),
    "[list] hello": ("hello", False),
    "[a] [b]": ("[b]", False),
    "[only]": ("[only]", False),
    "[Fwd: [x] hello]": ("hello", True),
    "[fwd: re: a] b": ("b", False),
    "hello (fwd) (fwd)": ("hello", True),
    "Re:": ("", True),
    "  a \t b  ": ("a b", False),
    "reading: x": ("reading: x", False),
    "": ("", False),
}


@pytest.mark.parametrize(("subject", "expected"), SUBJECTS.items())
def test_a_base_subject_is_found(subject: str, expected: tuple[str, bool]) -> None:
    assert split_subject(subject) == expected


def test_a_base_subject_is_a_fixed_point() -> None:
    assert all(base_subject(base_subject(s)) == base_subject(s) for s in SUBJECTS)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (b"<a@b> <c@d>", ("a@b", "c@d")),
        (b"<a@b>\t(comment) <c@d>", ("a@b", "c@d")),
        (b"<a @b><c@\r\n d>", ("a@b", "c@d")),
        (b"a@b, c@d", ("a@b", "c@d")),
        (b"Your message of Monday <x@y>", ("x@y",)),
        (b"", ()),
        (b"<>", ()),
    ],
)
def test_identifiers_are_read(value: bytes, ids: tuple[str, ...]) -> None:
    assert parse_ids(value) == ids


def test_a_message_id_without_brackets_is_its_first_word() -> None:
    assert parse_id(b"abc def") == "abc"
    assert parse_id(b"<a@b>") == "a@b"


def test_a_thread_is_its_references_then_itself() -> None:
    assert thread_ids(b"<1@a> <2@a> <1@a>", b"<9@a>", b"<3@a>") == ("1@a", "2@a", "3@a")
    assert thread_ids(b"", b"<2@a> <4@a>", b"<3@a>") == ("2@a", "3@a")


@pytest.mark.parametrize(
    ("subject", "answer", "forwarded"),
    [
        ("Plan", "Re: Plan", "Fwd: Plan"),
        ("RE : Re[2]: Plan", "Re: Plan", "Fwd: Plan"),
        ("AW: SV: Plan", "Re: Plan", "Fwd: Plan"),
        ("回复：Re: 计划", "Re: 计划", "Fwd: 计划"),
        ("転送: 計画", "Re: 転送: 計画", "Fwd: 計画"),
        ("[JIRA-7] Plan", "Re: [JIRA-7] Plan", "Fwd: [JIRA-7] Plan"),
        ("[list] Re: Plan", "Re: [list] Plan", "Fwd: [list] Plan"),
        ("Reminder: Plan", "Re: Reminder: Plan", "Fwd: Reminder: Plan"),
        ("Re:", "Re:", "Fwd:"),
        ("", "Re:", "Fwd:"),
    ],
)
def test_an_answer_has_one_prefix_and_keeps_its_ticket(
    subject: str, answer: str, forwarded: str
) -> None:
    message = scan(f"Subject: {subject}\n\n".encode())
    assert (reply(message).subject, forward(message).subject) == (answer, forwarded)
