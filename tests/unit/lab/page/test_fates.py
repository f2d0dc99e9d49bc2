"""What became of each recipient is read from the host that got furthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postroad.journey.events import (
    Accepted,
    Attempted,
    Checked,
    Discarded,
    Expanded,
    Filed,
    Notified,
)
from postroad.lab.page._merge import merge
from postroad.lab.page._story import Outcome, Record, State

if TYPE_CHECKING:
    from conftest import Writer

BOB = "bob@beta.test"
NAME = ("a@alpha.test", "Hello")


def outcomes(writer: Writer) -> tuple[Outcome, ...]:
    return merge(writer.records)[-1].outcomes


def filed(writer: Writer, account: str, recipient: str = BOB) -> Filed:
    return Filed(
        at=writer.noon,
        station="mda",
        recipient=recipient,
        account=account,
        mailbox="INBOX",
        uid=1,
        reason="",
    )


def test_the_mailbox_is_the_end_though_each_host_before_says_relayed(writer: Writer) -> None:
    writer.main_job(writer.noon, [BOB], name=NAME)
    (outcome,) = outcomes(writer)
    (fate,) = outcome.fates
    assert (fate.state, fate.place, fate.account) == (State.FILED, "INBOX", BOB)
    assert (fate.host, fate.read_by) == ("mail.beta.test", "POP3")


def test_unread_mail_is_filed_without_a_reader(writer: Writer) -> None:
    writer.main_job(writer.noon, [BOB], name=NAME, read=False)
    assert outcomes(writer)[0].fates[0].read_by == ""


def test_a_waiting_message_says_where_why_and_until_when(writer: Writer) -> None:
    writer.waiting(writer.noon)
    (fate,) = outcomes(writer)[0].fates
    assert (fate.state, fate.host) == (State.WAITING, "mx.alpha.test")
    assert fate.reason == "451 4.4.1 connection refused"
    assert fate.next_attempt == writer.noon + 3


def test_a_refusal_names_the_remotes_words_and_who_was_told(writer: Writer) -> None:
    writer.unknown_user(writer.noon)
    (fate,) = outcomes(writer)[0].fates
    assert (fate.state, fate.told) == (State.FAILED, "alice@alpha.test")
    assert fate.reason == "550 5.1.1 No such mailbox here" and fate.notice


def test_a_story_is_as_good_as_its_worst_recipient(writer: Writer) -> None:
    writer.main_job(writer.noon, [BOB], name=NAME)
    bad = writer.late(writer.noon + 1, "eve@beta.test", "mail.beta.test", 0.0)
    writer.hop(
        "mx.beta.test", writer.noon + 1, "alice@alpha.test", ["eve@beta.test"], bad, name=NAME
    )
    (story,) = merge(writer.records)
    assert [outcome.state for outcome in story.outcomes] == [State.FILED, State.WAITING]
    assert story.state is State.WAITING


def test_a_hand_over_to_a_stranger_is_the_last_that_is_known(writer: Writer) -> None:
    writer.hop(
        "mx.alpha.test",
        writer.noon,
        "alice@alpha.test",
        ["carol@elsewhere.test"],
        *writer.pass_on(writer.noon, ["carol@elsewhere.test"], "mx.elsewhere.test"),
        name=NAME,
    )
    (fate,) = outcomes(writer)[0].fates
    assert (fate.state, fate.place) == (State.HANDED_ON, "mx.elsewhere.test")


def test_an_alias_has_a_fate_for_each_mailbox_behind_it(writer: Writer) -> None:
    team, both = "team@beta.test", [BOB, "betty@beta.test"]
    expanded = Expanded(at=writer.noon, station="mda", recipient=team, by="alias", to=both)
    ends = [filed(writer, one, team) for one in both]
    writer.hop("mail.beta.test", writer.noon, "x@alpha.test", [team], expanded, *ends, name=NAME)
    (outcome,) = outcomes(writer)
    assert outcome.recipient == team
    assert [fate.account for fate in outcome.fates] == both


def test_an_alias_that_leads_elsewhere_is_followed_to_the_next_host(writer: Writer) -> None:
    away = "al@alpha.test"
    expanded = Expanded(at=writer.noon, station="mda", recipient=BOB, by="alias", to=[away])
    onward = writer.pass_on(writer.noon, [away], "mx.beta.test")
    writer.hop("mail.beta.test", writer.noon, "x@alpha.test", [BOB], expanded, *onward, name=NAME)
    end = filed(writer, away, away)
    writer.hop("mail.alpha.test", writer.noon + 1, "x@alpha.test", [away], end, name=NAME)
    (outcome,) = outcomes(writer)
    assert (outcome.recipient, [fate.account for fate in outcome.fates]) == (BOB, [away])


def test_an_alias_that_leads_to_itself_ends(writer: Writer) -> None:
    round_trip = [
        Expanded(at=writer.noon, station="mda", recipient=a, by="alias", to=[b])
        for a, b in ((BOB, "x@beta.test"), ("x@beta.test", BOB))
    ]
    writer.hop("mail.beta.test", writer.noon, "a@alpha.test", [BOB], *round_trip, name=NAME)
    assert outcomes(writer)[0].state is State.ON_ITS_WAY


def test_a_recipient_refused_at_the_door_is_known_by_its_notification(writer: Writer) -> None:
    told = Notified(
        at=writer.noon,
        station="mta",
        recipient=BOB,
        to="alice@alpha.test",
        dsn_trace="t",
        reason="failed: 550 5.1.1 No such mailbox here",
    )
    writer.hop("mail.beta.test", writer.noon, "alice@alpha.test", [BOB], told, name=NAME)
    (fate,) = outcomes(writer)[0].fates
    assert (fate.state, fate.reason) == (State.FAILED, "550 5.1.1 No such mailbox here")


def test_the_same_message_taken_twice_does_not_hide_the_mailbox(writer: Writer) -> None:
    writer.main_job(writer.noon, [BOB], name=NAME)
    again = Checked(
        at=writer.noon + 1,
        station="mta",
        recipient=BOB,
        check="duplicate",
        result="fail",
        reason="",
    )
    writer.hop("mail.beta.test", writer.noon + 1, "alice@alpha.test", [BOB], again, name=NAME)
    assert outcomes(writer)[0].state is State.FILED


def test_a_second_copy_for_one_mailbox_is_discarded_without_hiding_the_first(
    writer: Writer,
) -> None:
    twice = Discarded(at=writer.noon, station="mda", recipient=BOB, reason="has it")
    end = filed(writer, BOB)
    writer.hop("mail.beta.test", writer.noon, "a@alpha.test", [BOB], end, twice, name=NAME)
    (fate,) = outcomes(writer)[0].fates
    assert fate.state is State.FILED


DELIVERED = {"station": "mta", "remote": "", "outcome": "delivered", "code": 250, "text": "Filed"}


def test_a_full_mailbox_that_was_filed_later_is_filed_once(writer: Writer) -> None:
    queued = writer.pass_on(writer.noon, [BOB], "x")[0]
    late = writer.late(writer.noon + 1, BOB, "", writer.noon + 2)
    done = Attempted(at=writer.noon + 2, recipient=BOB, **DELIVERED)
    events = (queued, late, filed(writer, BOB), done)
    writer.hop("mail.beta.test", writer.noon, "a@alpha.test", [BOB], *events, name=NAME)
    (fate,) = outcomes(writer)[0].fates
    assert (fate.state, fate.place) == (State.FILED, "INBOX")


def test_addresses_are_compared_without_case(writer: Writer) -> None:
    end = filed(writer, BOB, "BOB@beta.test")
    writer.hop("mail.beta.test", writer.noon, "a@alpha.test", ["Bob@Beta.Test"], end, name=NAME)
    assert [one.recipient for one in outcomes(writer)] == ["Bob@Beta.Test"]
    assert outcomes(writer)[0].state is State.FILED


def test_a_message_that_is_only_accepted_is_on_its_way() -> None:
    taken = Accepted(at=1.0, station="msa", reverse_path="a@a", recipients=[BOB], size=1)
    (story,) = merge([Record("mail.alpha.test", "t", "m", "", (taken,))])
    assert story.state is State.ON_ITS_WAY
