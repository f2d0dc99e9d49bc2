"""Who is told what."""

from __future__ import annotations

import pytest

from postroad.handoff import Outcome, Recipient, Reply, Report
from postroad.mta.notify import delay_notice, notice_for, silent_because

HOUR = 3600.0


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def report(outcome: str, *, passed: bool = False) -> Report:
    return Report("a@x.test", Outcome(outcome), Reply(250, "", ""), dsn_passed=passed)


@pytest.mark.parametrize(
    ("asked", "outcome", "told"),
    [
        ("", "failed", "failed"),
        ("", "delivered", None),
        ("", "relayed", None),
        ("", "deferred", None),
        ("NEVER", "failed", None),
        ("NEVER", "delivered", None),
        ("FAILURE", "failed", "failed"),
        ("FAILURE", "delivered", None),
        ("SUCCESS", "failed", None),
        ("SUCCESS", "delivered", "delivered"),
        ("SUCCESS", "relayed", "relayed"),
        ("SUCCESS", "deferred", None),
        ("DELAY", "failed", None),
        ("SUCCESS FAILURE DELAY", "failed", "failed"),
        ("SUCCESS FAILURE DELAY", "delivered", "delivered"),
    ],
)
def test_a_final_result_is_told_to_who_asked_for_it(asked, outcome, told) -> None:
    notice = notice_for(Recipient("a@x.test", words(asked)), report(outcome))
    assert (notice.action if notice else None) == told


def test_a_next_host_that_knows_dsn_reports_success_itself() -> None:
    wants = Recipient("a@x.test", words("SUCCESS"))
    assert notice_for(wants, report("relayed", passed=True)) is None


@pytest.mark.parametrize(
    ("asked", "before", "waited", "told"),
    [
        ("", 0.0, 3 * HOUR, False),
        ("", 3 * HOUR, 4 * HOUR, True),
        ("", 0.0, 5 * HOUR, True),
        ("", 4 * HOUR, 5 * HOUR, False),
        ("NEVER", 0.0, 5 * HOUR, False),
        ("FAILURE", 0.0, 5 * HOUR, False),
        ("DELAY", 0.0, 5 * HOUR, True),
    ],
)
def test_a_delay_is_told_once_and_only_to_who_hears_of_delays(asked, before, waited, told) -> None:
    recipient = Recipient("a@x.test", words(asked))
    notice = delay_notice(recipient, report("deferred"), before, waited, 4 * HOUR)
    assert bool(notice) == told


def test_nobody_answers_a_notification() -> None:
    assert silent_because("") and not silent_because("bob@beta.test")
