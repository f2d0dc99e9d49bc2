"""Replies: what can be built, how it is written, how enhanced codes are read."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import Reply
from postroad.protocols.smtp.replies import split_enhanced


@pytest.mark.parametrize(
    ("reply", "octets"),
    [
        (Reply(250, "2.1.0", ("OK",)), b"250 2.1.0 OK\r\n"),
        (Reply(354, "", ("Go",)), b"354 Go\r\n"),
        (Reply(334, "", ("",)), b"334 \r\n"),
        (Reply(250, "", ("a", "b", "c")), b"250-a\r\n250-b\r\n250 c\r\n"),
        (Reply(550, "5.7.1", ("a", "b")), b"550-5.7.1 a\r\n550 5.7.1 b\r\n"),
        (Reply(550, "5.7.1", ("",)), b"550 5.7.1 \r\n"),
        (Reply(250, "2.0.0", ("für",)), b"250 2.0.0 f?r\r\n"),
    ],
)
def test_a_reply_is_written_line_by_line(reply: Reply, octets: bytes) -> None:
    assert reply.encode() == octets


@pytest.mark.parametrize(
    ("code", "enhanced", "lines"),
    [
        (199, "", ("x",)),
        (600, "", ("x",)),
        (250, "5.0.0", ("x",)),
        (550, "2.0.0", ("x",)),
        (354, "3.0.0", ("x",)),
        (550, "5.0", ("x",)),
        (550, "5.0.1000", ("x",)),
        (250, "2.0.0", ()),
        (250, "2.0.0", ("a\r\n250 b",)),
        (250, "2.0.0", ("a\nb",)),
        (250, "2.0.0", ("a\0",)),
    ],
)
def test_what_would_mislead_a_client_cannot_be_built(
    code: int, enhanced: str, lines: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Reply(code, enhanced, lines)


def test_any_text_becomes_lines_that_can_be_sent() -> None:
    reply = Reply.of(550, "5.7.1", "said: a\r\nb\0 " + "für immer " * 100)
    sent = reply.encode().split(b"\r\n")
    assert max(len(line) for line in sent) <= 510
    assert sent[0].startswith(b"550-5.7.1 said: a??b? f?r immer")
    assert Reply.of(250, "2.0.0", "").lines == ("",)


def test_a_reply_knows_what_it_means() -> None:
    kinds = [(r.positive, r.transient, r.permanent) for r in (reply(250), reply(451), reply(550))]
    assert kinds == [(True, False, False), (False, True, False), (False, False, True)]
    assert str(Reply(550, "5.1.1", ("No", "such"))) == "550 5.1.1 No such"


def reply(code: int) -> Reply:
    return Reply(code, "", ("x",))


@pytest.mark.parametrize(
    ("text", "enhanced", "rest"),
    [
        ("5.1.1 No such user", "5.1.1", "No such user"),
        ("5.1.1", "5.1.1", ""),
        ("5.1.1  two blanks", "5.1.1", " two blanks"),
        ("4.1.1 another class", "", "4.1.1 another class"),
        ("5.1 short", "", "5.1 short"),
        ("5.1.1.1 long", "", "5.1.1.1 long"),
        ("No such user", "", "No such user"),
        ("", "", ""),
    ],
)
def test_an_enhanced_code_is_found_or_left_in_the_text(text: str, enhanced: str, rest: str) -> None:
    assert split_enhanced(550, text) == (enhanced, rest)
