"""Dates from RFC 5322, its obsolete forms, and the wild."""

from __future__ import annotations

import pytest

from postroad.message import Date, format_date, parse_date

NOON = 1795458606  # 2026-11-23T18:30:06Z

CASES = {
    "Mon, 23 Nov 2026 18:30:06 +0000": Date(NOON, 0),
    "Mon, 23 Nov 2026 19:30:06 +0100 (CET)": Date(NOON, 60),
    "23 Nov 2026 13:00:06 -0530": Date(NOON, -330),
    "Mon, 23 Nov 2026 18:30:06 -0000": Date(NOON, None),
    "Mon, 23 Nov 2026 18:30:06": Date(NOON, None),
    "Mon, 23 Nov 26 18:30:06 GMT": Date(NOON, 0),
    "Mon, 23 Nov 126 18:30:06 UT": Date(NOON, 0),
    "Mon, 23 Nov 2026 13:30:06 EST": Date(NOON, -300),
    "Mon, 23 Nov 2026 18:30:06 K": Date(NOON, None),
    "Mon,23 Nov 2026 18:30:06 +0000": Date(NOON, 0),
    "Mon, 23-Nov-2026 18:30:06 GMT": Date(NOON, 0),
    "Mon Nov 23 18:30:06 2026": Date(NOON, None),
    "Mon Nov 23 13:30:06 EST 2026": Date(NOON, -300),
    "November 23, 2026 18:30:06 +0000": Date(NOON, 0),
    "2026/11/23 18:30:06 GMT": Date(NOON, 0),
    "2026-11-23T18:30:06Z": Date(NOON, 0),
    "2026-11-23 19:30:06.123 +01:00": Date(NOON, 60),
    "Mon, 23 Nov 2026 06:30:06 PM +0000": Date(NOON, 0),
    "Mon, 23 Nov 2026 18.30.06 +0000": Date(NOON, 0),
    "Monday, 23 November 2026 18:30:06 +0000": Date(NOON, 0),
    "Mon, 23 Nov 2026 19:30:06 GMT+0100": Date(NOON, 60),
    "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600": Date(880127706, -360),
    "Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)": Date(-27723480, -210),
    "Mon, 31 Dec 1990 23:59:60 +0000": Date(662688000, 0),
    "21 Nov 97 09:55:06 GMT": Date(880106106, 0),
    "Mon, 31 Feb 2026 01:00:00 +0000": None,
    "Mon, 23 Nov 2026 25:00:00 +0000": None,
    "Mon, 23 Nov 2026 18:61:00 +0000": None,
    "Mo, 23 Nov 0026 18:30:06 +0000": Date(NOON, 0),
    "Mon, 23 Nov 20265 18:30:06 +0000": None,
    "=?utf-8?q?Mon,_23_Nov_2026_18:30:06_+0000?=": Date(NOON, 0),
    "Mi, 23 Dez 2026 18:30:06 +0000": Date(NOON + 30 * 86400, 0),
    "lun., 23 févr. 2026 18:30:06 +0000": Date(NOON - 273 * 86400, 0),
    "Nov 23, 2026 at 6:30 PM": Date(NOON - 6, None),
    "2026年11月23日 18:30:06": Date(NOON, None),
    "2026-11-23": Date(NOON - 66606, None),
    "yesterday": None,
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_a_date_is_read(text: str, expected: Date | None) -> None:
    assert parse_date(text) == expected


def test_a_date_is_written_as_rfc_5322_wants() -> None:
    assert format_date(NOON, 540) == "Tue, 24 Nov 2026 03:30:06 +0900"
    assert format_date(NOON, -330) == "Mon, 23 Nov 2026 13:00:06 -0530"


def test_a_date_is_told_in_its_own_zone() -> None:
    assert Date(NOON, 540).iso == "2026-11-24T03:30:06+09:00"
    assert Date(NOON, None).iso == "2026-11-23T18:30:06Z"


@pytest.mark.parametrize("epoch", [-(10**18), 10**18])
def test_moments_that_no_calendar_holds_are_clamped(epoch: int) -> None:
    assert format_date(epoch)
    assert Date(epoch, 60).iso
