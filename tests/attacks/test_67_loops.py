"""Attack 67, inside: whatever fails on its way, one message makes one notification at most.

RFC 5321 §6.1: a notification is never answered by another; §6.2: nobody innocent is told.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad import journey
from postroad.directory import set_catch_all
from postroad.handoff import Outcome, Report
from postroad.testing.loop import on_loop
from postroad.testing.station import GONE, LETTER, Town, at_once

PEOPLE = ("alice@alpha.test", "fay@alpha.test", "nobody@alpha.test", "team@alpha.test",
          "ring@alpha.test", "x@far.test", "postmaster")  # fmt: skip
outcomes = st.sampled_from([Outcome.FAILED, Outcome.DEFERRED, Outcome.RELAYED])


def town() -> Town:
    made = Town()
    made.account("alice@alpha.test")
    made.full("fay@alpha.test")
    made.alias("team@alpha.test", "fay@alpha.test", "nobody@alpha.test", "y@far.test")
    made.alias("ring@alpha.test", "wheel@alpha.test")
    made.alias("wheel@alpha.test", "ring@alpha.test", "z@far.test")
    return made


def run_dry(made: Town, end: Outcome) -> None:
    """Let every attempt end so, for fifteen days."""
    for _ in range(30):
        for claim in made.claims():
            whom = claim.envelope.recipients
            if claim.route == "(local)":
                at_once(made.settlement.file(claim))
            else:
                reports = [Report(r.address, end, GONE) for r in whom]
                at_once(made.settlement.settle(claim, reports))
        made.clock.advance(12 * 3600.0)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["", *PEOPLE]), st.lists(st.sampled_from(PEOPLE), min_size=1), outcomes)
def test_only_the_message_itself_is_told_of_and_the_queue_runs_empty(sender, whom, end) -> None:
    made = town()
    made.take(*whom, sender=sender)
    run_dry(made, end)
    for story in journey.recent(made.tx, 100):
        told = [event for event in story.events if getattr(event, "dsn_trace", "")]
        assert not told or (story.reverse_path == sender != "")
    assert made.waiting() == {} and (sender or made.rows()["journey"] <= 1)


def test_notifications_for_the_null_sender_are_never_made() -> None:
    made = town()
    for person in PEOPLE:
        made.take(person, sender="", raw=LETTER + person.encode() + b"\r\n")
    run_dry(made, Outcome.FAILED)
    assert not [e for e in made.events() if getattr(e, "dsn_trace", "")]


def test_a_catch_all_that_leads_back_does_not_turn_in_circles() -> None:
    made = town()
    set_catch_all(made.tx, "alpha.test", "lost@alpha.test")
    made.take("anybody@alpha.test", sender="somebody@alpha.test")
    assert made.rows()["journey"] == 2 and made.waiting() == {}


@on_loop
async def test_who_is_refused_at_rcpt_makes_no_mail_for_anybody() -> None:
    made = town()
    talk = await made.at_border()
    replies = await talk.envelope("innocent@far.test", "nobody@alpha.test", "v@far.test")
    assert all(reply.startswith("550") for reply in replies)
    assert (await talk.ask("DATA")).startswith("503") and made.waiting() == {}
    await made.close()
