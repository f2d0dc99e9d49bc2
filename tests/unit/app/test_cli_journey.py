"""Journeys and the queue are shown with the reason of every decision."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from postroad import journey, queue
from postroad.app.cli._events import told
from postroad.app.cli._exit import Exit
from postroad.app.cli._table import octets
from postroad.app.cli.queue import why
from postroad.db import Transaction
from postroad.db.engines.sqlite import open_sqlite
from postroad.journey import events

Call = Callable[..., tuple[int, str, str]]
TRACE = journey.new_trace(1_800_000_000.0, 7)

AT_BORDER = {"at": 1.0, "station": "border"}
AT_MTA = {"at": 1.0, "station": "mta"}
AT_MDA = {"at": 1.0, "station": "mda"}

EVERY_EVENT: list[journey.AnyEvent] = [
    events.Received(**AT_BORDER, peer="192.0.2.9", port=25, helo="x\x1b[2J", protocol="ESMTP"),
    events.Checked(**AT_BORDER, check="recipient", result="pass", reason="it exists"),
    events.Accepted(**AT_BORDER, reverse_path="a@b.c", recipients=["d@e.f"], size=5000),
    events.Changed(**AT_MTA, added=["Date"], reason="it had none"),
    events.Expanded(**AT_MDA, by="alias", to=["x@y.z"]),
    events.Filed(**AT_MDA, account="x", mailbox="INBOX", uid=4, reason="its own address"),
    events.Queued(**AT_MTA, route="e.f", reason="not a domain of ours"),
    events.Attempted(
        **AT_BORDER, remote="mx.e.f", outcome="deferred", code=450, text="busy", next_attempt=99.0
    ),
    events.Notified(**AT_MTA, to="a@b.c", dsn_trace="t2", reason="it asked for FAILURE"),
    events.Discarded(**AT_MTA, reason="the null sender is never told"),
    events.Retrieved(at=1.0, station="mra", account="x", by="POP3", action="read"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one journey that has every kind of event."""

    def unit(tx: Transaction) -> None:
        journey.open_journey(
            tx, TRACE, at=1.0, message_id="<id@b.c>", reverse_path="a@b.c",
            recipients=["d@e.f"], subject="你好", size=5000,
        )  # fmt: skip
        journey.record(tx, TRACE, EVERY_EVENT)

    async def write() -> None:
        database = open_sqlite(str(tmp_path / "postroad.db"))
        await database.write(unit)
        await database.close()

    asyncio.run(write())
    return tmp_path


@pytest.mark.parametrize("key", [TRACE, TRACE.upper(), "id@b.c", "<id@b.c>"])
def test_a_journey_is_found_by_trace_or_message_id(call: Call, data: Path, key: str) -> None:
    code, out, _ = call("journey", key, "--data", str(data))
    assert code == 0 and TRACE in out and "你好" in out


def test_every_decision_is_shown_with_its_reason(call: Call, data: Path) -> None:
    out = call("journey", TRACE, "--data", str(data))[1]
    reasons = [one.reason for one in EVERY_EVENT if getattr(one, "reason", "")]
    assert len(reasons) == 6 and all(reason in out for reason in reasons)
    assert "450 busy" in out and "\x1b" not in out


def test_a_journey_for_programs_has_the_events_as_they_are(call: Call, data: Path) -> None:
    ((one),) = json.loads(call("journey", TRACE, "--json", "--data", str(data))[1])
    assert [event["kind"] for event in one["events"]][:3] == ["received", "checked", "accepted"]


def test_an_unknown_message_is_no(call: Call, data: Path) -> None:
    code, out, err = call("journey", "nothing@here", "--data", str(data))
    assert (code, out) == (Exit.NO, "") and "nothing@here" in err


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("language", ["en", "zh", "ja"])
def test_every_event_is_told_in_every_language(
    monkeypatch: pytest.MonkeyPatch, event: journey.AnyEvent, language: str
) -> None:
    monkeypatch.setenv("POSTROAD_LANG", language)
    assert told(event)[0] != type(event).__name__


def test_an_empty_queue_says_so(call: Call, data: Path) -> None:
    assert call("queue", "list", "--data", str(data)) == (0, "", "No message waits.\n")


def waiting(**changes: object) -> queue.Waiting:
    fields: dict[str, object] = {
        "id": 1, "trace": TRACE, "sender": "a@b.c", "recipient": "d@e.f", "route": "e.f",
        "size": 5, "created": 0.0, "expires": 9.0, "attempts": 0, "last_attempt": None,
        "last_reply": "", "next_attempt": 0.0, "leased": False, "suspended": False,
    }  # fmt: skip
    return queue.Waiting(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "not tried yet"),
        ({"leased": True}, "an attempt is being made now"),
        ({"suspended": True, "attempts": 2}, "suspended by an administrator"),
        (
            {"attempts": 2, "last_reply": "450 4.7.1 busy", "next_attempt": 60.0},
            "after 2 attempts, the last answer: 450 4.7.1 busy; next attempt 1970-01-01 00:01:00Z",
        ),
    ],
)
def test_why_a_message_waits_is_one_line(changes: dict[str, object], said: str) -> None:
    assert why(waiting(**changes)) == said


@pytest.mark.parametrize(
    ("count", "short"),
    [
        (None, "–"),
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (52_428_800, "50 MiB"),
        (3 << 40, "3.0 TiB"),
    ],
)
def test_octets_are_shown_short(count: int | None, short: str) -> None:
    assert octets(count) == short
