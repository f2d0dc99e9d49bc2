"""Who is told what: decides whether a delivery status notification is due, and says what it
reports.

Pure. A notification goes to the envelope sender and never answers a notification.

Standards: RFC 3461 §4.1 (NOTIFY), §5.2 (who notifies), RFC 3464 §2.3 (per-recipient fields), RFC
5321 §6.1 (null reverse-path)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from postroad.handoff import Outcome, Recipient, Report, is_null


class Action(StrEnum):
    """What a notification tells of one recipient (RFC 3464 §2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Notice:
    """One recipient's line in a notification."""

    recipient: Recipient
    action: Action
    report: Report


DEFAULT_NOTIFY = frozenset({"FAILURE", "DELAY"})
"""What a sender who gave no NOTIFY is told (RFC 3461 §4.1: FAILURE, and DELAY at our choice)."""


def wanted(recipient: Recipient) -> frozenset[str]:
    """The events of which this recipient's sender wants to hear."""
    return recipient.notify or DEFAULT_NOTIFY


def notice_for(recipient: Recipient, report: Report) -> Notice | None:
    """Return the notice that a final result calls for, or None when nobody asked for one."""
    wishes = wanted(recipient)
    if report.outcome is Outcome.FAILED:
        return Notice(recipient, Action.FAILED, report) if "FAILURE" in wishes else None
    if "SUCCESS" not in wishes:
        return None
    if report.outcome is Outcome.DELIVERED:
        return Notice(recipient, Action.DELIVERED, report)
    if report.outcome is Outcome.RELAYED and not report.dsn_passed:
        return Notice(recipient, Action.RELAYED, report)
    return None


def delay_notice(
    recipient: Recipient, report: Report, before: float, waited: float, warn_after: float
) -> Notice | None:
    """Return a notice at the first attempt after `warn_after` seconds of waiting.

    `before` is how long the message had waited at the attempt before this one.
    """
    due = before < warn_after <= waited
    if due and "DELAY" in wanted(recipient):
        return Notice(recipient, Action.DELAYED, report)
    return None


def silent_because(reverse_path: str) -> str:
    """Say why nobody can be told, or "" when somebody can (RFC 5321 §6.1)."""
    if is_null(reverse_path):
        return "the message came from <>, and a notification is never answered by another"
    return ""
