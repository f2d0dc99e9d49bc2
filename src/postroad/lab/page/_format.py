"""Seconds, octets and moments as a person reads them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from postroad.lab.page._html import Html, tag
from postroad.lab.texts import Language

_DAY = 86400.0


def duration(seconds: float, language: Language) -> str:
    """Three digits at most: 0.4 ms, 12 ms, 1.42 s, 2 min 05 s, 3 h 20 min, 4 d 2 h."""
    if seconds < 0.9995:
        millis = seconds * 1000
        return f"{millis:.1f} ms" if 0 < millis < 9.95 else f"{millis:.0f} ms"
    if seconds < 59.5:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, hours, days = _UNITS[language]
    if whole < 3600:
        return f"{whole // 60} {minutes} {whole % 60:02d} s"
    if whole < _DAY:
        return f"{whole // 3600} {hours} {whole % 3600 // 60:02d} {minutes}"
    return f"{whole // 86400} {days} {whole % 86400 // 3600} {hours}"


_UNITS: dict[Language, tuple[str, str, str]] = {
    "en": ("min", "h", "d"),
    "zh": ("分", "小时", "天"),
    "ja": ("分", "時間", "日"),
}


def octets(count: int) -> str:
    """1000 octets are a kB, as mail programs show it."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def moment(at: float, zone: tzinfo | None, *, millis: bool = True) -> Html:
    """A time of day as a `time` element that carries the whole date; `zone` None is the machine's.

    A time no calendar knows (a broken clock) is shown as the number it is.
    """
    try:
        when = datetime.fromtimestamp(at, zone).astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return tag("span", f"{at}")
    shown = f"{when:%H:%M:%S}" + (f".{when.microsecond // 1000:03d}" if millis else "")
    exact = when.isoformat(timespec="milliseconds")
    return tag("time", shown, datetime=exact, title=exact)
