"""Dates: a moment and the clock's zone, from every form that mail carries.

Tolerances (docs/quirks.md): asctime and ISO 8601 order, two- and three-digit years, named and
military zones, AM/PM, dots for colons, missing seconds, missing zone (read as unknown, UTC).

Invariants: raises nothing; the regular expressions are linear; a date that names no real moment
(31 February, 25 o'clock) is None.

Standards: RFC 5322 §3.3 and §4.3, RFC 3339
"""

from __future__ import annotations

import datetime
import re
from typing import Final, NamedTuple

from postroad.message._params import strip_comments
from postroad.message._words import decode_raw, decode_words

_MONTHS: Final = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_FOREIGN_MONTHS: Final = {
    "ene": 1, "gen": 1, "fev": 2, "fév": 2, "mär": 3, "mrz": 3, "mrt": 3, "abr": 4, "avr": 4,
    "mai": 5, "mag": 5, "mei": 5, "maj": 5, "juin": 6, "giu": 6, "juil": 7, "lug": 7, "ago": 8,
    "aoû": 8, "set": 9, "ott": 10, "okt": 10, "out": 10, "dez": 12, "dic": 12, "déc": 12,
}  # fmt: skip
"""What mailers write that format dates in their user's language, against RFC 5322 §3.3."""
_ALL_MONTHS: Final = _MONTHS | _FOREIGN_MONTHS
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES: Final = tuple(name.capitalize() for name in _MONTHS)
_ZONES: Final = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "met": 60,
    "mez": 60, "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "eest": 180, "msk": 180,
    "msd": 240, "ist": 330, "hkt": 480, "sgt": 480, "awst": 480, "jst": 540, "kst": 540,
    "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180, "art": -180, "ast": -240,
    "adt": -180, "edt": -240, "est": -300, "cdt": -300, "cst": -360, "mdt": -360, "mst": -420,
    "pdt": -420, "pst": -480, "akst": -540, "akdt": -480, "hst": -600,
}  # fmt: skip
"""RFC 5322 §4.3 for the North American names; the rest as their countries use them."""

_TIME: Final = (
    r"(\d{1,2})\s{0,9}[:.]\s{0,9}(\d{1,2})(?:\s{0,9}[:.]\s{0,9}(\d{1,2})(?:[.,]\d{1,9})?)?"
    r"(?:\s{0,9}([ap])\.?m\b\.?)?"
)
_MONTH: Final = rf"({'|'.join(_ALL_MONTHS)})[^\W\d_]{{0,9}}\.?"
_DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s,.-]{{0,9}}{_MONTH}[\s,.-]{{0,9}}(\d{{2,4}})(?!\d)"
    rf"(?:[\s,t]{{1,9}}(?:at\s)?{_TIME}\s{{0,9}}(.{{0,40}}))?",
    re.DOTALL,
)
_MONTH_FIRST: Final = re.compile(
    rf"{_MONTH}\s{{1,9}}(\d{{1,2}})(?:,|st|nd|rd|th)?,?\s{{1,9}}"
    rf"(?:{_TIME}\s{{1,9}}([a-z+-][\w:+-]{{1,9}}\s{{1,9}})?(\d{{4}})"
    rf"|(\d{{4}}),?\s{{1,9}}(?:at\s)?{_TIME})\s{{0,9}}(.{{0,40}})",
    re.DOTALL,
)
_ISO: Final = re.compile(
    rf"(\d{{4}})[-/年](\d{{1,2}})[-/月](\d{{1,2}})日?(?:[t\s]{{1,9}}{_TIME}\s{{0,9}}(.{{0,40}}))?",
    re.DOTALL,
)
_OFFSET: Final = re.compile(r"(?:gmt|utc?)?\s{0,9}([+-])\s{0,2}(\d{1,2}):?(\d{2})?(?!\d)")
_ZONE_NAME: Final = re.compile(r"\"?([a-z]{1,5})\b")
_SEARCH_SPAN: Final = 256
"""Characters in which a date must stand; RFC 5322's longest takes 37."""

_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()


class Date(NamedTuple):
    """A moment: `epoch` in whole seconds since 1970 UTC, `offset` in minutes east of UTC.

    `offset` is None when the zone is not known: `-0000` or missing (RFC 5322 §3.3).
    """

    epoch: int
    offset: int | None

    @property
    def iso(self) -> str:
        """RFC 3339 in its own zone, UTC as `Z`, as JMAP's Date wants it."""
        moment = _moment(self.epoch + (self.offset or 0) * 60)
        zone = f"{_signed(self.offset, ':')}" if self.offset else "Z"
        return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + zone


def parse_date(value: bytes | str) -> Date | None:
    """An unfolded date field; None when it names no moment."""
    text = decode_raw(value) if isinstance(value, bytes) else value
    text = text[:_SEARCH_SPAN]
    text = strip_comments(decode_words(text) if "=?" in text else text).lower()
    if found := _DAY_FIRST.search(text):
        day, month, year, hour, minute, second, half, zone = found.groups()
        return _build(
            (_year(year), _ALL_MONTHS[month], int(day)), (hour, minute, second, half), zone
        )
    if found := _ISO.search(text):
        year, month, day, hour, minute, second, half, zone = found.groups()
        return _build((int(year), int(month), int(day)), (hour, minute, second, half), zone)
    if found := _MONTH_FIRST.search(text):
        return _month_first(found)
    return None


def format_date(epoch: float, offset: int = 0) -> str:
    """A date as RFC 5322 §3.3 writes it; `offset` in minutes east of UTC."""
    moment = _moment(int(epoch) + offset * 60)
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day} {_MONTH_NAMES[moment.month - 1]}"
        f" {moment.year:04} {moment:%H:%M:%S} {_signed(offset)}"
    )


def _month_first(found: re.Match[str]) -> Date | None:
    month, day, h1, m1, s1, a1, zone1, year1, year2, h2, m2, s2, a2, zone2 = found.groups()
    date = (int(year1 or year2), _ALL_MONTHS[month], int(day))
    return _build(date, (h1, m1, s1, a1) if h1 else (h2, m2, s2, a2), zone1 or zone2)


def _build(
    date: tuple[int, int, int], clock: tuple[str | None, ...], zone: str | None
) -> Date | None:
    hour, minute, second = (int(part or 0) for part in clock[:3])
    half = clock[3]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:  # 60: a leap second (RFC 5322 §3.3)
        return None
    try:
        days = datetime.date(*date).toordinal() - _EPOCH
    except ValueError:
        return None
    offset = _zone(zone or "")
    epoch = days * 86400 + hour * 3600 + minute * 60 + second - (offset or 0) * 60
    return Date(epoch, offset)


def _year(digits: str) -> int:
    """RFC 5322 §4.3: two digits below 50 are 20xx, others and three digits count from 1900."""
    year = int(digits)
    if year < 100:  # also as `0026`
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _zone(text: str) -> int | None:
    if found := _OFFSET.match(text):
        sign, hours, minutes = found.groups()
        total = int(hours) * 60 + int(minutes or 0)
        if total > 24 * 60 or (sign == "-" and total == 0):
            return None
        return -total if sign == "-" else total
    if found := _ZONE_NAME.match(text):
        return _ZONES.get(found[1])  # RFC 5322 §4.3: military and unknown names are "-0000"
    return None


def _signed(offset: int, colon: str = "") -> str:
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // 60:02}{colon}{abs(offset) % 60:02}"


def _moment(epoch: int) -> datetime.datetime:
    earliest, latest = -62135596800, 253402300799  # years 1 and 9999, all that datetime can say
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(
        seconds=min(max(epoch, earliest), latest)
    )
