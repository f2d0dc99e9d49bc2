"""Whether an inner host knows a recipient: asked once, remembered for a while."""

from __future__ import annotations

import pytest

from postroad.border.outbound import CallOut
from postroad.border.outbound.verifier import (
    KNOWN_FOR,
    REMEMBERED,
    REMEMBERED_UNKNOWN,
    UNKNOWN_FOR,
)
from postroad.handoff import Reply
from postroad.testing import Clock
from postroad.testing.station import at_once

KNOWN, UNKNOWN, TROUBLE = (Reply(code, "", "") for code in (250, 550, 451))


class Inside:
    """Gives one reply, and counts the questions."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.asked: list[tuple[str, str]] = []
        self.clock = Clock()
        self.call_out = CallOut(self._ask, lambda address: "inner:25", self.clock)

    async def _ask(self, route: str, recipient: str) -> Reply:
        self.asked.append((route, recipient))
        return self.reply

    def verify(self, recipient: str = "pat@inner.test") -> int:
        return at_once(self.call_out.verify(recipient)).code


@pytest.mark.parametrize(
    ("reply", "kept"), [(KNOWN, KNOWN_FOR), (UNKNOWN, UNKNOWN_FOR), (TROUBLE, 0.0)]
)
def test_an_answer_is_believed_for_its_time(reply: Reply, kept: float) -> None:
    inside = Inside(reply)
    codes = [inside.verify() for _ in range(3)]
    assert codes == [reply.code] * 3 and len(inside.asked) == (1 if kept else 3)
    inside.clock.advance(kept)
    inside.verify()
    assert len(inside.asked) == (2 if kept else 4)


def test_who_is_known_stays_so_while_nobody_can_be_asked() -> None:
    inside = Inside(KNOWN)
    inside.verify()
    inside.reply = TROUBLE
    assert inside.verify() == 250 and inside.verify("new@inner.test") == 451


def test_who_was_unknown_can_become_known() -> None:
    inside = Inside(UNKNOWN)
    inside.verify()
    inside.reply = KNOWN
    inside.clock.advance(UNKNOWN_FOR)
    assert [inside.verify(), inside.verify()] == [250, 250] and len(inside.asked) == 2


def test_guesses_do_not_push_out_who_is_known() -> None:
    inside = Inside(KNOWN)
    inside.verify()
    inside.reply = UNKNOWN
    for number in range(REMEMBERED_UNKNOWN + 5):
        inside.verify(f"guess{number}@inner.test")
    inside.reply = TROUBLE
    assert inside.verify() == 250
    assert len(inside.call_out._unknown._replies) == REMEMBERED_UNKNOWN


def test_no_more_than_so_many_are_known_and_the_oldest_goes_first() -> None:
    inside = Inside(KNOWN)
    assert inside.call_out._known._most == REMEMBERED
    inside.call_out._known._most = 50
    for number in range(51):
        inside.verify(f"p{number}@inner.test")
    inside.reply = TROUBLE
    assert inside.verify("p1@inner.test") == 250 and inside.verify("p0@inner.test") == 451


def test_the_question_goes_to_the_route_of_the_recipient() -> None:
    inside = Inside(KNOWN)
    inside.verify()
    assert inside.asked == [("inner:25", "pat@inner.test")]
